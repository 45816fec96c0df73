// Priorities that callers lend while their calls are queued, to who serves the endpoint.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

// Endpoints, and slots of threads, each with its context.
constexpr std::uint32_t endpoint = 20;
constexpr std::uint32_t threads = 30;

// One thread serves on CPU 1, where another is busy; who calls does so from CPU 2 and on.
class KernelQueuedLoans : public testing::Test {
  protected:
    static constexpr unsigned own_priority = 3;

    KernelQueuedLoans() {
        for (std::uint32_t count = 0; count < MachineWorld::rows.endpoints; ++count) {
            AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint + count).done());
        }
        server_ = start(1, own_priority);
    }

    std::uint32_t start(std::uint32_t cpu, unsigned priority) {
        return world_.start_thread(cpu, threads + 2 * started_++, self_slot.value, priority);
    }
    [[nodiscard]] unsigned priority(std::uint32_t thread) const {
        return world_.kernel.thread(thread).effective();
    }
    void receives(std::uint32_t cpu, std::uint64_t where = endpoint) {
        AXIOM_ASSERT(!world_.call_if(cpu, Call::receive, {where, for_ever}));
    }
    void calls(std::uint32_t cpu, std::uint64_t where = endpoint,
               std::uint64_t timeout_ns = for_ever) {
        AXIOM_ASSERT(!world_.call_if(cpu, Call::call, {where, 0, timeout_ns, cpu}));
    }
    std::uint64_t token(std::uint32_t cpu) { return world_.told(cpu).words[ReceivedWords::token]; }

    // The server has received a call of priority 5, and does not run beside the busy one.
    void serve_behind_another() {
        receives(1);
        start(2, 5);
        calls(2);
        busy_ = start(1, 10);
        ASSERT_EQ(world_.thread_on(1), busy_);
        ASSERT_EQ(priority(server_), 5U);
        start(3, 20);
    }

    MachineWorld world_;
    std::uint32_t started_{};
    std::uint32_t server_{};
    std::uint32_t busy_{};
};

TEST_F(KernelQueuedLoans, PutTheServerBeforeWhoIsLessUrgentUntilTheCallIsAnswered) {
    serve_behind_another();
    calls(3);
    EXPECT_EQ(world_.thread_on(1), server_);
    EXPECT_EQ(priority(server_), 20U);
    EXPECT_TRUE(world_.do_call(1, Call::reply, {token(1)}).done());
    EXPECT_EQ(priority(server_), 20U) << "between two calls too";
    EXPECT_TRUE(world_.do_call(1, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(priority(server_), 20U);
    EXPECT_EQ(world_.kernel.thread(server_).serving(), 1U) << "it is the same loan";
    EXPECT_FALSE(world_.call_if(1, Call::reply, {token(1)}));
    EXPECT_EQ(priority(server_), own_priority);
    EXPECT_EQ(world_.thread_on(1), busy_);
}

TEST_F(KernelQueuedLoans, EndWithTheWait) {
    serve_behind_another();
    calls(3, endpoint, 500);
    EXPECT_EQ(world_.thread_on(1), server_);
    world_.pass(500);
    EXPECT_EQ(priority(server_), 5U);
    EXPECT_EQ(world_.thread_on(1), busy_);
    calls(3);
    EXPECT_EQ(priority(server_), 20U);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {threads + 6, 0}).done());
    EXPECT_EQ(priority(server_), 5U) << "the lender has ended";
}

TEST_F(KernelQueuedLoans, EndWithTheCapability) {
    serve_behind_another();
    ASSERT_TRUE(world_.derive(endpoint, own, 60, right::write).done());
    calls(3, 60);
    EXPECT_EQ(priority(server_), 20U);
    EXPECT_TRUE(world_.do_call(0, Call::remove, {60}).done());
    EXPECT_EQ(priority(server_), 5U);
}

TEST_F(KernelQueuedLoans, AreOfCallsOnly) {
    serve_behind_another();
    EXPECT_FALSE(world_.call_if(3, Call::send, {endpoint, 0, for_ever, 1}));
    EXPECT_EQ(priority(server_), 5U);
}

TEST_F(KernelQueuedLoans, GoOverToWhoReceivesTheCall) {
    serve_behind_another();
    calls(3);
    auto const other = start(4, 4);
    EXPECT_TRUE(world_.do_call(4, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(priority(server_), 5U);
    EXPECT_EQ(priority(other), 20U);
}

// A priority that is lent is lent on by who waits for a reply itself: so far, and no further.
TEST_F(KernelQueuedLoans, GoAlongAChainOfCallsAsFarAsTheBound) {
    receives(1);
    std::array<std::uint32_t, loan_chain_max + 2> servers{server_};
    for (std::uint32_t at = 1; at < servers.size(); ++at) {
        servers[at] = start(2, own_priority);
        receives(2, endpoint + at);
    }
    auto const client = start(3, 20);
    // Each calls the next; the last has received and runs.
    ASSERT_TRUE(world_.do_call(0, Call::send, {endpoint, 0, at_once}).done());
    calls(1, endpoint + 1);
    for (std::uint32_t at = 1; at + 1 < servers.size(); ++at) {
        ASSERT_EQ(world_.thread_on(2), servers[at]);
        calls(2, endpoint + at + 1);
    }
    calls(3, endpoint, 500);
    EXPECT_EQ(priority(client), 20U);
    for (std::uint32_t at = 0; at <= loan_chain_max; ++at) {
        EXPECT_EQ(priority(servers[at]), 20U) << "after " << at << " calls";
    }
    EXPECT_EQ(priority(servers.back()), own_priority);
    world_.pass(500);
    for (std::uint32_t const server : servers) {
        EXPECT_EQ(priority(server), own_priority);
    }
}

// Who comes to receive takes on the loans of the first who queue; of those behind, next time.
TEST_F(KernelQueuedLoans, BeginWhenAServerComesAsFarAsTheBound) {
    for (std::uint32_t count = 0; count < queued_loans_max + 2; ++count) {
        start(2, 10 + count);
        calls(2);
    }
    EXPECT_EQ(priority(server_), own_priority);
    EXPECT_TRUE(world_.do_call(1, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(world_.kernel.thread(server_).serving(), 1 + queued_loans_max);
    EXPECT_EQ(priority(server_), 10 + queued_loans_max);
    EXPECT_TRUE(world_.do_call(1, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(priority(server_), 10 + queued_loans_max + 1);
}

TEST_F(KernelQueuedLoans, NeverReachWhoHasTheEndedServersPlace) {
    serve_behind_another();
    calls(3);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {threads, 0}).done());
    for (std::uint32_t const slot : {threads, threads + 1}) {
        EXPECT_TRUE(world_.do_call(0, Call::remove, {slot}).done());
    }
    started_ = 0;
    auto const next = start(4, 4);
    started_ = 4;
    ASSERT_EQ(next, server_);
    EXPECT_EQ(priority(next), 4U);
    start(5, 30);
    calls(5);
    EXPECT_EQ(priority(next), 4U);
    EXPECT_TRUE(world_.do_call(4, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(priority(next), 30U) << "now it serves there";
}

TEST_F(KernelQueuedLoans, GoOverToWhoReceivedThereLastAndOutliveTheServerBefore) {
    serve_behind_another();
    calls(3);
    start(5, 30);
    calls(5);
    EXPECT_EQ(priority(server_), 30U);
    auto const other = start(4, 4);
    EXPECT_TRUE(world_.do_call(4, Call::receive, {endpoint, at_once}).done());
    EXPECT_EQ(priority(server_), 5U);
    EXPECT_EQ(priority(other), 30U) << "by who still queues";
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {threads, 0}).done());
    EXPECT_EQ(priority(other), 30U);
}

TEST_F(KernelQueuedLoans, AreNoneToWhoReceivesElsewhereNow) {
    receives(1);
    start(2, 5);
    calls(2);
    EXPECT_TRUE(world_.do_call(1, Call::reply, {token(1)}).done());
    receives(1, endpoint + 1);
    calls(2);
    EXPECT_EQ(priority(server_), own_priority);
}

} // namespace
} // namespace axiom::kernel::test

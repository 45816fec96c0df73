// Replies: whose they are, how long they are good for, and the priority that is lent meanwhile.

#include <gtest/gtest.h>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelReply : public KernelIpc {
  protected:
    // A call of CPU 1 that CPU 2 has received.
    std::uint64_t under_way(std::uint64_t timeout = for_long) {
        EXPECT_FALSE(call(1, 1, timeout));
        auto const request = receive(2);
        EXPECT_TRUE(request && request->done());
        return token(*request);
    }
};

// A token has room for 40 bits of a wait's number, and a thread waits more often than that in
// weeks.
TEST_F(KernelReply, ReachesWhoHasWaitedMoreOftenThanATokenCanCount) {
    auto& client = const_cast<Thread&>(world_.kernel.thread(client_));
    client.wait.store(WaitWord::of((std::uint64_t{1} << 40U) + 5, Wait::none).word);
    auto const it = under_way();
    EXPECT_TRUE(reply(2, it, 42)->done());
    EXPECT_EQ(word(world_.told(1)), 42U);
    auto const next = under_way();
    EXPECT_TRUE(world_.call_if(2, Call::reply_receive, {next, 0, endpoint, at_once, 43}));
    EXPECT_EQ(word(world_.told(1)), 43U);
}

TEST_F(KernelReply, OutlivesTheEndpointThatTheCallCameThrough) {
    auto const it = under_way();
    ASSERT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(reply(2, it, 42)->done());
    EXPECT_EQ(word(world_.told(1)), 42U);
}

TEST_F(KernelReply, OutlivesTheCapabilityThatTheCallWasMadeThrough) {
    ASSERT_TRUE(world_.derive(endpoint, own, 50, right::write).done());
    EXPECT_FALSE(call(1, 1, for_long, 0, 50));
    auto const request = receive(2);
    ASSERT_TRUE(world_.do_call(0, Call::remove, {50}).done());
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(reply(2, token(*request), 42)->done());
    EXPECT_EQ(word(world_.told(1)), 42U);
}

TEST_F(KernelReply, ToWhoDiedIsRefusedAndTheServerGoesOn) {
    auto const it = under_way();
    world_.start_thread(3, 34);
    ASSERT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
    EXPECT_FALSE(call(3, 2));
    refused(world_.call_if(2, Call::reply_receive, {it, 0, endpoint, for_long}), Check::token);
    auto const next = receive(2);
    ASSERT_TRUE(next && next->done()) << "nothing was received by the refused call";
    EXPECT_EQ(word(*next), 2U);
    EXPECT_TRUE(reply(2, token(*next), 3)->done());
}

// The row of the dead caller is another thread's: the token is not.
TEST_F(KernelReply, IsNotForWhoeverTakesTheDeadCallersPlace) {
    auto const it = under_way();
    ASSERT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
    world_.do_call(0, Call::remove, {30});
    world_.do_call(0, Call::remove, {31});
    auto const next = world_.start_thread(1, 30);
    EXPECT_EQ(next, client_) << "the same row";
    EXPECT_FALSE(call(1, 5));
    auto const request = receive(2);
    refused(reply(2, it, 6), Check::token);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(reply(2, token(*request), 7)->done());
}

TEST_F(KernelReply, IsNotForACallThatHasNotBeenReceived) {
    EXPECT_FALSE(call(1, 1));
    auto const seen = world_.kernel.thread(client_).seen();
    refused(reply(2, seen.number() << 24U | client_, 9), Check::token);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(receive(2)->done());
}

TEST_F(KernelReply, MayComeInAnyOrder) {
    world_.start_thread(3, 34);
    auto const first = under_way();
    EXPECT_FALSE(call(3, 2));
    auto const second = token(*receive(2));
    EXPECT_TRUE(reply(2, second, 20)->done());
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(word(world_.told(3)), 20U);
    EXPECT_TRUE(reply(2, first, 10)->done());
    EXPECT_EQ(word(world_.told(1)), 10U);
}

TEST_F(KernelReply, ToACallerWhoseTimeIsOverIsRefused) {
    auto const it = under_way(500);
    world_.pass(500);
    refused(world_.told(1), Check::timeout, no_argument);
    refused(reply(2, it, 9), Check::token);
    refused(world_.told(1), Check::timeout, no_argument);
}

TEST_F(KernelReply, OfADeadProcessIsNobodys) {
    world_.create_process(40);
    world_.start_thread(3, 44, 40);
    ASSERT_TRUE(world_.derive(endpoint, 40, 5, right::read).done());
    EXPECT_FALSE(call(1, 1));
    auto const request = receive(3, for_long, 5);
    ASSERT_TRUE(request && request->done());
    ASSERT_TRUE(world_.do_call(0, Call::process_kill, {40, 0}).done());
    refused(world_.told(1), Check::peer, no_argument);
    refused(reply(2, token(*request), 9), Check::token);
}

// What a call was awaiting when it was let go of cannot be answered twice by two servers.
TEST_F(KernelReply, BySeveralThreadsOfTheServerIsGivenOnce) {
    world_.start_thread(3, 34);
    auto const it = under_way();
    EXPECT_TRUE(reply(3, it, 1)->done());
    refused(reply(2, it, 2), Check::token);
    EXPECT_EQ(word(world_.told(1)), 1U);
}

// ── priorities that are lent ───────────────────────────────────────────────────────────────────

class KernelLoans : public testing::Test {
  protected:
    static constexpr std::uint32_t middle_endpoint = 21;

    KernelLoans() {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, middle_endpoint).done());
        last_ = world_.start_thread(1, 30, self_slot.value, 3);
        AXIOM_ASSERT(!world_.call_if(1, Call::receive, {endpoint, for_ever}));
        middle_ = world_.start_thread(1, 32, self_slot.value, 5);
        AXIOM_ASSERT(!world_.call_if(1, Call::receive, {middle_endpoint, for_ever}));
        busy_ = world_.start_thread(1, 34, self_slot.value, 10);
        client_ = world_.start_thread(2, 36, self_slot.value, 20);
    }

    // The client calls the one in the middle, which calls the last.
    void call_along() {
        EXPECT_FALSE(world_.call_if(2, Call::call, {middle_endpoint, 0, for_ever, 1}));
        EXPECT_EQ(world_.thread_on(1), middle_);
        middle_token_ = world_.told(1).words[ReceivedWords::token];
        EXPECT_FALSE(world_.call_if(1, Call::call, {endpoint, 0, for_ever, 2}));
    }
    [[nodiscard]] unsigned priority(std::uint32_t thread) const {
        return world_.kernel.thread(thread).effective();
    }

    MachineWorld world_;
    std::uint32_t last_{};
    std::uint32_t middle_{};
    std::uint32_t busy_{};
    std::uint32_t client_{};
    std::uint64_t middle_token_{};
};

TEST_F(KernelLoans, GoAlongAChainOfCallsAndBackWithTheReplies) {
    EXPECT_EQ(world_.thread_on(1), busy_);
    call_along();
    EXPECT_EQ(world_.thread_on(1), last_) << "it goes before the busy one";
    EXPECT_EQ(priority(last_), 20U);
    auto const token = world_.told(1).words[ReceivedWords::token];
    EXPECT_FALSE(world_.call_if(1, Call::reply, {token, 0, 3}));
    EXPECT_EQ(world_.thread_on(1), middle_);
    EXPECT_EQ(priority(last_), 3U);
    EXPECT_EQ(priority(middle_), 20U);
    EXPECT_FALSE(world_.call_if(1, Call::reply, {middle_token_, 0, 4}));
    EXPECT_EQ(priority(middle_), 5U);
    EXPECT_EQ(world_.thread_on(1), busy_);
    EXPECT_TRUE(world_.runs(2));
}

TEST_F(KernelLoans, AreTheHighestOfThoseWhoWait) {
    auto const second = world_.start_thread(3, 38, self_slot.value, 15);
    EXPECT_FALSE(world_.call_if(3, Call::call, {endpoint, 0, for_ever, 1}));
    EXPECT_EQ(world_.thread_on(1), last_);
    EXPECT_EQ(priority(last_), 15U);
    auto const first_token = world_.told(1).words[ReceivedWords::token];
    EXPECT_FALSE(world_.call_if(2, Call::call, {endpoint, 0, for_ever, 2}));
    auto const got = world_.call_if(1, Call::receive, {endpoint, at_once});
    ASSERT_TRUE(got && got->done());
    EXPECT_EQ(priority(last_), 20U);
    EXPECT_TRUE(world_.do_call(1, Call::reply, {first_token}).done());
    EXPECT_EQ(priority(last_), 20U) << "somebody still waits";
    EXPECT_EQ(priority(second), 15U);
}

TEST_F(KernelLoans, EndWithTheLendersTime) {
    EXPECT_FALSE(world_.call_if(2, Call::call, {endpoint, 0, 500, 1}));
    EXPECT_EQ(world_.thread_on(1), last_);
    world_.pass(500);
    EXPECT_EQ(priority(last_), 3U);
    EXPECT_EQ(world_.thread_on(1), busy_);
}

TEST_F(KernelLoans, AlongAChainEndWithTheDeathOfItsMiddle) {
    call_along();
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {32, 0}).done());
    EXPECT_EQ(priority(last_), 3U);
    EXPECT_EQ(world_.thread_on(1), busy_);
    refused(world_.told(2), Check::peer, no_argument);
}

} // namespace
} // namespace axiom::kernel::test

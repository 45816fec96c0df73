// Faults and used-up budgets as messages: who hears of them, and how a thread goes on.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t endpoint = 20;
constexpr std::uint64_t ms = 1'000'000;

class KernelFaults : public testing::Test {
  protected:
    KernelFaults() { AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done()); }

    MachineWorld world_;
};

TEST_F(KernelFaults, AFaultIsAMessageWhoseReplyLetsTheThreadGoOn) {
    world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    world_.bind(Binding::faults, 30, endpoint);
    EXPECT_FALSE(world_.call_if(2, Call::receive, {endpoint, for_ever}));
    world_.fault(1, {.kind = Fault::Kind::page, .at = 0x1234, .detail = 0xdead});
    EXPECT_FALSE(world_.runs(1));
    auto const told = world_.told(2);
    EXPECT_EQ(told.words[ReceivedWords::head], head_is_fault);
    EXPECT_EQ(told.words[ReceivedWords::first], 1U);
    EXPECT_EQ(told.words[ReceivedWords::first + 1], 0x1234U);
    EXPECT_EQ(told.words[ReceivedWords::first + 2], 0xdeadU);
    EXPECT_TRUE(world_.do_call(2, Call::reply, {told.words[ReceivedWords::token]}).done());
    EXPECT_TRUE(world_.runs(1));
    EXPECT_EQ(world_.told(1).status, as_it_was);
}

TEST_F(KernelFaults, AUsedUpBudgetIsAMessageAndItsReplyWaitsForTheNextPeriod) {
    auto const thread = world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    ASSERT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done()); // 2 ms in 10 ms
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::budgets, 30, endpoint);
    world_.timer(1);
    std::uint64_t const next_period = world_.now + 10 * ms;
    EXPECT_FALSE(world_.call_if(2, Call::receive, {endpoint, for_ever}));
    world_.pass(2 * ms - 1);
    EXPECT_EQ(world_.thread_on(1), thread);
    world_.pass(1);
    EXPECT_FALSE(world_.runs(1));
    ASSERT_TRUE(world_.runs(2));
    auto const told = world_.told(2);
    EXPECT_EQ(told.words[ReceivedWords::head], head_is_fault);
    EXPECT_EQ(told.words[ReceivedWords::first], static_cast<std::uint64_t>(Fault::Kind::budget));
    EXPECT_EQ(told.words[ReceivedWords::first + 2], next_period);
    EXPECT_TRUE(world_.do_call(2, Call::reply, {told.words[ReceivedWords::token]}).done());
    EXPECT_FALSE(world_.runs(1)) << "nothing is left";
    refused(world_.do_call(2, Call::receive, {endpoint, at_once}), Check::nobody, no_argument);
    world_.pass(next_period - 1 - world_.now);
    EXPECT_FALSE(world_.runs(1));
    world_.pass(1);
    EXPECT_EQ(world_.thread_on(1), thread);
    EXPECT_EQ(world_.told(1).status, as_it_was);
    world_.pass(2 * ms);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(world_.do_call(2, Call::receive, {endpoint, at_once}).words[ReceivedWords::head],
              head_is_fault)
        << "in each period once";
}

TEST_F(KernelFaults, AUsedUpBudgetIsHeldUntilItsMessageIsAnsweredOrItsHandlerIsGone) {
    world_.start_thread(1, 30);
    world_.create_process(50);
    world_.start_thread(2, 32, 50);
    ASSERT_TRUE(world_.derive(endpoint, 50, 0, right::all).done());
    ASSERT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done());
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::budgets, 30, endpoint);
    world_.timer(1);
    EXPECT_FALSE(world_.call_if(2, Call::receive, {0, for_ever}));
    world_.pass(2 * ms);
    ASSERT_TRUE(world_.runs(2));
    world_.pass(30 * ms);
    EXPECT_FALSE(world_.runs(1)) << "its time has come back, and nobody has answered";
    ASSERT_TRUE(world_.do_call(0, Call::process_kill, {50, 0}).done());
    EXPECT_TRUE(world_.runs(1));
}

TEST_F(KernelFaults, WhoHearsOfUsedUpBudgetsIsBoundWithTheRightToWrite) {
    world_.start_thread(1, 30);
    ASSERT_TRUE(world_.derive(endpoint, own, 50, right::read | right::grant).done());
    auto const bind = [&](std::uint64_t thread, std::uint64_t target) {
        return world_.do_call(0, Call::bind,
                              {thread, target, 0, static_cast<std::uint64_t>(Binding::budgets)});
    };
    refused(bind(30, 50), Check::rights, 1);
    refused(bind(30, 31), Check::type, 1);
    refused(bind(endpoint, endpoint), Check::type);
    refused(world_.do_call(0, Call::bind, {30, endpoint, 0, 5}), Check::argument, 3);
    EXPECT_TRUE(bind(30, endpoint).done());
    EXPECT_TRUE(bind(30, own).done());
}

TEST_F(KernelFaults, AFaultThatNobodyHandlesEndsTheThread) {
    world_.start_thread(1, 30);
    world_.fault(1, {.kind = Fault::Kind::page, .at = 0x1234});
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, at_once}).words[0], 1U);
}

TEST_F(KernelFaults, AnUnknownCallIsAFault) {
    world_.start_thread(1, 30);
    EXPECT_FALSE(world_.call_if(1, static_cast<Call>(calls), {}));
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, at_once}).words[0],
              static_cast<std::uint64_t>(Fault::Kind::call));
}

TEST_F(KernelFaults, AFaultMeetsTheNextHandlerWhenOneEnds) {
    world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    world_.bind(Binding::faults, 30, endpoint);
    world_.fault(1, {.kind = Fault::Kind::page, .at = 0x1234});
    EXPECT_TRUE(world_.do_call(2, Call::receive, {endpoint, for_ever}).done());
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {32, 0}).done());
    EXPECT_TRUE(world_.runs(1)) << "it runs into its fault again";
    EXPECT_EQ(world_.told(1).status, as_it_was);
}

TEST_F(KernelFaults, AFaultedThreadGoesOnWhenItsEndpointEndsAndIsMetByNobody) {
    world_.start_thread(1, 30);
    world_.bind(Binding::faults, 30, endpoint);
    world_.fault(1, {.kind = Fault::Kind::page, .at = 0x1234});
    EXPECT_FALSE(world_.runs(1));
    // While it is bound the endpoint lives, capability or no.
    EXPECT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    EXPECT_FALSE(world_.runs(1));
    world_.bind(Binding::faults, 30, own);
    EXPECT_TRUE(world_.runs(1)) << "it runs into its fault again";
    EXPECT_EQ(world_.told(1).status, as_it_was);
    world_.fault(1, {.kind = Fault::Kind::page, .at = 0x1234});
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, at_once}).words[0], 1U);
}

TEST_F(KernelFaults, AFaultedThreadCanBeKilledBeforeAndAfterItsFaultIsReceived) {
    for (bool const received : {false, true}) {
        auto const thread = world_.start_thread(1, 30);
        world_.bind(Binding::faults, 30, endpoint);
        world_.fault(1, {.kind = Fault::Kind::instruction, .at = 0x1234});
        auto const told =
            received ? world_.do_call(0, Call::receive, {endpoint, at_once}) : CallAnswer{};
        EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 3}).done());
        EXPECT_EQ(world_.kernel.thread(thread).seen().wait(), Wait::idle);
        refused(world_.do_call(0, Call::receive, {endpoint, at_once}), Check::nobody, no_argument);
        refused(world_.do_call(0, Call::reply, {told.words[ReceivedWords::token]}), Check::token);
        EXPECT_TRUE(world_.do_call(0, Call::remove, {30}).done());
        EXPECT_TRUE(world_.do_call(0, Call::remove, {31}).done());
    }
}

// Its handler gets words, never capabilities, and nobody's badge.
TEST_F(KernelFaults, AFaultCarriesTheBadgeItIsBoundThroughAndNothingOfItsThreads) {
    world_.start_thread(1, 30);
    EXPECT_TRUE(world_.derive(endpoint, own, 50, right::write, 99).done());
    world_.bind(Binding::faults, 30, 50);
    world_.buffer(1).bytes.fill(std::byte{0x77});
    world_.fault(1, {.kind = Fault::Kind::page, .at = 1, .detail = 2, .more = 3});
    auto const told = world_.do_call(0, Call::receive, {endpoint, at_once});
    EXPECT_EQ(told.words[ReceivedWords::badge], 99U);
    EXPECT_EQ(MessageHead{told.words[ReceivedWords::head] & 0xFFFFFFU}.bytes(), 0U);
    EXPECT_EQ(world_.buffer(0).bytes[0], std::byte{0});
    EXPECT_EQ(told.words[ReceivedWords::first + 3], 3U);
    world_.buffer(0).capabilities[0] = endpoint;
    refused(world_.do_call(0, Call::reply,
                           {told.words[ReceivedWords::token], MessageHead::of(0, 1).word}),
            Check::rights, 1);
    EXPECT_TRUE(world_.do_call(0, Call::reply, {told.words[ReceivedWords::token]}).done());
}

} // namespace
} // namespace axiom::kernel::test

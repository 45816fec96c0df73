// Where threads meet: what is left of a meeting when a capability, an endpoint or a thread goes, or
// when it fails. tests/unit/kernel_behaviours.md says which kernels' tests ask the same.

#include <gtest/gtest.h>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelMeeting : public KernelIpc {
  protected:
    KernelMeeting() {
        world_.start_thread(3, 34);
        world_.start_thread(4, 36);
    }
    void revoke(std::uint64_t slot, bool itself = true) {
        ASSERT_TRUE(world_.do_call(0, Call::revoke, {slot, itself ? 1U : 0U}).done());
    }
};

// Each badge's senders go with that badge's capability, whatever was derived from it, and no
// others.
TEST_F(KernelMeeting, RevokingABadgeCancelsItsSendsAlone) {
    constexpr std::uint32_t badged = 50;  // 50, 51, 52
    constexpr std::uint32_t derived = 60; // of those
    for (std::uint32_t client = 0; client < 3; ++client) {
        ASSERT_TRUE(world_.derive(endpoint, own, badged + client, right::all, 200 + client).done());
        ASSERT_TRUE(world_.derive(badged + client, own, derived + client, right::write).done());
    }
    std::array<std::uint32_t, 3> const cpu{1, 3, 4};
    EXPECT_FALSE(send(cpu[0], 1, for_long, 0, derived));
    EXPECT_FALSE(call(cpu[1], 2, for_long, 0, derived + 1));
    EXPECT_FALSE(send(cpu[2], 3, for_long, 0, derived + 2));
    for (std::uint32_t client = 0; client < 3; ++client) {
        revoke(badged + client, false);
        refused(world_.told(cpu[client]), Check::capability, no_argument);
        for (std::uint32_t other = 0; other < 3; ++other) {
            EXPECT_EQ(world_.runs(cpu[other]), other <= client);
        }
        refused(send(cpu[client], 9, at_once, 0, derived + client), Check::capability);
    }
    refused(receive(2, at_once), Check::nobody, no_argument);
}

// What is moved is somebody else's to use.
TEST_F(KernelMeeting, MovingACapabilityCancelsTheSendThatWaitsThroughIt) {
    ASSERT_TRUE(world_.derive(endpoint, own, 50, right::write, 7).done());
    EXPECT_FALSE(send(1, 1, for_long, 0, 50));
    ASSERT_TRUE(world_.do_call(0, Call::move, {50, own, 51}).done());
    refused(world_.told(1), Check::capability, no_argument);
    EXPECT_FALSE(send(1, 2, for_long, 0, 51));
    EXPECT_EQ(receive(2)->words[ReceivedWords::badge], 7U);
}

TEST_F(KernelMeeting, AnEndpointThatEndsTellsEverySenderAndCaller) {
    EXPECT_FALSE(send(1, 1));
    EXPECT_FALSE(call(3, 2));
    EXPECT_FALSE(send(4, 3, 5000));
    ASSERT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    for (std::uint32_t const cpu : {1U, 3U, 4U}) {
        refused(world_.told(cpu), Check::capability, no_argument);
    }
    world_.pass(5000); // a deadline that is left behind means nothing
    refused(world_.told(4), Check::capability, no_argument);
}

TEST_F(KernelMeeting, AnEndpointThatEndsTellsEveryReceiver) {
    EXPECT_FALSE(receive(1));
    EXPECT_FALSE(receive(3, 5000));
    EXPECT_FALSE(world_.call_if(4, Call::reply_receive, {0, 0, endpoint, for_long}));
    ASSERT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    for (std::uint32_t const cpu : {1U, 3U, 4U}) {
        refused(world_.told(cpu), Check::capability, no_argument);
    }
}

// The next endpoint in the same row of the table begins with empty queues.
TEST_F(KernelMeeting, ANewEndpointHasNobodyOfTheOldOnes) {
    EXPECT_FALSE(send(1, 1));
    ASSERT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    ASSERT_TRUE(world_.create(ObjectType::endpoint, endpoint).done());
    refused(receive(2, at_once), Check::nobody, no_argument);
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(send(1, 5)->done());
    EXPECT_EQ(word(world_.told(2)), 5U);
}

TEST_F(KernelMeeting, ASleeperAndAWaiterAreNotWokenByWhatIsNotTheirs) {
    EXPECT_FALSE(world_.call_if(3, Call::sleep, {50'000}));
    EXPECT_FALSE(world_.call_if(4, Call::wait, {notification, for_long}));
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(send(1, 1)->done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    EXPECT_FALSE(world_.runs(3));
    EXPECT_FALSE(world_.runs(4));
}

TEST_F(KernelMeeting, ATimeoutThatOutlivesTheClockIsForEver) {
    for (std::uint64_t const timeout : {for_ever - 1, for_ever - 500, for_ever - world_.now}) {
        EXPECT_FALSE(receive(2, timeout));
        world_.pass(1000);
        EXPECT_FALSE(world_.runs(2)) << timeout;
        EXPECT_TRUE(send(1, 1)->done());
    }
}

TEST_F(KernelMeeting, OfSeveralReceiversTheFirstGetsTheMessageAndOnlyIt) {
    EXPECT_FALSE(receive(2));
    EXPECT_FALSE(receive(3));
    EXPECT_FALSE(receive(4));
    EXPECT_TRUE(send(1, 1)->done());
    EXPECT_TRUE(world_.runs(2));
    EXPECT_FALSE(world_.runs(3));
    EXPECT_FALSE(world_.runs(4));
    EXPECT_TRUE(send(1, 2)->done());
    EXPECT_TRUE(world_.runs(3));
    EXPECT_EQ(word(world_.told(3)), 2U);
}

TEST_F(KernelMeeting, WhoTimedOutInTheMiddleOfAQueueIsGoneFromIt) {
    EXPECT_FALSE(send(1, 1));
    EXPECT_FALSE(send(3, 2, 500));
    EXPECT_FALSE(send(4, 3));
    world_.pass(500);
    refused(world_.told(3), Check::timeout, no_argument);
    EXPECT_EQ(word(*receive(2)), 1U);
    EXPECT_EQ(word(*receive(2)), 3U);
    refused(receive(2, at_once), Check::nobody, no_argument);
}

// ── capabilities of a message that fails: they stay where they are ─────────────────────────────

class KernelFailedSend : public KernelMeeting {
  protected:
    KernelFailedSend() {
        EXPECT_TRUE(world_.create(ObjectType::region, 60, 0, 1).done());
        world_.buffer(1).capabilities[0] = 60;
    }
    std::optional<CallAnswer> send_it(std::uint64_t timeout) {
        return send(1, 1, timeout, MessageHead::of(0, 1).word);
    }
    void it_is_where_it_was() {
        EXPECT_TRUE(world_.kernel.state().slots().find({0, 1}, Slot{60}));
        EXPECT_FALSE(world_.kernel.state().slots().find({0, 1}, Slot{100}));
        EXPECT_EQ(world_.root(), root_);
    }
    Hash256 root_{};
};

TEST_F(KernelFailedSend, BecauseNobodyIsThere) {
    root_ = world_.root();
    refused(send_it(at_once), Check::nobody, no_argument);
    it_is_where_it_was();
}

TEST_F(KernelFailedSend, BecauseItsTimeIsOver) {
    root_ = world_.root();
    EXPECT_FALSE(send_it(500));
    world_.pass(500);
    refused(world_.told(1), Check::timeout, no_argument);
    it_is_where_it_was();
}

TEST_F(KernelFailedSend, BecauseTheReceiverTakesNone) {
    root_ = world_.root();
    EXPECT_FALSE(receive(2));
    refused(send_it(for_long), Check::window, 1);
    it_is_where_it_was();
}

TEST_F(KernelFailedSend, BecauseTheReceiversSlotIsTaken) {
    ASSERT_TRUE(world_.derive(endpoint, own, 101, right::read).done());
    root_ = world_.root();
    world_.buffer(2).window = 100;
    EXPECT_FALSE(receive(2));
    world_.buffer(1).capabilities[1] = 60; // two, and only one finds its place
    refused(send(1, 1, for_long, MessageHead::of(0, 2).word), Check::window, 1);
    it_is_where_it_was();
}

TEST_F(KernelFailedSend, BecauseAnotherOfThemMayNotPass) {
    ASSERT_TRUE(world_.derive(60, own, 62, right::read).done());
    root_ = world_.root();
    world_.buffer(2).window = 100;
    EXPECT_FALSE(receive(2));
    world_.buffer(1).capabilities[1] = 62;
    refused(send(1, 1, for_long, MessageHead::of(0, 2).word), Check::rights, 1);
    it_is_where_it_was();
}

// What was named while the sender still had it, and had not when it came to pass.
TEST_F(KernelFailedSend, BecauseItWentWhileTheMessageWaited) {
    EXPECT_FALSE(send_it(for_long));
    ASSERT_TRUE(world_.do_call(0, Call::remove, {60}).done());
    world_.buffer(2).window = 100;
    EXPECT_FALSE(receive(2));
    refused(world_.told(1), Check::capability, 1);
    EXPECT_FALSE(world_.kernel.state().slots().find({0, 1}, Slot{100}));
    EXPECT_FALSE(world_.runs(2)) << "the receiver waits on";
}

} // namespace
} // namespace axiom::kernel::test

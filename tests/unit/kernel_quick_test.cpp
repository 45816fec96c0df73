// What a quick call or reply may not pass over: a timeout that was given, what has become of the
// capability, whose call is answered. That they come to what the long way comes to, in whatever
// order, is a property (kernel_quick_properties_test); these are what random orders seldom reach.

#include <gtest/gtest.h>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

// Both threads on the client's CPU: a quick way passes over nobody who is ready.
class KernelQuick : public KernelIpc {
  protected:
    KernelQuick() { AXIOM_ASSERT(world_.do_call(0, Call::thread_place, {32, 2}).done()); }

    void run(std::uint32_t thread) {
        for (int turn = 0; turn < 8 && world_.thread_on(1) != thread; ++turn) {
            world_.call_if(1, Call::yield, {});
        }
        ASSERT_EQ(world_.thread_on(1), thread);
    }
    // The client's call reaches the server, whose last slot is `slot`.
    void call_server(std::uint64_t slot) {
        run(server_);
        EXPECT_FALSE(receive(1, for_ever, slot));
        run(client_);
        EXPECT_FALSE(call(1, 5));
        run(server_);
        ASSERT_TRUE(world_.told(1).done());
    }
    void reply_and_receive(std::uint64_t slot) {
        world_.call_if(1, Call::reply_receive, {token(world_.told(1)), 0, slot, for_ever, 6});
    }
    // A call that is answered, so that the client's next through this slot may be quick.
    void call_and_reply(std::uint64_t slot) {
        run(server_);
        EXPECT_FALSE(receive(1));
        run(client_);
        EXPECT_FALSE(call(1, 5, for_ever, 0, slot));
        run(server_);
        reply_and_receive(endpoint);
        run(client_);
        EXPECT_TRUE(world_.told(1).done());
    }
    [[nodiscard]] Wait wait_of(std::uint32_t thread) const {
        return world_.kernel.thread(thread).seen().wait();
    }
};

TEST_F(KernelQuick, ATimeoutIsKeptByACallLikeTheOneBefore) {
    call_and_reply(endpoint);
    EXPECT_FALSE(call(1, 7, 5000));
    EXPECT_EQ(wait_of(client_), Wait::reply);
    world_.pass(10'000);
    refused(world_.kernel.thread(client_).answer, Check::timeout, no_argument);
}

TEST_F(KernelQuick, ACapabilityWhoseTimeIsOverIsRefusedAlthoughItWasUsedBefore) {
    constexpr std::uint64_t until = 100;
    constexpr std::uint64_t slot = 50;
    ASSERT_TRUE(
        world_.do_call(0, Call::derive, {endpoint, own, slot, right::all.bits, 0, until}).done());
    call_and_reply(slot);
    world_.domain.tick(LogTime{until});
    refused(call(1, 7, for_ever, 0, slot), Check::capability);
}

TEST_F(KernelQuick, WhoMayOnlyReceiveMayNotCallThroughTheSameSlot) {
    ASSERT_TRUE(world_.derive(endpoint, own, 50, right::read).done());
    call_server(50);
    EXPECT_TRUE(world_.do_call(1, Call::reply, {token(world_.told(1)), 0, 6}).done());
    run(client_);
    EXPECT_FALSE(receive(1));
    run(server_);
    refused(call(1, 7, for_ever, 0, 50), Check::rights);
}

TEST_F(KernelQuick, BitsThatWaitAreTakenBeforeAServerWaits) {
    world_.bind(Binding::signals, 32, notification);
    call_server(endpoint);
    ASSERT_TRUE(world_.do_call(0, Call::signal, {notification, 4}).done());
    reply_and_receive(endpoint);
    EXPECT_EQ(wait_of(client_), Wait::none);
    EXPECT_EQ(wait_of(server_), Wait::none);
    CallAnswer const& told = world_.kernel.thread(server_).answer;
    EXPECT_NE(told.words[ReceivedWords::head] & head_is_signal, 0U);
}

TEST_F(KernelQuick, AServerWhoseCapabilityIsRevokedDoesNotWaitThroughItAgain) {
    ASSERT_TRUE(world_.derive(endpoint, own, 50, right::read).done());
    call_server(50);
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {endpoint, 0}).done());
    reply_and_receive(50);
    EXPECT_EQ(wait_of(server_), Wait::none);
    EXPECT_FALSE(world_.kernel.thread(server_).answer.done());
}

TEST_F(KernelQuick, AServerTakesTheCallThatWaitsBeforeItWaitsItself) {
    std::uint32_t const second = world_.start_thread(3, 36);
    ASSERT_TRUE(world_.do_call(0, Call::thread_place, {36, 2}).done());
    call_server(endpoint);
    std::uint64_t const of_client = token(world_.told(1));
    run(second);
    EXPECT_FALSE(call(1, 8));
    run(server_);
    world_.call_if(1, Call::reply_receive, {of_client, 0, endpoint, for_ever, 6});
    EXPECT_EQ(wait_of(client_), Wait::none);
    EXPECT_EQ(wait_of(server_), Wait::none);
    EXPECT_EQ(world_.kernel.thread(server_).answer.words[ReceivedWords::first], 8U);
}

// Who calls lends to the server while it queues, who sends does not.
TEST_F(KernelQuick, AServerTakesTheMessageThatWaitsBeforeItWaitsItself) {
    std::uint32_t const second = world_.start_thread(3, 36);
    ASSERT_TRUE(world_.do_call(0, Call::thread_place, {36, 2}).done());
    call_server(endpoint);
    std::uint64_t const of_client = token(world_.told(1));
    run(second);
    EXPECT_FALSE(send(1, 8));
    run(server_);
    world_.call_if(1, Call::reply_receive, {of_client, 0, endpoint, for_ever, 6});
    EXPECT_EQ(wait_of(client_), Wait::none);
    EXPECT_EQ(wait_of(server_), Wait::none);
    EXPECT_EQ(world_.kernel.thread(server_).answer.words[ReceivedWords::first], 8U);
}

TEST_F(KernelQuick, ALongCallBehindAShortOneArrivesWhole) {
    call_and_reply(endpoint);
    constexpr std::uint64_t eight_bytes = 8;
    EXPECT_FALSE(call(1, 7, for_ever, eight_bytes));
    run(server_);
    EXPECT_EQ(world_.told(1).words[ReceivedWords::head], eight_bytes);
}

TEST_F(KernelQuick, AReplyToTheCallerOfAnotherProcessReachesNobody) {
    world_.create_process(40);
    ASSERT_TRUE(world_.derive(endpoint, 40, endpoint, right::all).done());
    std::uint32_t const other = world_.start_thread(3, 34, 40);
    std::uint32_t const served = world_.start_thread(3, 36);
    for (std::uint64_t const slot : {34U, 36U}) {
        ASSERT_TRUE(world_.do_call(0, Call::thread_place, {slot, 2}).done());
    }
    run(other);
    EXPECT_FALSE(receive(1));
    run(served);
    EXPECT_FALSE(call(1, 5)); // so that the other serves one, as whoever replies quickly does
    call_server(endpoint);
    std::uint64_t const of_server = token(world_.told(1));
    EXPECT_FALSE(world_.call_if(1, Call::wait, {notification, for_ever}));
    ASSERT_EQ(world_.thread_on(1), other);
    world_.call_if(1, Call::reply_receive, {of_server, 0, endpoint, for_ever, 6});
    EXPECT_EQ(wait_of(client_), Wait::reply);
    EXPECT_FALSE(world_.kernel.thread(other).answer.done());
}

} // namespace
} // namespace axiom::kernel::test

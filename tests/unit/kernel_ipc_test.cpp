// Messages, replies and notifications between threads, each on a CPU of its own.

#include <gtest/gtest.h>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

TEST_F(KernelIpc, WhatAServerRunsAtIsTheHighestOfThoseWhoLendStill) {
    world_.start_thread(3, 34, self_slot.value, 20);
    world_.start_thread(4, 36, self_slot.value, 30);
    Thread const& server = world_.kernel.thread(server_);
    constexpr std::uint64_t patience = 5000;
    EXPECT_FALSE(call(3, 1));
    EXPECT_FALSE(call(4, 2, patience));
    auto const first = receive(2);
    auto const second = receive(2);
    EXPECT_EQ(server.effective(), 30U);
    world_.pass(patience);
    refused(world_.told(4), Check::timeout, no_argument);
    EXPECT_EQ(server.effective(), 20U) << "the other still lends, and less";
    EXPECT_EQ(server.serving(), 1U);
    EXPECT_FALSE(call(4, 3));
    auto const third = receive(2);
    EXPECT_EQ(server.effective(), 30U);
    EXPECT_TRUE(reply(2, token(*first), 4)->done());
    EXPECT_EQ(server.effective(), 30U);
    EXPECT_TRUE(reply(2, token(*third), 5)->done());
    EXPECT_EQ(server.effective(), 10U);
    static_cast<void>(second);
}

TEST_F(KernelIpc, AMessagePassesWhoeverComesFirst) {
    EXPECT_FALSE(receive(2));
    auto const sent = send(1, 5);
    ASSERT_TRUE(sent && sent->done());
    EXPECT_EQ(word(world_.told(2)), 5U);
    EXPECT_EQ(word(world_.told(2), 1), 6U);

    EXPECT_FALSE(send(1, 7));
    EXPECT_FALSE(world_.runs(1));
    auto const received = receive(2);
    ASSERT_TRUE(received && received->done());
    EXPECT_EQ(word(*received), 7U);
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelIpc, MessagesArriveInTheOrderTheyWereSentAndEachOnce) {
    world_.start_thread(3, 34);
    EXPECT_FALSE(send(1, 100));
    EXPECT_FALSE(send(3, 200));
    EXPECT_EQ(word(*receive(2)), 100U);
    EXPECT_FALSE(send(1, 300));
    EXPECT_EQ(word(*receive(2)), 200U);
    EXPECT_EQ(word(*receive(2)), 300U);
    refused(receive(2, at_once), Check::nobody, no_argument);
}

TEST_F(KernelIpc, WhatDoesNotWaitIsToldThatNobodyIsThere) {
    refused(send(1, 1, at_once), Check::nobody, no_argument);
    refused(call(1, 1, at_once), Check::nobody, no_argument);
    refused(receive(1, at_once), Check::nobody, no_argument);
    refused(world_.call_if(1, Call::wait, {notification, at_once}), Check::nobody, no_argument);
}

TEST_F(KernelIpc, ATimeoutIsAnAnswer) {
    EXPECT_FALSE(send(1, 1, 500));
    EXPECT_TRUE(receive(2, 700)->done());
    EXPECT_TRUE(world_.told(1).done()) << "it came in time";
    EXPECT_FALSE(receive(2, 700));
    world_.pass(699);
    EXPECT_FALSE(world_.runs(2));
    world_.pass(1);
    refused(world_.told(2), Check::timeout, no_argument);
    refused(send(1, 9, at_once), Check::nobody, no_argument);
}

TEST_F(KernelIpc, ACallsTimeoutCoversItsReplyToo) {
    EXPECT_FALSE(call(1, 1, 500));
    auto const request = receive(2);
    world_.pass(500);
    refused(world_.told(1), Check::timeout, no_argument);
    refused(reply(2, token(*request), 3), Check::token);
}

TEST_F(KernelIpc, AReplyGoesToItsCallerOnce) {
    EXPECT_FALSE(call(1, 1));
    auto const request = receive(2);
    ASSERT_TRUE(request);
    EXPECT_NE(token(*request), 0U);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(reply(2, token(*request), 42)->done());
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_EQ(word(world_.told(1)), 42U);
    refused(reply(2, token(*request), 43), Check::token);
    EXPECT_EQ(word(world_.told(1)), 42U);
}

TEST_F(KernelIpc, OnlyTheProcessThatReceivedACallMayReply) {
    world_.create_process(40);
    world_.start_thread(3, 44, 40);
    EXPECT_FALSE(call(1, 1));
    auto const request = receive(2);
    refused(reply(3, token(*request), 9), Check::token);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(reply(0, token(*request), 9)->done()) << "another thread of the same process may";
    EXPECT_TRUE(world_.runs(1));
}

TEST_F(KernelIpc, APlainSendAwaitsNoReply) {
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(send(1, 1)->done());
    EXPECT_EQ(token(world_.told(2)), 0U);
    refused(reply(2, 0, 1), Check::token);
}

TEST_F(KernelIpc, ReplyAndReceiveDoesBoth) {
    world_.start_thread(3, 34);
    EXPECT_FALSE(call(1, 1));
    EXPECT_FALSE(call(3, 2));
    auto const first = receive(2);
    auto const second = world_.call_if(2, Call::reply_receive,
                                       {token(*first), 0, endpoint, for_long, 11, 12, 13, 14});
    ASSERT_TRUE(second);
    EXPECT_EQ(word(world_.told(1)), 11U);
    EXPECT_EQ(word(world_.told(1), 3), 14U);
    EXPECT_EQ(word(*second), 2U);
    refused(world_.call_if(2, Call::reply_receive, {token(*first), 0, endpoint, for_long}),
            Check::token);
}

TEST_F(KernelIpc, TheBytesOfAMessageAreThoseOfItsSender) {
    for (std::size_t index = 0; index < message_bytes_max; ++index) {
        world_.buffer(1).bytes[index] = static_cast<std::byte>(index * 7);
    }
    EXPECT_FALSE(receive(2));
    auto& to = *world_.machine.buffers.at(server_);
    EXPECT_TRUE(send(1, 1, for_long, 100)->done());
    EXPECT_EQ(to.bytes[99], static_cast<std::byte>(99 * 7));
    EXPECT_EQ(to.bytes[100], std::byte{0});
    EXPECT_EQ(MessageHead{world_.told(2).words[ReceivedWords::head]}.bytes(), 100U);

    EXPECT_FALSE(send(1, 1, for_long, message_bytes_max));
    EXPECT_TRUE(receive(2)->done());
    EXPECT_EQ(to.bytes[4095], static_cast<std::byte>(4095 * 7));
    refused(send(1, 1, for_long, message_bytes_max + 1), Check::argument, 1);
    refused(send(1, 1, for_long, std::uint64_t{1} << 24U), Check::argument, 1);
}

TEST_F(KernelIpc, SendingReceivingAndCallingNeedTheirRights) {
    world_.derive(endpoint, own, 50, right::read);
    world_.derive(endpoint, own, 51, right::write);
    refused(send(1, 1, at_once, 0, 50), Check::rights);
    refused(call(1, 1, at_once, 0, 50), Check::rights);
    refused(receive(1, at_once, 51), Check::rights);
    refused(send(1, 1, at_once, 0, 51), Check::nobody, no_argument);
    refused(receive(1, at_once, 50), Check::nobody, no_argument);
    refused(send(1, 1, at_once, 0, notification), Check::type);
    refused(send(1, 1, at_once, 0, 99), Check::capability);
    refused(send(1, 1, at_once, 0, ~std::uint64_t{0}), Check::slot);
}

TEST_F(KernelIpc, TheReceiverSeesTheSendersBadge) {
    EXPECT_TRUE(world_.derive(endpoint, own, 50, right::write, 77).done());
    EXPECT_FALSE(send(1, 1, for_long, 0, 50));
    EXPECT_EQ(receive(2)->words[ReceivedWords::badge], 77U);
    EXPECT_FALSE(send(1, 1));
    EXPECT_EQ(receive(2)->words[ReceivedWords::badge], 0U);
}

TEST_F(KernelIpc, ASenderWhoseCapabilityIsRevokedIsTold) {
    world_.derive(endpoint, own, 50, right::write | right::revoke, 77);
    world_.derive(endpoint, own, 51, right::write, 78);
    world_.start_thread(3, 34);
    EXPECT_FALSE(send(1, 1, for_long, 0, 50));
    EXPECT_FALSE(send(3, 2, for_long, 0, 51));
    EXPECT_TRUE(world_.do_call(0, Call::revoke, {50, 1}).done());
    refused(world_.told(1), Check::capability, no_argument);
    EXPECT_FALSE(world_.runs(3)) << "another badge waits on";
    EXPECT_EQ(word(*receive(2)), 2U);
}

TEST_F(KernelIpc, AReceiverWhoseCapabilityIsRemovedIsTold) {
    world_.derive(endpoint, own, 50, right::read);
    EXPECT_FALSE(receive(2, for_long, 50));
    EXPECT_TRUE(world_.do_call(0, Call::remove, {50}).done());
    refused(world_.told(2), Check::capability, no_argument);
}

TEST_F(KernelIpc, WhoWaitsAtAnEndpointThatEndsIsTold) {
    EXPECT_FALSE(send(1, 1));
    EXPECT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
    refused(world_.told(1), Check::capability, no_argument);
}

TEST_F(KernelIpc, ACallerWhoseServerEndsIsTold) {
    EXPECT_FALSE(call(1, 1));
    ASSERT_TRUE(receive(2));
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {32, 9}).done());
    refused(world_.told(1), Check::peer, no_argument);
    EXPECT_FALSE(world_.runs(2));
}

TEST_F(KernelIpc, AServerIsToldNothingOfACallerThatEnds) {
    EXPECT_FALSE(call(1, 1));
    auto const request = receive(2);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 9}).done());
    refused(reply(2, token(*request), 1), Check::token);
}

TEST_F(KernelIpc, AQueuedCallerThatEndsIsGoneFromTheQueue) {
    EXPECT_FALSE(call(1, 1));
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 9}).done());
    refused(receive(2, at_once), Check::nobody, no_argument);
}

// ── capabilities in messages ───────────────────────────────────────────────────────────────────

class KernelPassage : public KernelIpc {
  protected:
    KernelPassage() {
        world_.create_process(40);
        stranger_ = world_.start_thread(3, 44, 40);
        // The other process may receive, in its slot 5.
        EXPECT_TRUE(world_.derive(endpoint, 40, 5, right::read | right::execute).done());
        EXPECT_TRUE(world_.create(ObjectType::region, 60, 0, 1).done());
    }

    [[nodiscard]] std::optional<SlotView> held_by_stranger(std::uint32_t slot) const {
        return world_.kernel.state().slots().find(world_.kernel.thread(stranger_).process,
                                                  Slot{slot});
    }
    std::optional<CallAnswer> send_capabilities(std::vector<std::uint32_t> const& slots,
                                                std::uint64_t through = endpoint) {
        std::copy(slots.begin(), slots.end(), world_.buffer(1).capabilities.begin());
        return send(1, 1, for_long, MessageHead::of(0, slots.size()).word, through);
    }
    std::uint64_t entries() { return world_.log.next_sequence().value; }

    std::uint32_t stranger_{};
};

TEST_F(KernelPassage, TheyArriveInTheReceiversWindowAsChildrenInOneEntry) {
    world_.machine.buffers.at(stranger_)->window = 100;
    EXPECT_FALSE(receive(3, for_long, 5));
    std::uint64_t const before = entries();
    auto const sent = send_capabilities({60, notification});
    ASSERT_TRUE(sent && sent->done()) << sent->status;
    EXPECT_EQ(entries(), before + 1);
    ASSERT_TRUE(held_by_stranger(100) && held_by_stranger(101));
    EXPECT_EQ(held_by_stranger(100)->object.type, ObjectType::region);
    EXPECT_EQ(held_by_stranger(101)->object.type, ObjectType::notification);
    EXPECT_EQ(MessageHead{world_.told(3).words[ReceivedWords::head]}.capabilities(), 2U);
    EXPECT_TRUE(world_.do_call(0, Call::revoke, {60, 0}).done());
    EXPECT_FALSE(held_by_stranger(100)) << "they go with their source";
}

TEST_F(KernelPassage, TheSenderMayWaitFirst) {
    EXPECT_FALSE(send_capabilities({60}));
    world_.machine.buffers.at(stranger_)->window = 100;
    auto const received = receive(3, for_long, 5);
    ASSERT_TRUE(received && received->done());
    EXPECT_TRUE(held_by_stranger(100));
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelPassage, ARefusalIsTheSendersAndTheReceiverWaitsOn) {
    EXPECT_FALSE(receive(3, for_long, 5));
    std::uint64_t const before = entries();
    refused(send_capabilities({60}), Check::window, 1);
    world_.machine.buffers.at(stranger_)->window = 100;
    world_.derive(60, own, 61, right::read);
    refused(send_capabilities({61}), Check::rights, 1);
    refused(send_capabilities({60, 99}), Check::capability, 1);
    EXPECT_EQ(entries(), before + 1) << "one derivation, no transfer";
    EXPECT_FALSE(world_.runs(3));
    EXPECT_FALSE(held_by_stranger(100));
    EXPECT_TRUE(send_capabilities({60})->done());
    EXPECT_TRUE(world_.runs(3));
}

TEST_F(KernelPassage, AQueuedSendersRefusalLeavesTheReceiverLooking) {
    EXPECT_FALSE(send_capabilities({99}));
    world_.machine.buffers.at(stranger_)->window = 100;
    EXPECT_FALSE(receive(3, for_long, 5));
    refused(world_.told(1), Check::capability, 1);
}

TEST_F(KernelPassage, ThroughAnEndpointOnlyWithTheRightTo) {
    world_.derive(endpoint, own, 50, right::write);
    EXPECT_FALSE(receive(3, for_long, 5));
    world_.machine.buffers.at(stranger_)->window = 100;
    refused(send_capabilities({60}, 50), Check::rights);
    EXPECT_FALSE(held_by_stranger(100));
}

TEST_F(KernelPassage, AReplyCarriesThemIfTheCallMayBeAnsweredSo) {
    auto const call_and_answer = [&](std::uint64_t through) {
        world_.buffer(1).window = 200;
        EXPECT_FALSE(call(1, 1, for_long, 0, through));
        auto const request = receive(2);
        world_.buffer(2).capabilities[0] = 60;
        return reply(2, token(*request), 1, MessageHead::of(0, 1).word);
    };
    world_.derive(endpoint, own, 50, right::write);
    refused(call_and_answer(50), Check::rights, 1);
    EXPECT_FALSE(world_.runs(1)) << "it waits on";
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
    world_.do_call(0, Call::remove, {30});
    world_.do_call(0, Call::remove, {31});
    client_ = world_.start_thread(1, 30);
    EXPECT_TRUE(call_and_answer(endpoint)->done());
    EXPECT_TRUE(world_.runs(1));
    EXPECT_TRUE(
        world_.kernel.state().slots().find(world_.kernel.thread(client_).process, Slot{200}));
}

// ── notifications ──────────────────────────────────────────────────────────────────────────────

class KernelNotifications : public KernelIpc {
  protected:
    std::optional<CallAnswer> signal(std::uint32_t cpu, std::uint64_t bits,
                                     std::uint64_t slot = notification) {
        return world_.call_if(cpu, Call::signal, {slot, bits});
    }
    std::optional<CallAnswer> wait(std::uint32_t cpu, std::uint64_t timeout = for_long) {
        return world_.call_if(cpu, Call::wait, {notification, timeout});
    }
};

TEST_F(KernelNotifications, BitsAddUpUntilSomebodyTakesThemAll) {
    EXPECT_TRUE(signal(1, 1)->done());
    EXPECT_TRUE(signal(1, 4)->done());
    EXPECT_EQ(word(*wait(2)), 5U);
    refused(wait(2, at_once), Check::nobody, no_argument);
    EXPECT_FALSE(wait(2));
    EXPECT_TRUE(signal(1, 8)->done());
    EXPECT_EQ(word(world_.told(2)), 8U);
    refused(signal(1, 0), Check::argument, 1);
}

TEST_F(KernelNotifications, ABadgedCapabilitySignalsItsBadge) {
    world_.derive(notification, own, 50, right::write, 0x10);
    EXPECT_TRUE(signal(1, 0xFF, 50)->done());
    EXPECT_EQ(word(*wait(2)), 0x10U);
}

TEST_F(KernelNotifications, OneSignalWakesOne) {
    world_.start_thread(3, 34);
    EXPECT_FALSE(wait(2));
    EXPECT_FALSE(wait(3));
    EXPECT_TRUE(signal(1, 1)->done());
    EXPECT_TRUE(world_.runs(2));
    EXPECT_FALSE(world_.runs(3));
}

TEST_F(KernelNotifications, ABoundOneWakesAReceiverInEitherOrder) {
    world_.bind(Binding::signals, 32, notification);
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(signal(1, 2)->done());
    EXPECT_EQ(world_.told(2).words[ReceivedWords::head], head_is_signal);
    EXPECT_EQ(word(world_.told(2)), 2U);

    EXPECT_TRUE(signal(1, 4)->done());
    auto const received = receive(2);
    ASSERT_TRUE(received);
    EXPECT_EQ(word(*received), 4U);
    EXPECT_FALSE(send(1, 9));
    EXPECT_EQ(word(*receive(2)), 9U) << "it was taken out of the queue both times";
}

TEST_F(KernelNotifications, BitsThatAreThereWakeAReceiverWhenTheyAreBoundToIt) {
    EXPECT_TRUE(signal(1, 2)->done());
    EXPECT_FALSE(receive(2));
    world_.bind(Binding::signals, 32, notification);
    ASSERT_TRUE(world_.runs(2));
    EXPECT_EQ(world_.told(2).words[ReceivedWords::head], head_is_signal);
    EXPECT_EQ(word(world_.told(2)), 2U);
    EXPECT_FALSE(send(1, 9));
    EXPECT_EQ(word(*receive(2)), 9U) << "it was taken out of the queue";
}

TEST_F(KernelNotifications, UnboundItWakesNoReceiver) {
    world_.bind(Binding::signals, 32, notification);
    world_.bind(Binding::signals, 32, own);
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(signal(1, 2)->done());
    EXPECT_FALSE(world_.runs(2));
    EXPECT_EQ(word(*wait(1)), 2U);
}

TEST_F(KernelNotifications, AnInterruptSignalsAndIsMaskedUntilAcknowledged) {
    EXPECT_TRUE(world_.create(ObjectType::interrupt, 70, 9, 0, lines_slot.value).done());
    world_.bind(Binding::line, 70, notification, 3);
    EXPECT_FALSE(world_.machine.lines.at(9));
    EXPECT_FALSE(wait(2));
    world_.interrupt(4, 9);
    EXPECT_EQ(word(world_.told(2)), 8U);
    EXPECT_TRUE(world_.machine.lines.at(9));
    EXPECT_TRUE(world_.do_call(2, Call::interrupt_acknowledge, {70}).done());
    EXPECT_FALSE(world_.machine.lines.at(9));
    refused(world_.do_call(2, Call::interrupt_acknowledge, {lines_slot.value}), Check::range);
    EXPECT_TRUE(world_.do_call(0, Call::remove, {70}).done());
    EXPECT_TRUE(world_.machine.lines.at(9)) << "nobody's line stays masked";
    world_.interrupt(4, 9);
    world_.interrupt(4, 1000);
    refused(wait(1, at_once), Check::nobody, no_argument);
}

} // namespace
} // namespace axiom::kernel::test

// Notifications that are bound to threads, and the interrupt lines that signal them.

#include <gtest/gtest.h>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelSignals : public KernelIpc {
  protected:
    void signal(std::uint64_t bits) {
        EXPECT_TRUE(world_.do_call(0, Call::signal, {notification, bits}).done());
    }
    [[nodiscard]] static std::uint64_t bits(CallAnswer const& answer) {
        bool const are = answer.words[ReceivedWords::head] == head_is_signal;
        return are ? answer.words[ReceivedWords::first] : 0;
    }
};

// ── bound to a thread ──────────────────────────────────────────────────────────────────────────

TEST_F(KernelSignals, BitsGoBeforeAMessageThatWaits) {
    world_.bind(Binding::signals, 32, notification);
    EXPECT_FALSE(send(1, 5));
    signal(2);
    EXPECT_EQ(bits(*receive(2)), 2U);
    EXPECT_EQ(word(*receive(2)), 5U);
}

// It has looked there through the capability, and got bits before it came to wait.
TEST_F(KernelSignals, AReplyMayWaitAtAnEndpointWhereNobodyEverWaited) {
    constexpr std::uint32_t fresh = 22;
    ASSERT_TRUE(world_.create(ObjectType::endpoint, fresh).done());
    EXPECT_FALSE(call(1, 5));
    auto const request = receive(2);
    ASSERT_TRUE(request && request->done());
    world_.bind(Binding::signals, 32, notification);
    signal(2);
    EXPECT_EQ(bits(*receive(2, for_long, fresh)), 2U);
    world_.bind(Binding::signals, 32, own);
    EXPECT_FALSE(world_.call_if(2, Call::reply_receive, {token(*request), 0, fresh, for_long, 6}));
    EXPECT_EQ(word(world_.told(1)), 6U);
    EXPECT_TRUE(send(1, 7, for_long, 0, fresh)->done());
    EXPECT_EQ(word(world_.told(2)), 7U);
}

TEST_F(KernelSignals, BoundAfterTheBitsCameTheyAreTaken) {
    signal(6);
    world_.bind(Binding::signals, 32, notification);
    EXPECT_EQ(bits(*receive(2)), 6U);
}

TEST_F(KernelSignals, AReceiverIsWokenOnceByBitsOrByAMessage) {
    world_.bind(Binding::signals, 32, notification);
    EXPECT_FALSE(receive(2));
    signal(1);
    EXPECT_FALSE(send(1, 9)) << "it has left the endpoint's queue";
    EXPECT_EQ(word(*receive(2)), 9U);
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(send(1, 10)->done());
    signal(4);
    EXPECT_EQ(bits(*receive(2)), 4U) << "kept until it receives again";
}

TEST_F(KernelSignals, AThreadThatWaitsForAnythingElseIsNotWoken) {
    world_.bind(Binding::signals, 30, notification);
    EXPECT_FALSE(call(1, 1));
    signal(1);
    EXPECT_FALSE(world_.runs(1));
    auto const request = receive(2);
    EXPECT_TRUE(reply(2, token(*request), 2)->done());
    EXPECT_EQ(word(world_.told(1)), 2U);
    EXPECT_EQ(bits(*receive(1)), 1U);
}

// Who waits for the notification itself goes before who is only bound to it.
TEST_F(KernelSignals, AWaiterGoesBeforeTheBoundThread) {
    world_.bind(Binding::signals, 32, notification);
    EXPECT_FALSE(receive(2));
    EXPECT_FALSE(world_.call_if(1, Call::wait, {notification, for_ever}));
    signal(1);
    EXPECT_TRUE(world_.runs(1));
    EXPECT_FALSE(world_.runs(2));
}

TEST_F(KernelSignals, ANotificationIsBoundToOneThread) {
    world_.start_thread(3, 34);
    auto const bind = [&](std::uint64_t thread) {
        return world_.do_call(
            0, Call::bind, {thread, notification, 0, static_cast<std::uint64_t>(Binding::signals)});
    };
    ASSERT_TRUE(bind(32).done());
    Hash256 const before = world_.root();
    refused(bind(34), Check::in_use, 1);
    EXPECT_EQ(world_.root(), before);
    EXPECT_TRUE(bind(32).done()) << "its own is no other";
    EXPECT_FALSE(receive(2));
    EXPECT_FALSE(receive(3));
    signal(1);
    EXPECT_EQ(bits(world_.told(2)), 1U);
    world_.bind(Binding::signals, 32, own);
    ASSERT_TRUE(bind(34).done());
    EXPECT_FALSE(receive(2));
    signal(2);
    EXPECT_FALSE(world_.runs(2));
    EXPECT_EQ(bits(world_.told(3)), 2U);
}

TEST_F(KernelSignals, ABindingEndsWithItsThread) {
    world_.bind(Binding::signals, 32, notification);
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {32, 0}).done());
    signal(8);
    EXPECT_EQ(world_.do_call(1, Call::wait, {notification, at_once}).words[ReceivedWords::first],
              8U);
    world_.do_call(0, Call::remove, {32});
    world_.do_call(0, Call::remove, {33});
    EXPECT_EQ(world_.start_thread(2, 32), server_) << "the same row";
    signal(16);
    refused(receive(2, at_once), Check::nobody, no_argument);
}

// It has looked whether something is bound, and waits when the binding is made.
TEST_F(KernelSignals, BoundWhileItsThreadBeginsToReceiveItIsNotMissed) {
    signal(4);
    bool arrived = false;
    world_.machine.while_stopping = [&] { arrived = !receive(2); };
    world_.bind(Binding::signals, 32, notification);
    world_.machine.while_stopping = nullptr;
    ASSERT_TRUE(arrived);
    ASSERT_TRUE(world_.runs(2));
    EXPECT_EQ(bits(world_.told(2)), 4U);
}

TEST_F(KernelSignals, ABoundNotificationLivesAsLongAsItsThread) {
    world_.bind(Binding::signals, 32, notification);
    ASSERT_TRUE(world_.derive(notification, own, 50, right::write).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {notification}).done());
    EXPECT_FALSE(receive(2));
    EXPECT_TRUE(world_.do_call(1, Call::signal, {50, 3}).done());
    EXPECT_EQ(bits(world_.told(2)), 3U);
}

TEST_F(KernelSignals, BindingNeedsToManageTheThreadAndToRead) {
    ASSERT_TRUE(world_.derive(32, own, 50, right::read | right::write).done());
    ASSERT_TRUE(world_.derive(notification, own, 51, right::write).done());
    auto const bind = [&](std::uint64_t thread, std::uint64_t target) {
        return world_.do_call(0, Call::bind,
                              {thread, target, 0, static_cast<std::uint64_t>(Binding::signals)});
    };
    refused(bind(50, notification), Check::rights);
    refused(bind(32, 51), Check::rights, 1);
    refused(bind(32, endpoint), Check::type, 1);
    refused(bind(notification, notification), Check::type);
    EXPECT_TRUE(bind(32, notification).done());
}

// ── interrupt lines ────────────────────────────────────────────────────────────────────────────

class KernelLines : public KernelSignals {
  protected:
    static constexpr std::uint32_t line_slot = 70;

    void carve(std::uint32_t slot, std::uint64_t line) {
        ASSERT_TRUE(world_.create(ObjectType::interrupt, slot, line, 0, lines_slot.value).done());
    }
    [[nodiscard]] bool masked(std::uint64_t line) { return world_.machine.lines[line]; }
};

TEST_F(KernelLines, OneLineIsCarvedFromAllAndFromNoOther) {
    carve(line_slot, 9);
    refused(world_.create(ObjectType::interrupt, 71, 9, 0, line_slot), Check::range, 4);
    refused(world_.create(ObjectType::interrupt, 71, 10, 0, line_slot), Check::range, 4);
    ASSERT_TRUE(world_.derive(lines_slot.value, own, 72, right::read | right::write).done());
    refused(world_.create(ObjectType::interrupt, 71, 9, 0, 72), Check::rights, 6);
    refused(world_.create(ObjectType::interrupt, 71, ~std::uint64_t{0}, 0, lines_slot.value),
            Check::range, 4);
}

TEST_F(KernelLines, ALineIsCarvedOnceUntilItsInterruptIsGone) {
    carve(line_slot, 9);
    world_.bind(Binding::line, line_slot, notification, 1);
    auto const entries = world_.recording().size();
    Hash256 const root = world_.root();
    refused(world_.create(ObjectType::interrupt, 71, 9, 0, lines_slot.value), Check::in_use, 4);
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.recording().size(), entries);
    carve(71, 10);
    ASSERT_TRUE(world_.do_call(0, Call::remove, {71}).done());
    world_.interrupt(4, 9);
    EXPECT_EQ(world_.do_call(1, Call::wait, {notification, at_once}).words[ReceivedWords::first],
              2U);
    ASSERT_TRUE(world_.derive(line_slot, own, 71, right::read).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {line_slot}).done());
    refused(world_.create(ObjectType::interrupt, 72, 9, 0, lines_slot.value), Check::in_use, 4);
    ASSERT_TRUE(world_.do_call(0, Call::remove, {71}).done());
    carve(line_slot, 9);
}

TEST_F(KernelLines, ALineSignalsNoBitThatItsBadgeDoesNotHave) {
    ASSERT_TRUE(
        world_.do_call(0, Call::derive, {notification, own, 60, right::write.bits, 4}).done());
    ASSERT_TRUE(world_.create(ObjectType::interrupt, 61, 9, 0, lines_slot.value).done());
    auto const bind = [&](std::uint64_t bit) {
        return world_.do_call(0, Call::bind,
                              {61, 60, bit, static_cast<std::uint64_t>(Binding::line)});
    };
    refused(bind(7), Check::badge, 1);
    EXPECT_TRUE(bind(2).done());
}

TEST_F(KernelLines, SeveralSignalOneNotificationEachWithItsBit) {
    carve(line_slot, 9);
    carve(line_slot + 1, 10);
    world_.bind(Binding::line, line_slot, notification, 0);
    world_.bind(Binding::line, line_slot + 1, notification, 63);
    world_.interrupt(4, 10);
    world_.interrupt(5, 9);
    EXPECT_EQ(world_.do_call(1, Call::wait, {notification, at_once}).words[ReceivedWords::first],
              (std::uint64_t{1} << 63U) | 1U);
}

TEST_F(KernelLines, AnotherBindingTakesTheLineAlongAndNoneMasksIt) {
    carve(line_slot, 9);
    ASSERT_TRUE(world_.create(ObjectType::notification, 71).done());
    world_.bind(Binding::line, line_slot, notification, 1);
    world_.bind(Binding::line, line_slot, 71, 2);
    world_.interrupt(4, 9);
    refused(world_.do_call(1, Call::wait, {notification, at_once}), Check::nobody, no_argument);
    EXPECT_EQ(world_.do_call(1, Call::wait, {71, at_once}).words[ReceivedWords::first], 4U);
    world_.bind(Binding::line, line_slot, own);
    EXPECT_TRUE(masked(9));
    world_.interrupt(4, 9); // one that was under way
    refused(world_.do_call(1, Call::wait, {71, at_once}), Check::nobody, no_argument);
}

TEST_F(KernelLines, IsAcknowledgedAndMaskedOnlyWithTheRightToRead) {
    carve(line_slot, 9);
    world_.bind(Binding::line, line_slot, notification, 1);
    ASSERT_TRUE(world_.derive(line_slot, own, 71, right::write | right::grant).done());
    world_.interrupt(4, 9);
    refused(world_.do_call(1, Call::interrupt_acknowledge, {71}), Check::rights);
    refused(world_.do_call(1, Call::interrupt_mask, {71, 0}), Check::rights);
    EXPECT_TRUE(masked(9));
    EXPECT_TRUE(world_.do_call(1, Call::interrupt_mask, {line_slot, 0}).done());
    EXPECT_FALSE(masked(9));
    EXPECT_TRUE(world_.do_call(1, Call::interrupt_mask, {line_slot, 1}).done());
    EXPECT_TRUE(masked(9));
}

// The rule of the whole domain of interrupts: what goes takes its lines with it.
TEST_F(KernelLines, RevokingTheWholeDomainSilencesEveryLineCarvedFromIt) {
    carve(line_slot, 9);
    carve(line_slot + 1, 10);
    world_.bind(Binding::line, line_slot, notification, 1);
    world_.bind(Binding::line, line_slot + 1, notification, 2);
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {lines_slot.value, 0}).done());
    EXPECT_TRUE(masked(9));
    EXPECT_TRUE(masked(10));
    world_.interrupt(4, 9);
    world_.interrupt(4, 10);
    refused(world_.do_call(1, Call::wait, {notification, at_once}), Check::nobody, no_argument);
    refused(world_.do_call(0, Call::interrupt_acknowledge, {line_slot}), Check::capability);
    carve(line_slot, 9); // and it can be carved again
}

} // namespace
} // namespace axiom::kernel::test

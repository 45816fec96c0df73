// The calls by which the log leaves the kernel: attaching, draining, what wakes whoever does.

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <axiom/log/log_kinds.hpp>
#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t poor_log = 50;

class KernelLog : public testing::Test {
  protected:
    /// Another entry.
    void add(std::uint32_t slot) {
        ASSERT_TRUE(logs_.world.derive(account_slot.value, own, slot, right::read).done());
    }

    /// A capability to the log with these rights alone.
    void log_with(Rights rights) {
        ASSERT_TRUE(logs_.world.derive(log_slot.value, own, poor_log, rights).done());
    }

    LogWorld logs_;
};

/// Each link follows from the one before, its leaf and the header as it was drained.
void check_chain(Drained const& drained) {
    Hash256 link = drained.head.previous_head;
    for (std::uint32_t index = 0; index < drained.head.count; ++index) {
        EntryHeader const header = drained.header(index);
        EXPECT_EQ(header.sequence.value, drained.head.first + index);
        Hash256 const leaf = leaf_of(host::portable_engine(), header);
        EXPECT_EQ(leaf, drained.leaves[index]);
        link = link_of(host::portable_engine(), link, leaf);
    }
    EXPECT_EQ(link, drained.head.head);
}

TEST_F(KernelLog, DrainsBlocksWhoseLinksFollowFromOneAnother) {
    Hash256 head = logs_.world.log.drained_head();
    std::uint64_t next = logs_.world.log.drained().value;
    for (CallAnswer answer = logs_.drain(); answer.words[0] != 0; answer = logs_.drain(next)) {
        auto const drained = logs_.drained(answer);
        EXPECT_EQ(answer.words[2], next);
        EXPECT_EQ(drained.head.previous_head, head);
        EXPECT_LE(drained.head.count, drain_entries_max);
        check_chain(drained);
        head = drained.head.head;
        next += drained.head.count;
        EXPECT_EQ(answer.words[3] != 0, next != logs_.world.log.next_sequence().value);
    }
    EXPECT_EQ(next, logs_.world.log.next_sequence().value);
    EXPECT_EQ(logs_.world.log.watermark().value, next);
}

TEST_F(KernelLog, ASmallRegionGetsWhatFitsAndTheRestNextTime) {
    for (std::uint32_t slot = 60; slot < 100; ++slot) {
        add(slot);
    }
    std::uint64_t next = logs_.world.log.drained().value;
    do {
        auto const answer = logs_.drain(next, small_region);
        ASSERT_TRUE(answer.done());
        ASSERT_NE(answer.words[0], 0U);
        EXPECT_LE(answer.words[1], 4096U);
        check_chain(logs_.drained(answer, small_region));
        next += answer.words[0];
    } while (next != logs_.world.log.next_sequence().value);
}

TEST_F(KernelLog, WhatIsSaidToBeDurableWasDrainedAndIsNotTakenBack) {
    std::uint64_t const start = logs_.world.log.watermark().value;
    ASSERT_TRUE(logs_.drain().done());
    std::uint64_t const end = logs_.world.log.drained().value;
    ASSERT_GT(end, start);
    refused(logs_.drain(end + 1), Check::argument, 2);
    EXPECT_EQ(logs_.world.log.watermark().value, start);
    ASSERT_TRUE(logs_.drain(end).done());
    EXPECT_EQ(logs_.world.log.watermark().value, end);
    refused(logs_.drain(end - 1), Check::argument, 2);
    EXPECT_EQ(logs_.world.log.watermark().value, end);
}

TEST_F(KernelLog, ARefusedDrainHasDrainedNothing) {
    ASSERT_TRUE(logs_.world.create(ObjectType::region, 51, 16, 1, registers_slot.value).done());
    auto const before = logs_.world.log.drained();
    std::uint64_t const durable = logs_.world.log.watermark().value;
    refused(logs_.drain(durable, 51), Check::type, 1); // a device's registers
    refused(logs_.drain(durable, 3000), Check::capability, 1);
    refused(logs_.drain(durable, wake_slot), Check::type, 1);
    refused(logs_.drain(durable, drain_region, StoreState{3}), Check::argument, 3);
    ASSERT_TRUE(logs_.world.derive(drain_region, own, 52, right::read).done());
    refused(logs_.drain(durable, 52), Check::rights, 1);
    log_with(right::write | right::execute | right::manage);
    refused(logs_.world.do_call(0, Call::log_drain, {poor_log, drain_region, durable}),
            Check::rights);
    EXPECT_EQ(logs_.world.log.drained(), before);
    EXPECT_EQ(logs_.world.log.watermark().value, durable);
}

TEST_F(KernelLog, AStoreThatIsNearlyFullIsForRecoveryAlone) {
    std::uint64_t const durable = logs_.world.log.watermark().value;
    ASSERT_TRUE(logs_.drain(durable, drain_region, StoreState::nearly_full).done());
    EXPECT_TRUE(logs_.world.derive(account_slot.value, own, 60, right::read).done())
        << "the first account is that of recovery";
}

TEST_F(KernelLog, AFlushThatFailedIsFinal) {
    std::uint64_t const durable = logs_.world.log.watermark().value;
    auto const answer = logs_.drain(durable, drain_region, StoreState::failed);
    ASSERT_TRUE(answer.done());
    EXPECT_EQ(answer.words[0], 0U);
    auto const before = logs_.world.log.next_sequence();
    auto const root = logs_.world.root();
    auto const asked = logs_.world.derive(account_slot.value, own, 60, right::read);
    refused(asked, Check::log, no_argument);
    EXPECT_EQ(asked.words[0], static_cast<std::uint64_t>(Code::log_stopped));
    EXPECT_EQ(logs_.world.log.next_sequence(), before);
    EXPECT_EQ(logs_.world.root(), root);
}

// ── attaching ──────────────────────────────────────────────────────────────────────────────────

class KernelAttach : public testing::Test {
  protected:
    KernelAttach() : logs_{false, MachineWorld::LogIs::detached}, earlier_{earlier_log()} {}

    LogWorld logs_;
    EarlierLog earlier_;
};

TEST_F(KernelAttach, WhatWasHeldFollowsBootBehindTheRecoveredHead) {
    std::uint64_t const held = logs_.world.log.next_sequence().value;
    auto const attached = logs_.attach(earlier_, 5);
    ASSERT_TRUE(attached.done());
    EXPECT_EQ(attached.words[0], earlier_.next.value + held);
    auto const drained = logs_.drained(logs_.drain(earlier_.next.value));
    EXPECT_EQ(drained.head.first, earlier_.next.value);
    EXPECT_EQ(drained.head.previous_head, earlier_.head);
    check_chain(drained);
    EXPECT_EQ(drained.header(0).kind, static_cast<std::uint16_t>(LogKind::boot));
    auto const boot = decode_whole<Boot>(drained.body(0)).value();
    EXPECT_EQ(boot.boot, BootNumber{1});
    EXPECT_EQ(boot.epoch, Epoch{5});
    EXPECT_EQ(boot.previous_head, earlier_.head);
    EXPECT_EQ(drained.header(1).domain, DomainNumber::kernel);
    EXPECT_EQ(drained.header(1).kind, static_cast<std::uint16_t>(Kind::start));
}

TEST_F(KernelAttach, LogTimeIsThatOfTheRecoveredLogFromThenOn) {
    EXPECT_EQ(logs_.world.do_call(0, Call::time, {}).words[1], 0U);
    ASSERT_TRUE(logs_.attach(earlier_log(LogTime{70'000}), 5).done());
    EXPECT_EQ(logs_.world.do_call(0, Call::time, {}).words[1], 70'000U);
    refused(logs_.world.do_call(0, Call::derive,
                                {account_slot.value, own, 60, right::read.bits, 0, 70'000}),
            Check::argument, 5);
    EXPECT_TRUE(
        logs_.world
            .do_call(0, Call::derive, {account_slot.value, own, 60, right::read.bits, 0, 70'001})
            .done());
}

// What a replay has of the boots before is the same time.
TEST_F(KernelAttach, AReplayHasTheSameLogTimeFromBootOn) {
    std::vector<std::byte> memory(KernelDomain::bytes_for(MachineWorld::rows));
    Arena arena{MutableBytes{memory}};
    KernelDomain replayed{arena, MachineWorld::rows};
    replayed.tick(LogTime{70'000});
    replayed.boot(Boot{});
    ASSERT_TRUE(logs_.attach(earlier_log(LogTime{70'000}), 5).done());
    EXPECT_EQ(replayed.state().now(), logs_.world.kernel.state().now());
}

TEST_F(KernelAttach, BeforeItNothingIsDrained) {
    refused(logs_.drain(0), Check::log, no_argument);
}

TEST_F(KernelAttach, TakesOnlyAStateAndAPlaceThatBelongTogether) {
    Hash256 const before = logs_.log_root();
    auto const expect_detached = [&](CallAnswer const& answer, Check check, std::uint8_t argument) {
        refused(answer, check, argument);
        EXPECT_FALSE(logs_.world.log.attached());
        EXPECT_EQ(logs_.log_root(), before) << "the state that was given is not the log's";
    };
    EarlierLog wrong = earlier_;
    wrong.next.value += 1;
    expect_detached(logs_.attach(wrong, 5), Check::log, no_argument);
    wrong = earlier_;
    wrong.state.pop_back();
    expect_detached(logs_.attach(wrong, 5), Check::log, 1);
    wrong = earlier_;
    wrong.state.push_back(std::byte{0});
    expect_detached(logs_.attach(wrong, 5), Check::log, 1);
    expect_detached(logs_.attach(earlier_, 0), Check::log, no_argument); // no epoch is as old
    expect_detached(logs_.attach(earlier_, 5, drain_region), Check::type, 2);
    AttachHead const head{.state_bytes = large_pages * 4096};
    logs_.write(drain_region, std::as_bytes(std::span{&head, 1}));
    expect_detached(logs_.world.do_call(0, Call::log_attach, {log_slot.value, drain_region, own}),
                    Check::range, 1);
    EXPECT_TRUE(logs_.attach(earlier_, 5).done());
}

TEST_F(KernelAttach, NeedsTheRightToManage) {
    ASSERT_TRUE(
        logs_.world
            .derive(log_slot.value, own, poor_log, right::read | right::write | right::execute)
            .done());
    refused(logs_.world.do_call(0, Call::log_attach, {poor_log, drain_region, own}), Check::rights);
}

TEST_F(KernelAttach, ARestartedDrainerTakesOnWhereItsStoreEnds) {
    ASSERT_TRUE(logs_.attach(earlier_, 5).done());
    auto const first = logs_.drained(logs_.drain(earlier_.next.value));
    ASSERT_TRUE(logs_.world.derive(account_slot.value, own, 60, right::read).done());
    // It died before it wrote any of it, and finds what its store held before.
    ASSERT_TRUE(logs_.attach(earlier_, 6).done());
    auto const again = logs_.drained(logs_.drain(earlier_.next.value));
    check_chain(again);
    ASSERT_GE(again.head.count, first.head.count + 2);
    for (std::uint32_t index = 0; index < first.head.count; ++index) {
        EXPECT_EQ(again.entries[index], first.entries[index]);
    }
    EXPECT_EQ(again.header(again.head.count - 1).kind, static_cast<std::uint16_t>(LogKind::attach));
}

TEST_F(KernelAttach, AnotherHeadOrAnOlderEpochIsNotTakenOn) {
    ASSERT_TRUE(logs_.attach(earlier_, 5).done());
    ASSERT_TRUE(logs_.drain(earlier_.next.value).done());
    auto const next = logs_.world.log.next_sequence();
    auto const again = logs_.attach(earlier_, 5);
    refused(again, Check::log, no_argument);
    EXPECT_EQ(again.words[0], static_cast<std::uint64_t>(Code::fenced));
    EarlierLog forked = earlier_;
    forked.head.bytes[0] ^= std::byte{1};
    auto const answer = logs_.attach(forked, 6);
    refused(answer, Check::log, no_argument);
    EXPECT_EQ(answer.words[0], static_cast<std::uint64_t>(Code::forked));
    EXPECT_EQ(logs_.world.log.next_sequence(), next);
}

TEST_F(KernelAttach, BeforeItNoExpiryIsSet) {
    auto const derive = [&](std::uint64_t expires) {
        return logs_.world.do_call(0, Call::derive,
                                   {account_slot.value, own, 70, right::read.bits, 0, expires});
    };
    Hash256 const root = logs_.world.root();
    refused(derive(1'000'000), Check::log, 5);
    EXPECT_EQ(logs_.world.root(), root);
    EXPECT_TRUE(derive(0).done()) << "what lasts as long as its source may be handed on";
    ASSERT_TRUE(logs_.world.do_call(0, Call::remove, {70}).done());
    ASSERT_TRUE(logs_.attach(earlier_, 5).done());
    EXPECT_TRUE(derive(1'000'000).done());
}

// ── waking ─────────────────────────────────────────────────────────────────────────────────────

TEST_F(KernelAttach, AnEntryAfterTheLastWakesTheDrainerOnce) {
    ASSERT_TRUE(logs_.attach(earlier_, 5).done());
    auto const bits = [&] {
        auto const answer = logs_.world.do_call(0, Call::wait, {wake_slot, at_once});
        return answer.done() ? answer.words[ReceivedWords::first] : 0;
    };
    ASSERT_TRUE(logs_.drain(earlier_.next.value).done());
    EXPECT_EQ(bits(), 0U);
    ASSERT_TRUE(logs_.world.derive(account_slot.value, own, 60, right::read).done());
    EXPECT_EQ(bits(), log_waits_bit);
    ASSERT_TRUE(logs_.world.derive(account_slot.value, own, 61, right::read).done());
    EXPECT_EQ(bits(), 0U) << "it was told";
    ASSERT_TRUE(logs_.drain(logs_.world.log.drained().value).done());
    ASSERT_TRUE(logs_.world.derive(account_slot.value, own, 62, right::read).done());
    EXPECT_EQ(bits(), log_waits_bit);
}

// ── the SysLog ─────────────────────────────────────────────────────────────────────────────────

class KernelSyslogDrain : public testing::Test {
  protected:
    KernelSyslogDrain() : logs_{true, MachineWorld::LogIs::detached} {
        AXIOM_ASSERT(logs_.attach(earlier_log(), 5).done());
    }

    CallAnswer seal(std::uint64_t ring, std::uint64_t region = drain_region) {
        return logs_.world.do_call(0, Call::syslog_drain, {log_slot.value, region, ring});
    }
    std::vector<Record> batch(CallAnswer const& answer) {
        auto const bytes = logs_.read(drain_region, answer.words[0]);
        std::vector<Record> records(bytes.size() / sizeof(Record));
        std::memcpy(records.data(), bytes.data(), bytes.size());
        return records;
    }
    /// The seal that an entry holds.
    Seal seal_at(std::uint64_t sequence) {
        while (true) {
            auto const answer = logs_.drain(logs_.world.log.drained().value);
            AXIOM_ASSERT(answer.words[0] != 0);
            if (sequence < answer.words[2] + answer.words[0]) {
                auto const drained = logs_.drained(answer);
                auto const index = sequence - answer.words[2];
                EXPECT_EQ(drained.header(index).syslog.boot, 1U);
                return decode_whole<Seal>(drained.body(index)).value();
            }
        }
    }

    LogWorld logs_;
};

TEST_F(KernelSyslogDrain, ABatchIsWhatItsSealSays) {
    for (std::uint32_t ring : {0U, 1U}) {
        refused(logs_.world.do_call(0, Call::inspect, {3000}), Check::capability);
        auto const answer = seal(ring);
        ASSERT_TRUE(answer.done());
        ASSERT_NE(answer.words[0], 0U);
        EXPECT_EQ(answer.words[1], ring);
        auto const records = batch(answer);
        auto const verdict =
            check_batch(host::portable_engine(), BootNumber{1}, seal_at(answer.words[2]), records);
        EXPECT_TRUE(verdict.sound()) << static_cast<int>(verdict.flaw) << " at " << verdict.at;
    }
}

TEST_F(KernelSyslogDrain, ManyCallsWakeTheDrainerAndTheRingIsFoundWithoutBeingNamed) {
    EXPECT_EQ(seal(any_ring).words[0], 0U) << "nothing is due";
    logs_.world.create_process(20);
    logs_.world.start_thread(1, 30, 20);
    for (std::uint32_t count = 0; count < 3000; ++count) {
        logs_.world.do_call(1, Call::time, {});
    }
    auto const woken = logs_.world.do_call(0, Call::wait, {wake_slot, at_once});
    ASSERT_TRUE(woken.done());
    EXPECT_NE(woken.words[ReceivedWords::first] & syslog_waits_bit, 0U);
    auto const answer = seal(any_ring);
    EXPECT_EQ(answer.words[1], call_ring_of(1));
    EXPECT_EQ(answer.words[0], (1U + syslog_drain_records_max) * sizeof(Record));
}

// Long before so many calls would be.
TEST_F(KernelSyslogDrain, ManyRefusalsWakeTheDrainerToo) {
    logs_.world.create_process(20);
    logs_.world.start_thread(1, 30, 20);
    static_cast<void>(logs_.world.do_call(0, Call::wait, {wake_slot, at_once}));
    for (std::uint32_t count = 0; count < 1300; ++count) {
        refused(logs_.world.do_call(1, Call::inspect, {3000}), Check::capability);
    }
    auto const woken = logs_.world.do_call(0, Call::wait, {wake_slot, at_once});
    ASSERT_TRUE(woken.done());
    EXPECT_NE(woken.words[ReceivedWords::first] & syslog_waits_bit, 0U);
    auto const answer = seal(any_ring);
    EXPECT_EQ(answer.words[1], refusal_ring_of(1));
    EXPECT_NE(answer.words[0], 0U);
    EXPECT_EQ(seal(any_ring).words[0], 0U) << "the calls are not due yet";
}

// The sealer answers the faults: its own calls are no reason to look.
TEST_F(KernelSyslogDrain, ManyCallsThatThereAreNotWakeTheDrainerAsWell) {
    constexpr std::uint32_t endpoint = 24;
    ASSERT_TRUE(logs_.world.create(ObjectType::endpoint, endpoint).done());
    logs_.world.create_process(20);
    logs_.world.start_thread(1, 30, 20);
    logs_.world.bind(Binding::faults, 30, endpoint);
    static_cast<void>(logs_.world.do_call(0, Call::wait, {wake_slot, at_once}));
    for (std::uint32_t count = 0; count < 3000; ++count) {
        EXPECT_FALSE(logs_.world.call_number_if(1, 777, {}));
        auto const fault = logs_.world.do_call(0, Call::receive, {endpoint, at_once});
        ASSERT_TRUE(
            logs_.world.do_call(0, Call::reply, {fault.words[ReceivedWords::token]}).done());
    }
    auto const woken = logs_.world.do_call(0, Call::wait, {wake_slot, at_once});
    ASSERT_TRUE(woken.done());
    EXPECT_NE(woken.words[ReceivedWords::first] & syslog_waits_bit, 0U);
}

TEST_F(KernelSyslogDrain, TheSealersOwnCallsAreNeverDue) {
    for (std::uint32_t count = 0; count < 6000; ++count) {
        logs_.world.do_call(0, Call::time, {});
    }
    EXPECT_EQ(seal(any_ring).words[0], 0U);
}

TEST_F(KernelSyslogDrain, ARefusedDrainSealsNothing) {
    auto const before = logs_.world.log.next_sequence();
    refused(seal(2 * MachineWorld::cpus), Check::argument, 2);
    refused(seal(0, wake_slot), Check::type, 1);
    ASSERT_EQ(logs_.world.log.next_sequence(), before);
    ASSERT_TRUE(logs_.world.derive(log_slot.value, own, poor_log, right::write).done());
    refused(logs_.world.do_call(0, Call::syslog_drain, {poor_log, drain_region, 0}), Check::rights);
    EXPECT_EQ(logs_.world.kernel.state().rings().find(0)->end, 0U);
}

} // namespace
} // namespace axiom::kernel::test

// Giving up while the log has no room: it waits, and is done when the log has been drained.

#include <gtest/gtest.h>

#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t process = 20; // with its space; another account pays for it
constexpr std::uint32_t account = 22;
constexpr std::uint32_t endpoint = 24;
constexpr std::uint32_t held = 50; // of the ordinary process: to an endpoint
constexpr std::uint32_t child = 51;

// The first process drains the log. Two threads of an ordinary one are on CPUs 1 and 2.
class KernelRoom : public testing::Test {
  protected:
    KernelRoom() : KernelRoom{MachineWorld::LogIs::attached} {
        AXIOM_ASSERT(logs_.attach(here(), 5).done());
    }
    explicit KernelRoom(MachineWorld::LogIs log_is) : logs_{true, log_is} {
        MutableBytes const words{world_.buffer(0).bytes};
        Quota const limit{.objects = 10, .capabilities = 40, .threads = 2, .log_bytes = 500'000};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), limit.*quota_fields[index]);
        }
        AXIOM_ASSERT(
            world_.do_call(0, Call::create_account, {account_slot.value, own, account}).done());
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world_.create(ObjectType::space, process + 1).done());
        AXIOM_ASSERT(
            world_
                .do_call(0, Call::create,
                         {account, own, process, static_cast<std::uint64_t>(ObjectType::process), 7,
                          0, process + 1})
                .done());
        AXIOM_ASSERT(world_.derive(endpoint, process, held, right::all).done());
        world_.start_thread(1, 30, process);
        world_.start_thread(2, 32, process);
        AXIOM_ASSERT(world_.derive(30, process, 30, right::all).done());
        AXIOM_ASSERT(world_.derive(32, process, 32, right::all).done());
        AXIOM_ASSERT(world_.do_call(1, Call::derive, {held, own, child, right::all.bits}).done());
    }

    /// The log as whoever drained it until now would take it on.
    EarlierLog here() {
        while (world_.log.drain({})) {
        }
        world_.log.durable_through(world_.log.drained());
        return {.state = {}, .next = world_.log.drained(), .head = world_.log.drained_head()};
    }

    static bool is_full(CallAnswer const& answer) {
        return (answer.status & 0xFFU) == static_cast<std::uint64_t>(Check::log) &&
               answer.words[0] == static_cast<std::uint64_t>(Code::ring_full);
    }

    /// The first account fills the ring until it is refused itself.
    void fill() {
        CallAnswer answer{};
        do {
            answer = world_.do_call(0, Call::bind,
                                    {thread_slot.value, context_slot.value, 0,
                                     static_cast<std::uint64_t>(Binding::context)});
        } while (answer.done());
        ASSERT_TRUE(is_full(answer));
    }

    /// All is drained and durable.
    void make_room() {
        while (logs_.drain(world_.log.drained().value).words[0] != 0) {
        }
    }

    [[nodiscard]] bool has(std::uint32_t slot) {
        return world_.kernel.state().slots().find(ordinary(), Slot{slot}).has_value();
    }
    [[nodiscard]] RowHandle ordinary() {
        return world_.kernel.state()
            .slots()
            .find(world_.kernel.thread(world_.thread_on(0)).process, Slot{process})
            ->object.row;
    }

    LogWorld logs_;
    MachineWorld& world_{logs_.world};
};

TEST_F(KernelRoom, AnOrdinaryEntryIsRefused) {
    fill();
    EXPECT_TRUE(is_full(world_.do_call(1, Call::derive, {held, own, 52, right::read.bits})));
}

TEST_F(KernelRoom, WhoRemovesWaitsAndItIsDoneWhenThereIsRoom) {
    fill();
    auto const entries = world_.log.next_sequence();
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    EXPECT_TRUE(has(child));
    EXPECT_EQ(world_.log.next_sequence(), entries);
    ASSERT_TRUE(logs_.drain().done());
    EXPECT_FALSE(world_.runs(1)) << "nothing is durable yet, so there is no room";
    make_room();
    ASSERT_TRUE(world_.runs(1));
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_FALSE(has(child));
    EXPECT_EQ(world_.log.next_sequence().value, entries.value + 1) << "one entry";
}

// The first account itself has no room left; the log has, for the entry that says who drains now.
TEST_F(KernelRoom, WhoBeginsAnewToDrainDoesSoHoweverFullTheRingIs) {
    fill();
    for (std::uint64_t epoch = 6; epoch < 9; ++epoch) {
        EarlierLog const recovered{
            .state = {}, .next = world_.log.drained(), .head = world_.log.drained_head()};
        ASSERT_TRUE(logs_.attach(recovered, epoch).done()) << "and dies before it has drained any";
    }
    make_room();
    EXPECT_TRUE(world_.do_call(1, Call::derive, {held, own, 52, right::read.bits}).done());
}

TEST_F(KernelRoom, WhoRevokesWaitsToo) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::revoke, {held, 0}));
    make_room();
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_FALSE(has(child));
    EXPECT_TRUE(has(held));
}

TEST_F(KernelRoom, WhereThereIsNothingToRevokeNothingIsGivenUp) {
    ASSERT_TRUE(world_.do_call(1, Call::remove, {child}).done());
    fill();
    EXPECT_TRUE(is_full(world_.do_call(1, Call::revoke, {held, 0})));
}

TEST_F(KernelRoom, WhoKillsWaitsAndWhoIsKilledRunsUntilThen) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::thread_kill, {32, 9}));
    EXPECT_TRUE(world_.runs(2));
    make_room();
    EXPECT_FALSE(world_.runs(2));
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {32, 0}).words[0], 9U);
}

TEST_F(KernelRoom, WhoExitsRunsNoMoreAndHasEndedWhenThereIsRoom) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::thread_exit, {7}));
    EXPECT_FALSE(world_.call_if(2, Call::process_exit, {8}));
    refused(world_.do_call(0, Call::thread_join, {30, 0}), Check::nobody, no_argument);
    make_room();
    EXPECT_FALSE(world_.runs(1));
    EXPECT_FALSE(world_.runs(2));
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, 0}).words[0], 7U);
    EXPECT_EQ(world_.do_call(0, Call::process_wait, {process, 0}).words[0], 8U);
}

TEST_F(KernelRoom, WhoEndsByAFaultRunsNoMoreAndHasEndedWhenThereIsRoom) {
    fill();
    world_.fault(1, {.kind = Fault::Kind::page, .at = 1, .detail = 2});
    EXPECT_FALSE(world_.runs(1));
    make_room();
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, 0}).words[0],
              static_cast<std::uint64_t>(Fault::Kind::page));
}

TEST_F(KernelRoom, WhatHasGoneMeanwhileIsARefusal) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    EXPECT_FALSE(world_.call_if(2, Call::remove, {child}));
    make_room();
    bool const first_did = world_.told(1).done();
    EXPECT_TRUE(first_did != world_.told(2).done());
    refused(world_.told(first_did ? 2 : 1), Check::capability);
}

TEST_F(KernelRoom, WhoWaitsMayBeEnded) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    EXPECT_FALSE(world_.call_if(2, Call::thread_kill, {30, 1}));
    make_room();
    EXPECT_TRUE(world_.told(2).done());
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, 0}).words[0], 1U);
}

TEST_F(KernelRoom, WhenItsProcessEndsWhoWaitsEndsWithIt) {
    ASSERT_TRUE(world_.derive(process, process, 40, right::all).done());
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::process_kill, {40, 3}));
    EXPECT_FALSE(world_.call_if(2, Call::remove, {child}));
    make_room();
    EXPECT_FALSE(world_.runs(1));
    EXPECT_FALSE(world_.runs(2));
    EXPECT_EQ(world_.do_call(0, Call::process_wait, {process, 0}).words[0], 3U);
}

TEST_F(KernelRoom, WhoDrainsTheLogDoesNotWaitForItself) {
    fill();
    EXPECT_TRUE(is_full(world_.do_call(0, Call::remove, {held})) ||
                is_full(world_.do_call(0, Call::remove, {endpoint})));
    make_room();
    EXPECT_TRUE(world_.do_call(0, Call::remove, {endpoint}).done());
}

TEST_F(KernelRoom, ThatTheStoreHasFailedIsTold) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    ASSERT_TRUE(logs_.drain(world_.log.watermark().value, drain_region, StoreState::failed).done());
    ASSERT_TRUE(world_.runs(1));
    EXPECT_EQ(world_.told(1).words[0], static_cast<std::uint64_t>(Code::log_stopped));
}

TEST_F(KernelRoom, AnEndThatComesLateWakesWhoeverDrains) {
    fill();
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    make_room();
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_EQ(world_.log.drained(), world_.log.next_sequence());
    ASSERT_TRUE(world_.do_call(1, Call::remove, {held}).done());
    EXPECT_EQ(world_.do_call(0, Call::wait, {wake_slot, 0}).words[3] & log_waits_bit,
              log_waits_bit);
}

class KernelRoomDetached : public KernelRoom {
  protected:
    KernelRoomDetached() : KernelRoom{MachineWorld::LogIs::detached} {}
};

TEST_F(KernelRoomDetached, BeforeAttachWhoBringsTheLogUpIsRefusedAndOthersWait) {
    EarlierLog const earlier = earlier_log();
    fill();
    EXPECT_TRUE(is_full(world_.do_call(0, Call::remove, {endpoint})));
    EXPECT_FALSE(world_.call_if(1, Call::remove, {child}));
    auto const attached = logs_.attach(earlier, 5);
    ASSERT_TRUE(attached.done()) << attached.words[0];
    make_room();
    ASSERT_TRUE(world_.runs(1));
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_FALSE(has(child));
}

} // namespace
} // namespace axiom::kernel::test

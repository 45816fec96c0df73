// Threads and processes: who runs, for how long, and what is left when they end.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t endpoint = 20;
constexpr std::uint64_t ms = 1'000'000;

class KernelTasks : public testing::Test {
  protected:
    KernelTasks() { AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done()); }

    MachineWorld world_;
};

// ── scheduling ─────────────────────────────────────────────────────────────────────────────────

TEST_F(KernelTasks, AThreadStartsWhereItsStarterSays) {
    auto const thread = world_.start_thread(1, 30);
    auto const& [space, state] = world_.machine.started.at(thread);
    EXPECT_EQ(state.entry, 0x1000U);
    EXPECT_EQ(state.stack, 0x2000U);
    EXPECT_EQ(state.argument, 7U);
    EXPECT_EQ(world_.thread_on(1), thread);
    EXPECT_EQ(world_.told(1).status, as_it_was);
    refused(world_.do_call(0, Call::thread_start, {30, 1, 2, 3}), Check::in_use);
}

TEST_F(KernelTasks, WithoutASchedulingContextAThreadDoesNotRun) {
    EXPECT_TRUE(world_.create(ObjectType::thread, 30, 10, 0, self_slot.value).done());
    EXPECT_TRUE(world_.create(ObjectType::context, 31, 1000, 1000).done());
    world_.do_call(0, Call::thread_place, {30, 2});
    EXPECT_TRUE(world_.do_call(0, Call::thread_start, {30}).done());
    EXPECT_FALSE(world_.runs(1));
    world_.bind(Binding::context, 30, 31);
    EXPECT_TRUE(world_.runs(1));
}

TEST_F(KernelTasks, AHigherPriorityTakesTheCpuAtOnce) {
    auto const low = world_.start_thread(1, 30, self_slot.value, 5);
    auto const high = world_.start_thread(1, 32, self_slot.value, 20);
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_FALSE(world_.call_if(1, Call::sleep, {5 * ms}));
    EXPECT_EQ(world_.thread_on(1), low);
    world_.pass(5 * ms);
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelTasks, EqualsTakeTurns) {
    auto const first = world_.start_thread(1, 30);
    auto const second = world_.start_thread(1, 32);
    EXPECT_EQ(world_.thread_on(1), first);
    world_.pass(slice_ns);
    EXPECT_EQ(world_.thread_on(1), second);
    world_.call_if(1, Call::yield, {});
    EXPECT_EQ(world_.thread_on(1), first);
    world_.pass(slice_ns - 1);
    EXPECT_EQ(world_.thread_on(1), first);
}

TEST_F(KernelTasks, WhoIsInterruptedByAHigherOneKeepsItsTurn) {
    auto const first = world_.start_thread(1, 30);
    world_.start_thread(1, 32);
    auto const high = world_.start_thread(1, 34, self_slot.value, 20);
    EXPECT_EQ(world_.thread_on(1), high);
    world_.call_if(1, Call::sleep, {50 * ms});
    EXPECT_EQ(world_.thread_on(1), first);
}

TEST_F(KernelTasks, ABudgetIsUsedUpAndComesBackWithThePeriod) {
    auto const thread = world_.start_thread(1, 30);
    EXPECT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done()); // 2 ms in 10 ms
    world_.bind(Binding::context, 30, 40);
    world_.timer(1);
    EXPECT_EQ(world_.thread_on(1), thread);
    std::uint64_t const begin = world_.now;
    world_.pass(2 * ms);
    EXPECT_FALSE(world_.runs(1));
    world_.pass(7 * ms);
    EXPECT_FALSE(world_.runs(1));
    world_.pass(begin + 10 * ms - world_.now);
    EXPECT_EQ(world_.thread_on(1), thread);
}

TEST_F(KernelTasks, OverManyPeriodsNoMoreThanTheBudgetIsUsed) {
    auto const thread = world_.start_thread(1, 30);
    EXPECT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done());
    world_.bind(Binding::context, 30, 40);
    world_.timer(1);
    std::uint64_t used = 0;
    for (int step = 0; step < 1000; ++step) {
        bool const ran = world_.runs(1) && world_.thread_on(1) == thread;
        used += ran ? ms / 3 : 0;
        world_.pass(ms / 3);
    }
    // 333 ms are 34 periods at most, and a timer may come a step late in each.
    EXPECT_LE(used, 34 * 2 * ms + ms);
    EXPECT_GE(used, 32 * 2 * ms);
}

TEST_F(KernelTasks, AnIdleCpuTakesOverWhatMayRunThere) {
    auto const first = world_.start_thread(1, 30);
    auto const second = world_.start_thread(1, 32);
    EXPECT_EQ(world_.thread_on(1), first);
    world_.timer(2);
    EXPECT_FALSE(world_.runs(2)) << "it is placed on CPU 1 alone";
    world_.do_call(0, Call::thread_place, {32, 0b110});
    EXPECT_EQ(world_.thread_on(2), second);
    refused(world_.do_call(0, Call::thread_place, {32, std::uint64_t{1} << 40U}), Check::argument,
            1);
}

TEST_F(KernelTasks, WhoIsPlacedElsewhereWhileItRunsGoesOnThere) {
    auto const thread = world_.start_thread(1, 30);
    EXPECT_EQ(world_.thread_on(1), thread);
    world_.do_call(0, Call::thread_place, {30, 0b100});
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(world_.thread_on(2), thread);
    EXPECT_FALSE(world_.call_if(2, Call::thread_place, {30, 0b1000})) << "by itself, too";
    EXPECT_EQ(world_.thread_on(3), thread);
    EXPECT_TRUE(world_.told(3).done());
}

TEST_F(KernelTasks, WhoIsPlacedElsewhereWhileItIsReadyRunsThere) {
    world_.start_thread(1, 30);
    auto const ready = world_.start_thread(1, 32);
    world_.do_call(0, Call::thread_place, {32, 0b100});
    world_.pass(slice_ns); // its turn would come on CPU 1
    EXPECT_EQ(world_.thread_on(2), ready);
}

TEST_F(KernelTasks, WhoIsPlacedElsewhereWhileItIsReadyGoesBeforeLowerOnesThereAtOnce) {
    world_.start_thread(1, 30, self_slot.value, 20);
    auto const ready = world_.start_thread(1, 32, self_slot.value, 10);
    world_.start_thread(2, 34, self_slot.value, 5);
    world_.do_call(0, Call::thread_place, {32, 0b100});
    EXPECT_EQ(world_.thread_on(2), ready);
}

TEST_F(KernelTasks, AThreadWhoseContextIsTakenAwayStopsUntilItHasAnother) {
    auto const thread = world_.start_thread(1, 30);
    world_.bind(Binding::context, 30, own);
    EXPECT_FALSE(world_.runs(1));
    world_.bind(Binding::context, 30, 31);
    EXPECT_EQ(world_.thread_on(1), thread);
    EXPECT_TRUE(world_.do_call(0, Call::remove, {31}).done());
    EXPECT_EQ(world_.thread_on(1), thread) << "a context that is bound lives on";
}

TEST_F(KernelTasks, AContextThatTwoShareIsUsedUpByBoth) {
    EXPECT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done()); // 2 ms in 10 ms
    world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::context, 32, 40);
    world_.timer(1);
    world_.timer(2);
    world_.pass(ms);
    world_.timer(1);
    world_.timer(2);
    EXPECT_FALSE(world_.runs(2));
    world_.timer(1); // when it comes next
    EXPECT_FALSE(world_.runs(1));
}

TEST_F(KernelTasks, AServerRunsAtItsCallersPriorityUntilItReplies) {
    auto const server = world_.start_thread(1, 30, self_slot.value, 5);
    EXPECT_FALSE(world_.call_if(1, Call::receive, {endpoint, for_ever}));
    auto const middle = world_.start_thread(1, 32, self_slot.value, 10);
    world_.start_thread(2, 34, self_slot.value, 20);
    EXPECT_EQ(world_.thread_on(1), middle);
    EXPECT_FALSE(world_.call_if(2, Call::call, {endpoint, 0, for_ever, 1}));
    EXPECT_EQ(world_.thread_on(1), server) << "it goes before the one in the middle";
    std::uint64_t const token = world_.told(1).words[ReceivedWords::token];
    world_.call_if(1, Call::reply, {token});
    EXPECT_EQ(world_.thread_on(1), middle);
    EXPECT_TRUE(world_.runs(2));
}

TEST_F(KernelTasks, ACallersDeathTakesItsPriorityBack) {
    auto const server = world_.start_thread(1, 30, self_slot.value, 5);
    EXPECT_FALSE(world_.call_if(1, Call::receive, {endpoint, for_ever}));
    world_.start_thread(2, 34, self_slot.value, 20);
    EXPECT_FALSE(world_.call_if(2, Call::call, {endpoint, 0, for_ever, 1}));
    EXPECT_EQ(world_.kernel.thread(server).effective(), 20);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {34, 0}).done());
    EXPECT_EQ(world_.kernel.thread(server).effective(), 5);
}

TEST_F(KernelTasks, PrioritiesEndAtSixtyFour) {
    refused(world_.create(ObjectType::thread, 30, priorities, 0, self_slot.value), Check::argument,
            4);
}

// ── ends ───────────────────────────────────────────────────────────────────────────────────────

TEST_F(KernelTasks, JoiningAnswersWithWhatTheThreadEndedWith) {
    world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    EXPECT_FALSE(world_.call_if(2, Call::thread_join, {30, for_ever}));
    EXPECT_FALSE(world_.call_if(1, Call::thread_exit, {99}));
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(world_.told(2).done());
    EXPECT_EQ(world_.told(2).words[0], 99U);
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {30, at_once}).words[0], 99U);
    refused(world_.do_call(0, Call::thread_join, {32, at_once}), Check::nobody, no_argument);
    refused(world_.do_call(0, Call::thread_start, {30}), Check::ended);
}

TEST_F(KernelTasks, WaitingForAProcessAnswersWhenItIsKilled) {
    world_.create_process(40);
    world_.start_thread(1, 44, 40);
    world_.start_thread(2, 32);
    EXPECT_FALSE(world_.call_if(2, Call::process_wait, {40, for_ever}));
    EXPECT_TRUE(world_.do_call(0, Call::process_kill, {40, 5}).done());
    EXPECT_FALSE(world_.runs(1));
    EXPECT_EQ(world_.told(2).words[0], 5U);
    refused(world_.do_call(0, Call::process_kill, {40, 5}), Check::ended);
    refused(world_.do_call(0, Call::process_kill, {30, 5}), Check::capability);
    refused(world_.do_call(0, Call::process_kill, {32, 5}), Check::type);
}

TEST_F(KernelTasks, WhoWaitsForAProcessIsToldWhenItGoesWithTheWaitersOwnCapability) {
    world_.create_process(40);
    world_.start_thread(2, 32);
    EXPECT_FALSE(world_.call_if(2, Call::process_wait, {40, for_ever}));
    EXPECT_TRUE(world_.do_call(0, Call::remove, {40}).done()); // the last that refers to it
    refused(world_.told(2), Check::capability, no_argument);
}

TEST_F(KernelTasks, AProcessThatExitsIsGoneWithAllItsThreads) {
    world_.create_process(40);
    auto const one = world_.start_thread(1, 44, 40);
    world_.start_thread(2, 46, 40);
    EXPECT_FALSE(world_.call_if(1, Call::process_exit, {3}));
    EXPECT_FALSE(world_.runs(1));
    EXPECT_FALSE(world_.runs(2));
    EXPECT_EQ(world_.kernel.thread(one).seen().wait(), Wait::idle);
    EXPECT_EQ(world_.do_call(0, Call::process_wait, {40, at_once}).words[0], 3U);
}

TEST_F(KernelTasks, AProcessWhoseSpaceIsLostEndsOnWhateverCpuThatIsNoticed) {
    world_.create_process(40);
    auto const thread = world_.start_thread(1, 44, 40);
    auto const space = world_.kernel.state().processes().row(1).space.target;
    auto const root = world_.root();
    static_cast<void>(world_.kernel.lost(Cpu{3}, world_.now, {space.index, space.generation + 9}));
    EXPECT_EQ(world_.root(), root) << "another one that had its place";
    EXPECT_EQ(world_.thread_on(1), thread);
    static_cast<void>(world_.kernel.lost(Cpu{3}, world_.now, space));
    world_.timer(1);
    EXPECT_FALSE(world_.runs(1));
    auto const code = static_cast<std::uint64_t>(Fault::Kind::other);
    EXPECT_EQ(world_.do_call(0, Call::process_wait, {40, at_once}).words[0], code);
    EXPECT_EQ(world_.do_call(0, Call::thread_join, {44, at_once}).words[0], code);
}

TEST_F(KernelTasks, AThreadThatWaitsAnywhereCanBeKilled) {
    EXPECT_TRUE(world_.create(ObjectType::notification, 21).done());
    std::vector<std::pair<Call, Arguments>> const waits{
        {Call::send, {endpoint, 0, for_ever}},
        {Call::call, {endpoint, 0, for_ever}},
        {Call::receive, {endpoint, for_ever}},
        {Call::wait, {21, for_ever}},
        {Call::sleep, {1000 * ms}},
        {Call::process_wait, {self_slot.value, for_ever}},
        {Call::thread_join, {thread_slot.value, for_ever}}};
    for (auto const& [call, arguments] : waits) {
        auto const thread = world_.start_thread(1, 30);
        EXPECT_FALSE(world_.call_if(1, call, arguments));
        EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
        EXPECT_EQ(world_.kernel.thread(thread).seen().wait(), Wait::idle);
        EXPECT_TRUE(world_.do_call(0, Call::remove, {30}).done());
        EXPECT_TRUE(world_.do_call(0, Call::remove, {31}).done());
        world_.pass(1000 * ms); // its deadline comes, and means nothing
    }
    refused(world_.do_call(0, Call::receive, {endpoint, at_once}), Check::nobody, no_argument);
}

TEST_F(KernelTasks, ReadyAndRunningThreadsCanBeKilled) {
    world_.start_thread(1, 30);
    auto const ready = world_.start_thread(1, 32, self_slot.value, 3);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {32, 0}).done());
    EXPECT_EQ(world_.kernel.thread(ready).seen().wait(), Wait::idle);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
    EXPECT_FALSE(world_.runs(1));
}

TEST_F(KernelTasks, TheListHasTheProcessesBelowAnAccount) {
    world_.create_process(40);
    auto const listed = world_.do_call(0, Call::process_list, {account_slot.value, 0});
    EXPECT_EQ(listed.words[0], 2U);
    EXPECT_EQ(listed.words[1], 0U);
    // The second of 32 bytes each begins with its index.
    EXPECT_EQ(load_le<std::uint64_t>(Bytes{world_.buffer(0).bytes}.subspan(32, 8)), 1U);
    EXPECT_EQ(load_le<std::uint64_t>(Bytes{world_.buffer(0).bytes}.subspan(48, 8)), 7U);
}

// ── ports, looking ─────────────────────────────────────────────────────────────────────────────

TEST_F(KernelTasks, PortsAreReachedWithinTheirRange) {
    EXPECT_TRUE(world_.create(ObjectType::ports, 50, 0x3F8, 8, ports_slot.value).done());
    EXPECT_TRUE(world_.do_call(0, Call::port_out, {50, 0x3F8, 1, 0x55}).done());
    EXPECT_EQ(world_.do_call(0, Call::port_in, {50, 0x3F8, 1}).words[0], 0x55U);
    EXPECT_TRUE(world_.do_call(0, Call::port_in, {50, 0x3FC, 4}).done());
    refused(world_.do_call(0, Call::port_in, {50, 0x3FD, 4}), Check::range, 1);
    refused(world_.do_call(0, Call::port_in, {50, 0x3F7, 1}), Check::range, 1);
    refused(world_.do_call(0, Call::port_in, {50, ~std::uint64_t{0}, 1}), Check::range, 1);
    refused(world_.do_call(0, Call::port_in, {50, 0x3F8, 3}), Check::argument, 2);
    EXPECT_TRUE(world_.derive(50, own, 51, right::read).done());
    refused(world_.do_call(0, Call::port_out, {51, 0x3F8, 1, 1}), Check::rights);
}

TEST_F(KernelTasks, InspectingShowsWhatASlotHolds) {
    auto& label = world_.buffer(0).label;
    std::string_view const name = "reader";
    std::copy(name.begin(), name.end(), label.begin());
    EXPECT_TRUE(world_.derive(endpoint, own, 50, right::read, 77).done());
    auto const seen = world_.do_call(0, Call::inspect, {50});
    EXPECT_EQ(seen.words[0] & 0xFFU, static_cast<std::uint64_t>(ObjectType::endpoint));
    EXPECT_EQ(seen.words[0] >> 8U & 0xFFU, right::read.bits);
    EXPECT_EQ(seen.words[3], 77U);
    EXPECT_EQ(seen.words[5] & 0xFFU, 'r');
    label[0] = '\xFF';
    refused(world_.derive(endpoint, own, 51, right::read), Check::label, no_argument);
}

TEST_F(KernelTasks, DebugTextComesFromTheBuffer) {
    std::string_view const text = "hello";
    std::copy(text.begin(), text.end(), reinterpret_cast<char*>(world_.buffer(0).bytes.data()));
    EXPECT_TRUE(world_.do_call(0, Call::debug_write, {5}).done());
    EXPECT_EQ(world_.machine.written, "hello");
    refused(world_.do_call(0, Call::debug_write, {message_bytes_max + 1}), Check::argument);
}

} // namespace
} // namespace axiom::kernel::test

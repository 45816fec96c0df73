// Vacant CPUs and threads that wait for one: whoever queues a thread where it must wait tells one.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t notification = 21;
constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t higher = 20;

constexpr std::uint64_t set_of(std::initializer_list<unsigned> cpus) {
    std::uint64_t bits = 0;
    for (unsigned const cpu : cpus) {
        bits |= std::uint64_t{1} << cpu;
    }
    return bits;
}

class KernelVacancy : public testing::Test {
  protected:
    KernelVacancy() {
        AXIOM_ASSERT(world_.create(ObjectType::notification, notification).done());
        for (std::uint32_t cpu = 1; cpu < MachineWorld::cpus; ++cpu) {
            world_.timer(cpu);
            world_.pass(0); // until it has asked everybody
        }
    }

    void place(std::uint32_t slot, std::uint64_t cpus) {
        EXPECT_TRUE(world_.do_call(0, Call::thread_place, {slot, cpus}).done());
    }

    MachineWorld world_;
};

TEST_F(KernelVacancy, WhoIsWokenByAnotherCpuBehindAHigherOneRunsOnOneThatIsVacant) {
    auto const low = world_.start_thread(1, 30);
    EXPECT_FALSE(world_.call_if(1, Call::wait, {notification, for_ever}));
    auto const high = world_.start_thread(1, 32, self_slot.value, higher);
    place(30, set_of({1, 2}));
    EXPECT_TRUE(world_.do_call(0, Call::signal, {notification, 1}).done());
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_EQ(world_.thread_on(2), low);
    EXPECT_EQ(world_.told(2).words[ReceivedWords::first], 1U);
}

TEST_F(KernelVacancy, WhoseTimeComesBehindAHigherOneRunsOnOneThatIsVacant) {
    auto const low = world_.start_thread(1, 30);
    EXPECT_FALSE(world_.call_if(1, Call::sleep, {ms}));
    auto const high = world_.start_thread(1, 32, self_slot.value, higher);
    place(30, set_of({1, 3}));
    world_.pass(ms);
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_EQ(world_.thread_on(3), low);
}

TEST_F(KernelVacancy, WhoIsPushedAsideByAHigherOneGoesOnWhereOneIsVacant) {
    auto const low = world_.start_thread(1, 30);
    place(30, set_of({1, 2}));
    auto const high = world_.start_thread(1, 32, self_slot.value, higher);
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_EQ(world_.thread_on(2), low);
}

TEST_F(KernelVacancy, WhoMayRunOnOneFromNowOnIsTakenThereAtOnce) {
    auto const first = world_.start_thread(1, 30);
    auto const second = world_.start_thread(1, 32);
    EXPECT_EQ(world_.thread_on(1), first);
    place(32, set_of({1, 4}));
    EXPECT_EQ(world_.thread_on(4), second);
}

TEST_F(KernelVacancy, OneThatIsBusyIsNotTold) {
    world_.start_thread(1, 30, self_slot.value, higher);
    auto const busy = world_.start_thread(2, 32);
    auto const low = world_.start_thread(1, 34);
    place(34, set_of({1, 2}));
    EXPECT_EQ(world_.thread_on(2), busy);
    EXPECT_FALSE(world_.call_if(2, Call::sleep, {ms}));
    world_.pass(0); // it asks a few at a time
    EXPECT_EQ(world_.thread_on(2), low) << "it looks by itself when it has nothing to run";
}

// In one turn both waits end: the CPU that is told of the first has the second in its own queue.
TEST_F(KernelVacancy, WhoIsToldOfOneAndRunsAnotherPassesTheWordOn) {
    auto const first = world_.start_thread(1, 30);
    EXPECT_FALSE(world_.call_if(1, Call::sleep, {ms}));
    auto const second = world_.start_thread(1, 32);
    EXPECT_FALSE(world_.call_if(1, Call::sleep, {ms}));
    auto const high = world_.start_thread(1, 34, self_slot.value, higher);
    place(30, set_of({1, 2, 3}));
    place(32, set_of({2}));
    world_.pass(ms);
    EXPECT_EQ(world_.thread_on(1), high);
    EXPECT_EQ(world_.thread_on(2), second);
    EXPECT_EQ(world_.thread_on(3), first);
}

TEST_F(KernelVacancy, EveryCpuIsAskedAFewAtATimeBeforeOneHalts) {
    for (std::uint32_t waits_on = 1; waits_on < MachineWorld::cpus; ++waits_on) {
        MachineWorld world;
        for (std::uint32_t cpu = 1; cpu < MachineWorld::cpus; ++cpu) {
            world.start_thread(cpu, 28 + 2 * cpu, self_slot.value, higher);
        }
        auto const low = world.start_thread(waits_on, 40);
        std::uint32_t const leaves = waits_on == 1 ? 2 : 1;
        world.do_call(0, Call::thread_place, {40, set_of({waits_on, leaves})});
        EXPECT_FALSE(world.call_if(leaves, Call::sleep, {ms}));
        world.pass(0);
        EXPECT_EQ(world.thread_on(leaves), low) << "which waited for CPU " << waits_on;
    }
}

} // namespace
} // namespace axiom::kernel::test

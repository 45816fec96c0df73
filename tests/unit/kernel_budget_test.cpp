// A scheduling context's time, as several CPUs see it at once.

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include <kernel/task/budget.hpp>
#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint64_t budget = 200;
constexpr std::uint64_t period = 1000;

TEST(KernelBudget, IsThereAgainWithTheNextPeriodAndWhatIsOwedIsTakenOff) {
    Budget context;
    context.set(budget, period);
    EXPECT_EQ(context.left(5000).ns, budget);
    EXPECT_EQ(context.left(5000).until_ns, 6000U);
    context.charge(budget + 50);
    EXPECT_EQ(context.left(5999).ns, 0U);
    EXPECT_EQ(context.left(5999).until_ns, 6000U);
    EXPECT_EQ(context.left(6000).ns, budget - 50);
    EXPECT_EQ(context.left(8500).ns, budget);
    EXPECT_EQ(context.left(8500).until_ns, 9000U) << "periods follow one another without gaps";
}

// Whoever comes second must not take the new period's end together with what the old one had left.
TEST(KernelBudget, ThatItsPeriodEndsIsSeenByAllCpusOrByNone) {
    constexpr unsigned rounds = 20'000;
    constexpr unsigned cpus = 2;
    Budget context;
    context.set(budget, period);
    std::atomic<unsigned> dry{};
    std::barrier together{cpus};
    auto const run = [&] {
        for (unsigned round = 1; round <= rounds; ++round) {
            together.arrive_and_wait();
            if (context.left(round * period).ns == 0) {
                ++dry;
            }
            together.arrive_and_wait();
            context.charge(budget / cpus);
        }
    };
    std::thread other{run};
    run();
    other.join();
    EXPECT_EQ(dry.load(), 0U);
    EXPECT_EQ(context.last_left_ns(), 0) << "no charge is lost";
}

using KernelBudgets = KernelIpc;

// Threads of one context on five CPUs, together, in a second.
TEST_F(KernelBudgets, AllOfACpusTimeIsThatOfOneCpuHoweverManyShareIt) {
    constexpr std::uint64_t ms = 1'000'000;
    constexpr std::uint32_t context = 40;
    ASSERT_TRUE(world_.create(ObjectType::context, context, 1000, 1000).done());
    for (std::uint32_t cpu = 1; cpu < 6; ++cpu) {
        std::uint32_t const thread = cpu < 3 ? 28 + 2 * cpu : 60 + 4 * cpu;
        if (cpu > 2) {
            world_.start_thread(cpu, thread);
        }
        world_.bind(Binding::context, thread, context);
    }
    std::uint64_t used_ms = 0;
    for (int passed = 0; passed < 1000; ++passed) {
        world_.pass(ms);
        for (std::uint32_t cpu = 1; cpu < 6; ++cpu) {
            used_ms += world_.runs(cpu) ? 1 : 0;
        }
    }
    EXPECT_LE(used_ms, 1010U);
    EXPECT_GE(used_ms, 900U) << "and that is theirs";
}

TEST_F(KernelBudgets, WhoHasAllOfACpusTimeForItselfIsNotCounted) {
    constexpr std::uint32_t context = 40;
    ASSERT_TRUE(world_.create(ObjectType::context, context, 1000, 1000).done());
    auto const index = world_.kernel.state().newest().row.index;
    auto const is_counted = [&] { return !world_.kernel.scheduler().budget(index).is_unlimited(); };
    world_.bind(Binding::context, 30, context);
    EXPECT_FALSE(is_counted());
    world_.bind(Binding::context, 30, context);
    EXPECT_FALSE(is_counted()) << "once more the same";
    world_.bind(Binding::context, 32, context);
    EXPECT_TRUE(is_counted());
    ASSERT_TRUE(world_.do_call(0, Call::thread_kill, {32, 0}).done());
    EXPECT_FALSE(is_counted());
}

TEST_F(KernelBudgets, ThatACallFindsUsedUpAreMessagesTooAndTheCallKeepsItsAnswer) {
    constexpr std::uint64_t ms = 1'000'000;
    ASSERT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done()); // 2 ms in 10 ms
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::budgets, 30, endpoint);
    world_.timer(1);
    std::uint64_t const next_period = world_.now + 10 * ms;
    EXPECT_FALSE(receive(2));
    world_.now += 2 * ms; // its timer is late
    EXPECT_FALSE(world_.call_if(1, Call::yield, {})) << "it gives the CPU to be chosen for anew";
    ASSERT_TRUE(world_.runs(2));
    auto const told = world_.told(2);
    EXPECT_EQ(told.words[ReceivedWords::head], head_is_fault);
    EXPECT_EQ(word(told), static_cast<std::uint64_t>(Fault::Kind::budget));
    EXPECT_EQ(word(told, 2), next_period);
    EXPECT_TRUE(world_.do_call(2, Call::reply, {token(told)}).done());
    world_.pass(next_period - world_.now);
    EXPECT_EQ(world_.thread_on(1), client_);
    EXPECT_TRUE(world_.told(1).done()) << "that of the call";
}

// Who waits has nothing to say; who is to run again, and has nothing left, has.
TEST_F(KernelBudgets, ThatACallUsedUpBeforeItWaitedAreToldWhenItsThreadIsToRunAgainAndOnce) {
    constexpr std::uint64_t ms = 1'000'000;
    ASSERT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done());
    ASSERT_TRUE(world_.create(ObjectType::notification, 42).done());
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::budgets, 30, endpoint);
    world_.timer(1);
    std::uint64_t const next_period = world_.now + 10 * ms;
    EXPECT_FALSE(receive(2));
    world_.now += 2 * ms;
    EXPECT_FALSE(world_.call_if(1, Call::wait, {42, for_ever}));
    EXPECT_FALSE(world_.runs(2)) << "it waits, and lacks nothing";
    EXPECT_TRUE(world_.do_call(0, Call::signal, {42, 5}).done());
    ASSERT_TRUE(world_.runs(2));
    EXPECT_FALSE(world_.runs(1));
    auto const told = world_.told(2);
    EXPECT_EQ(told.words[ReceivedWords::head], head_is_fault);
    EXPECT_EQ(word(told), static_cast<std::uint64_t>(Fault::Kind::budget));
    EXPECT_EQ(word(told, 2), next_period);
    EXPECT_TRUE(world_.do_call(2, Call::reply, {token(told)}).done());
    EXPECT_FALSE(receive(2));
    EXPECT_FALSE(world_.runs(1));
    EXPECT_FALSE(world_.runs(2)) << "once a period";
    world_.pass(next_period - world_.now);
    ASSERT_TRUE(world_.runs(1));
    EXPECT_EQ(world_.told(1).words[ReceivedWords::first], 5U) << "that of the call";
}

TEST_F(KernelBudgets, ThatWereUsedUpByOthersOfTheSameContextAreToldToo) {
    constexpr std::uint64_t ms = 1'000'000;
    ASSERT_TRUE(world_.create(ObjectType::context, 40, 2000, 10'000).done());
    ASSERT_TRUE(world_.create(ObjectType::notification, 42).done());
    world_.start_thread(3, 34);
    world_.bind(Binding::context, 30, 40);
    world_.bind(Binding::context, 34, 40);
    world_.bind(Binding::budgets, 30, endpoint);
    EXPECT_FALSE(world_.call_if(1, Call::wait, {42, for_ever}));
    world_.timer(3);
    EXPECT_FALSE(receive(2));
    world_.pass(2 * ms);
    EXPECT_FALSE(world_.runs(3));
    EXPECT_FALSE(world_.runs(2)) << "nobody is to hear of that thread's";
    EXPECT_TRUE(world_.do_call(0, Call::signal, {42, 5}).done());
    ASSERT_TRUE(world_.runs(2));
    EXPECT_EQ(word(world_.told(2)), static_cast<std::uint64_t>(Fault::Kind::budget));
}

} // namespace
} // namespace axiom::kernel::test

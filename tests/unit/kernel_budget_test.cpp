// A scheduling context's time, as several CPUs see it at once.

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include <kernel/task/budget.hpp>

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

} // namespace
} // namespace axiom::kernel::test

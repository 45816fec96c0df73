#pragma once
// The loop: a world is made, something is done in it while its N-th allocation is refused, and the
// world is looked at; N = 1, 2, 3 … until none was refused.

#include <gtest/gtest.h>

#include <new>
#include <optional>
#include <string>
#include <system_error>

#include <axiom/base/result.hpp>
#include <tests/memory/hooks/allocations.hpp>

namespace axiom::test {

/// How it ended: with a value of its own, or in want of memory. Anything else is a failure.
struct RefusedRun {
    std::uint64_t number{};
    bool from_then_on{};
    bool done{};
    Error error{}; // unless done

    [[nodiscard]] std::string words() const {
        return std::string{from_then_on ? "from allocation " : "allocation "} +
               std::to_string(number);
    }
};

/// `act` answers Result<void>. A thread that is not to be had is want of memory too.
template <class Act>
RefusedRun run_refusing(AllocationPlan plan, AllocationCounts& counts, Act act) {
    RefusedRun run{.number = plan.number, .from_then_on = plan.from_then_on};
    refuse_allocations(plan, counts);
    try {
        Result<void> const outcome = act();
        run.done = outcome.has_value();
        run.error = outcome ? Error{} : outcome.error();
    } catch (std::bad_alloc const&) {
        run.error = {Code::no_memory};
    } catch (std::system_error const&) {
        run.error = {Code::no_memory};
    }
    stop_refusing();
    return run;
}

/// `make()` answers a pointer to a world, `act(world)` a Result<void>; `check(world, run)` asserts.
template <class Make, class Act, class Check>
void refuse_each(bool from_then_on, Make make, Act act, Check check) {
    for (std::uint64_t number = 1;; ++number) {
        auto const world = make();
        AllocationCounts counts;
        RefusedRun const run =
            run_refusing({number, from_then_on}, counts, [&] { return act(*world); });
        ASSERT_TRUE(run.done || run.error.code == Code::no_memory)
            << run.words() << ": " << text_of(run.error.code).name;
        check(*world, run);
        if (testing::Test::HasFailure()) {
            return;
        }
        if (counts.refused == 0) {
            ASSERT_TRUE(run.done);
            EXPECT_GT(number, 5U) << "the run is long enough to mean something";
            return;
        }
    }
}

template <class Make, class Act, class Check>
void refuse_each_in_both_ways(Make make, Act act, Check check) {
    refuse_each(false, make, act, check);
    if (!testing::Test::HasFailure()) {
        refuse_each(true, make, act, check);
    }
}

} // namespace axiom::test

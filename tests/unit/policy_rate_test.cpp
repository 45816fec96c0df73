// Rate counters: never more than N in M, rows that are taken, kept and freed by log time alone.

#include <gtest/gtest.h>

#include <vector>

#include <axiom/policy/rate.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

Condition rate(std::uint64_t counter, std::uint64_t most, std::uint64_t window_ms) {
    return {ConditionKind::rate, counter, most, window_ms};
}

TEST(policy_rate, the_nth_use_is_taken_and_the_next_refused_unchanged) {
    std::vector<RateRow> rows(2);
    for (int use = 0; use < 3; ++use) {
        EXPECT_EQ(step(rows, rate(5, 3, 700), LogTime{1000}).value(), 0U);
    }
    auto const before = rows;
    auto const refused = step(rows, rate(5, 3, 700), LogTime{1000});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::log_rate);
    EXPECT_EQ(rows, before);
    EXPECT_EQ(rate_used(rows, {5, 700}, LogTime{1000}).value(), 3U);
}

TEST(policy_rate, room_comes_back_once_the_window_has_passed) {
    std::vector<RateRow> rows(1);
    ASSERT_TRUE(step(rows, rate(5, 1, 700), LogTime{1000}));
    EXPECT_FALSE(step(rows, rate(5, 1, 700), LogTime{1699}));
    EXPECT_FALSE(step(rows, rate(5, 1, 700), LogTime{1799})) << "up to a seventh longer";
    EXPECT_TRUE(step(rows, rate(5, 1, 700), LogTime{1800}));
}

TEST(policy_rate, counters_do_not_share_and_a_full_table_refuses) {
    std::vector<RateRow> rows(2);
    EXPECT_EQ(step(rows, rate(5, 1, 700), LogTime{0}).value(), 0U);
    EXPECT_EQ(step(rows, rate(6, 1, 700), LogTime{0}).value(), 1U);
    auto const before = rows;
    EXPECT_EQ(step(rows, rate(7, 1, 700), LogTime{0}).error().code, Code::table_full);
    EXPECT_EQ(rate_used(rows, {7, 700}, LogTime{0}).error().code, Code::table_full);
    EXPECT_EQ(rows, before);
    EXPECT_EQ(step(rows, rate(7, 1, 700), LogTime{800}).value(), 0U) << "the lowest row is free";
}

TEST(policy_rate, the_same_counter_over_another_window_is_another) {
    std::vector<RateRow> rows(2);
    ASSERT_TRUE(step(rows, rate(5, 1, 700), LogTime{0}));
    EXPECT_TRUE(step(rows, rate(5, 1, 7000), LogTime{0}));
}

TEST(policy_rate, a_clock_that_falls_gives_nothing_back) {
    std::vector<RateRow> rows(1);
    ASSERT_TRUE(step(rows, rate(5, 1, 700), LogTime{10'000}));
    EXPECT_FALSE(step(rows, rate(5, 1, 700), LogTime{0}));
}

TEST(policy_rate, extreme_windows_and_times_do_not_wrap) {
    std::vector<RateRow> rows(2);
    ASSERT_TRUE(step(rows, rate(5, 1, 1), LogTime{~std::uint64_t{0}}));
    EXPECT_FALSE(step(rows, rate(5, 1, 1), LogTime{~std::uint64_t{0}}));
    ASSERT_TRUE(step(rows, rate(6, 1, duration_ms_max), LogTime{0}));
    EXPECT_FALSE(step(rows, rate(6, 1, duration_ms_max), LogTime{duration_ms_max - 1}));
    EXPECT_FALSE(step(rows, rate(8, 0, 1), LogTime{~std::uint64_t{0}}));
}

} // namespace

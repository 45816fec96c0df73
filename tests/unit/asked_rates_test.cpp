// What a policy that was not there would have used up: as the policy domain counts, and no more
// counters than it has.

#include <gtest/gtest.h>

#include <sim-host/log/asked_rates.hpp>

namespace axiom::host {
namespace {

using policy::Condition;
using policy::ConditionKind;

policy::Decision decision(std::uint64_t counter) {
    policy::Decision made;
    made.conditions.push_back(Condition{ConditionKind::rate, counter, 1, 700});
    return made;
}

TEST(AskedRates, OneMoreCounterThanTheDomainHasIsRefusedUntilOneIsFree) {
    AskedRates rates{2};
    EXPECT_EQ(rates.used({1, 700}, LogTime{0}), 0U);
    rates.count(decision(1), LogTime{0});
    rates.count(decision(2), LogTime{0});
    EXPECT_EQ(rates.used({1, 700}, LogTime{0}), 1U);
    EXPECT_EQ(rates.used({2, 700}, LogTime{0}), 1U);
    auto const third = rates.used({3, 700}, LogTime{0});
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, Code::table_full);
    rates.count(decision(3), LogTime{0});
    EXPECT_FALSE(rates.used({3, 700}, LogTime{0})) << "it was not let in";
    EXPECT_EQ(rates.used({3, 700}, LogTime{800}), 0U) << "their slots have passed";
    rates.count(decision(3), LogTime{800});
    EXPECT_EQ(rates.used({3, 700}, LogTime{800}), 1U);
}

TEST(AskedRates, WhatHasNoRateCountsNothing) {
    AskedRates rates{1};
    rates.count({}, LogTime{0});
    EXPECT_EQ(rates.used({1, 700}, LogTime{0}), 0U);
}

} // namespace
} // namespace axiom::host

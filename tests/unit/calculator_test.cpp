// The calculator's expressions: as anybody reads them, and refused at their place else.

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include <services/calculator/evaluate.hpp>

namespace axiom::calculator {
namespace {

std::int64_t value_of(std::string_view text) {
    auto const value = evaluate(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(-1);
}

void expect_refused(std::string_view text, Code code, std::uint64_t where) {
    auto const value = evaluate(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, code) << text;
    EXPECT_EQ(value.error().where, where) << text;
}

TEST(Calculator, BindsAsPeopleExpect) {
    EXPECT_EQ(value_of("6*7"), 42);
    EXPECT_EQ(value_of("2+3*4"), 14);
    EXPECT_EQ(value_of("(2 + 3) * 4"), 20);
    EXPECT_EQ(value_of("10-3-2"), 5);
    EXPECT_EQ(value_of("100/7%5"), 4);
    EXPECT_EQ(value_of("-2*-3"), 6);
    EXPECT_EQ(value_of("--5"), 5);
    EXPECT_EQ(value_of("-(4-9)"), 5);
    EXPECT_EQ(value_of("  7 "), 7);
    EXPECT_EQ(value_of("-7/2"), -3);
    EXPECT_EQ(value_of("((((1))))"), 1);
}

TEST(Calculator, RefusesWhatIsNoExpressionAtItsPlace) {
    expect_refused("", Code::bad_text, 0);
    expect_refused("1+", Code::bad_text, 2);
    expect_refused("1 2", Code::bad_text, 2);
    expect_refused("(1", Code::bad_text, 0);
    expect_refused("1)", Code::bad_text, 1);
    expect_refused("()", Code::bad_text, 1);
    expect_refused("2(3)", Code::bad_text, 1);
    expect_refused("n", Code::bad_text, 0);
    expect_refused("1n2", Code::bad_text, 1);
    expect_refused("*1", Code::bad_text, 0);
}

TEST(Calculator, RefusesWhatDoesNotFit) {
    EXPECT_EQ(value_of("9223372036854775807"), 9223372036854775807);
    expect_refused("9223372036854775808", Code::out_of_range, 0);
    expect_refused("9223372036854775807+1", Code::out_of_range, 19);
    EXPECT_EQ(value_of("-4611686018427387904*2"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(value_of("3037000499*3037000499"), 9223372030926249001);
    EXPECT_EQ(value_of("0*9223372036854775807"), 0);
    expect_refused("4611686018427387904*2", Code::out_of_range, 19);
    expect_refused("3037000500*3037000500", Code::out_of_range, 10);
    expect_refused("1/0", Code::out_of_range, 1);
    expect_refused("1%0", Code::out_of_range, 1);
    expect_refused("(-9223372036854775807-1)/-1", Code::out_of_range, 24);
    expect_refused(std::string(depth_max + 1, '('), Code::too_long, depth_max);
    EXPECT_EQ(value_of(std::string(depth_max, '-') + "1"), 1);
}

TEST(Calculator, TakesAnyText) {
    std::mt19937 chance{7};
    for (int round = 0; round < 20'000; ++round) {
        std::string text(chance() % 24, ' ');
        for (char& letter : text) {
            letter = "0123456789+-*/%() n\x7f"[chance() % 21];
        }
        static_cast<void>(evaluate(text)); // ends, whatever it says
    }
}

} // namespace
} // namespace axiom::calculator

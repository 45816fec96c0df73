// The policy engine in company: what terminals propose, what is allowed, and why it was not.

#include <gtest/gtest.h>

#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

class PolicyEngine : public test::RunningSystem {};

constexpr int denied = 6;

TEST_F(PolicyEngine, CommitsWhatThePolicyAllowsAndTheLogExplainsIt) {
    auto const proposed = when_ready({"action propose note desk"});
    ASSERT_EQ(proposed.status, 0) << proposed.out << proposed.err;
    ASSERT_TRUE(proposed.out.starts_with("committed as entry ")) << proposed.out;
    std::string const sequence = number_in(proposed.out);
    auto const why = attach({"why " + sequence});
    EXPECT_EQ(why.status, 0);
    EXPECT_NE(why.out.find("principal 2 asked for note of desk"), std::string::npos) << why.out;
    EXPECT_NE(why.out.find("allow: "), std::string::npos) << why.out;
    stop();
    auto const offline = axiom_.run({"why", sequence, "--from", log()});
    EXPECT_EQ(offline.status, 0) << offline.out << offline.err; // the same answer, by a replay
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
}

TEST_F(PolicyEngine, SaysWhatWouldHaveToBeGranted) {
    ASSERT_EQ(when_ready({"action propose note desk"}).status, 0);
    auto const test = attach({"policy test 7 note desk"});
    EXPECT_EQ(test.status, denied);
    EXPECT_NE(test.out.find("not_permitted: "), std::string::npos) << test.out;
    auto const listed = attach({"policy list"});
    EXPECT_NE(listed.out.find("terminals may act"), std::string::npos) << listed.out;
}

} // namespace
} // namespace axiom::host

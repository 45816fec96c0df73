// The policy changed at a terminal: rules come and go, on trial until they are confirmed.

#include <gtest/gtest.h>

#include <fstream>

#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int answer_is_no = 1;
constexpr int usage = 2;
constexpr int denied = 6;
constexpr int not_found = 7;

constexpr char const* no_notes =
    R"(policy add 'rule 50 "no notes"; priority 300; deny "desks; stay tidy"; domain actions; action note; end')";

class PolicyChange : public test::RunningSystem {
  protected:
    PolicyChange() { EXPECT_EQ(when_ready({"action propose note desk"}).status, 0); }
};

TEST_F(PolicyChange, ARuleThatIsAddedDecidesAtOnceAndOneThatIsRemovedNoMore) {
    auto const added = attach({no_notes});
    ASSERT_EQ(added.status, 0) << added.out << added.err;
    EXPECT_NE(added.out.find("on trial"), std::string::npos) << added.out;
    auto const refused = attach({"action propose note desk"});
    EXPECT_EQ(refused.status, denied);
    EXPECT_NE(refused.out.find("desks; stay tidy"), std::string::npos) << refused.out;
    EXPECT_NE(attach({"policy list"}).out.find("# on trial"), std::string::npos);
    EXPECT_EQ(attach({"policy remove 50"}).status, answer_is_no) << "another is on trial";
    auto const confirmed = attach({"policy confirm"});
    ASSERT_EQ(confirmed.status, 0) << confirmed.out << confirmed.err;
    EXPECT_EQ(attach({"policy list"}).out.find("# on trial"), std::string::npos);
    EXPECT_EQ(attach({"policy confirm"}).status, not_found) << "none is on trial";
    ASSERT_EQ(attach({"policy remove 50"}).status, 0);
    EXPECT_EQ(attach({"action propose note desk"}).status, 0);
    stop();
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

TEST_F(PolicyChange, WhatIsNoRuleIsRefusedWithItsPlace) {
    auto const wrong = attach({R"(policy add 'rule 50 "x"; priority 3; allow; princpal 3; end')"});
    EXPECT_EQ(wrong.status, usage) << wrong.out << wrong.err;
    EXPECT_NE(wrong.out.find("line 4"), std::string::npos) << wrong.out;
    EXPECT_NE(wrong.out.find("policy_unknown_name"), std::string::npos) << wrong.out;
    EXPECT_EQ(attach({"policy remove 999"}).status, not_found);
    EXPECT_EQ(attach({"policy list"}).out.find("# on trial"), std::string::npos);
}

// The linter keeps people from locking themselves out, and from letting everybody in.
TEST_F(PolicyChange, WhatIsUnsoundIsNotInstalled) {
    auto const open =
        attach({R"(policy add 'rule 50 "x"; priority 300; allow; domain policy; end')"});
    EXPECT_NE(open.status, 0) << open.out;
    EXPECT_NE(open.out.find("policy_open_to_all"), std::string::npos) << open.out;
    EXPECT_EQ(attach({"policy list"}).out.find("# on trial"), std::string::npos);
}

TEST_F(PolicyChange, AWholePolicyComesFromAFile) {
    std::string const path = axiom_.path("small.policy");
    std::ofstream{path} << "axiom-policy 1\n"
                           "rule 1 \"terminals may; change it\"\n    priority 100\n    allow\n"
                           "    domain policy\n    principal 2\nend\n"
                           "rule 2 \"terminals may act\"\n    priority 100\n    allow\n"
                           "    domain actions\n    principal 2\nend\n";
    auto const proposed = attach({"policy propose " + path});
    ASSERT_EQ(proposed.status, 0) << proposed.out << proposed.err;
    auto const listed = attach({"policy list"});
    EXPECT_NE(listed.out.find("terminals may; change it"), std::string::npos) << listed.out;
    EXPECT_EQ(listed.out.find("the creator may"), std::string::npos) << listed.out;
    EXPECT_EQ(attach({"policy confirm"}).status, 0);
}

} // namespace
} // namespace axiom::host

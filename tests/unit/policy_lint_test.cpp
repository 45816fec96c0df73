// The linter: each finding beside the neighbour without it (threat 12).

#include <gtest/gtest.h>

#include <axiom/policy/lint.hpp>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

struct policy_lint : testing::Test {
    test::PolicyWorld world;

    /// `error policy_locks_out 0 0`, a line for each finding of the policy.
    std::string findings(std::string const& rules) {
        world.use(rules);
        std::array<Finding, 16> found{};
        auto const report = lint(world.table(), {}, found);
        std::string text;
        for (std::size_t index = 0; index < report.found; ++index) {
            text += std::string{found[index].severity == Severity::error ? "error " : "warning "} +
                    std::string{text_of(found[index].code).name} + " " +
                    std::to_string(found[index].rule) + " " + std::to_string(found[index].other) +
                    "\n";
        }
        auto const sound = check_sound(world.table(), {});
        EXPECT_EQ(sound.has_value(), report.errors == 0);
        return text;
    }

    static std::string rule(int id, int priority, std::string const& effect,
                            std::string const& fields) {
        return "rule " + std::to_string(id) + " \"r\"\npriority " + std::to_string(priority) +
               "\n" + effect + "\n" + fields + "\nend\n";
    }
    static inline std::string const deny = "deny \"x\"";
    static inline std::string const keeper = rule(1, 100, "allow", "domain policy\nprincipal 1");
};

TEST_F(policy_lint, a_policy_that_someone_may_change_is_sound) {
    EXPECT_EQ(findings(keeper), "");
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1")), "");
    EXPECT_EQ(findings(rule(1, 1, "allow", "role admin\ndomain policy\nkind 1\naction install")),
              "");
}

TEST_F(policy_lint, nobody_left_to_change_the_policy_is_an_error) {
    std::string const locked = "error policy_locks_out 0 0\n";
    EXPECT_EQ(findings(""), locked);
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1\ndomain records")), locked);
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1\naction erase")), locked);
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1\nobject \"x\"")), locked);
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1\ntime until 1d")), locked);
    EXPECT_EQ(findings(rule(1, 1, "allow", "principal 1\ncause entry 5")), locked);
    EXPECT_EQ(findings(rule(2, 200, deny, "domain policy") + keeper),
              locked + "warning policy_unreachable 1 2\n");
    EXPECT_EQ(findings("group g\nend\n" + rule(1, 1, "allow", "group g")),
              locked + "warning policy_unreachable 1 0\n");
}

TEST_F(policy_lint, a_denial_that_leaves_someone_is_no_lock_out) {
    EXPECT_EQ(findings(rule(2, 200, deny, "domain policy\nprincipal 2") + keeper), "");
    EXPECT_EQ(findings(rule(2, 50, deny, "domain policy") + keeper), "");
}

TEST_F(policy_lint, policy_changes_by_just_anyone_are_an_error) {
    EXPECT_EQ(findings(keeper + rule(2, 1, "allow", "")), "error policy_open_to_all 2 0\n");
    EXPECT_EQ(findings(keeper + rule(2, 1, "allow", "domain policy\ntime until 1d")),
              "error policy_open_to_all 2 0\n");
    EXPECT_EQ(findings(keeper + rule(2, 1, "allow", "domain records")), "");
    EXPECT_EQ(findings(keeper + rule(2, 1, "allow", "capability 5")), "");
    EXPECT_EQ(findings(keeper + rule(3, 2, deny, "domain policy") + rule(2, 1, "allow", "")), "");
}

TEST_F(policy_lint, a_rule_that_an_equal_one_contradicts_wholly_is_an_error) {
    EXPECT_EQ(findings(keeper + rule(2, 50, deny, "domain records") +
                       rule(3, 50, "allow", "domain records\nprincipal 1")),
              "error policy_contradiction 3 2\n");
    EXPECT_EQ(findings(keeper + rule(2, 51, deny, "domain records") +
                       rule(3, 50, "allow", "domain records\nprincipal 1")),
              "warning policy_unreachable 3 2\n");
    EXPECT_EQ(findings(keeper + rule(2, 50, deny, "domain records\nprincipal 1") +
                       rule(3, 50, "allow", "domain records")),
              "warning policy_contradiction 3 2\n");
    EXPECT_EQ(findings(keeper + rule(2, 50, deny, "domain records\nprincipal 1") +
                       rule(3, 50, "allow", "domain records\nprincipal 2")),
              "");
}

TEST_F(policy_lint, rules_that_earlier_ones_cover_are_found_field_by_field) {
    auto const covers = [&](std::string const& wide, std::string const& narrow) {
        return findings("group in\n principal 1\nend\ngroup out\n group in\n principal 2\nend\n" +
                        keeper + rule(2, 50, "allow", "domain records\n" + wide) +
                        rule(3, 40, "allow", "domain records\n" + narrow)) ==
               "warning policy_unreachable 3 2\n";
    };
    EXPECT_TRUE(covers("", "principal 1"));
    EXPECT_TRUE(covers("object prefix \"a\"", "object prefix \"ab\""));
    EXPECT_TRUE(covers("object prefix \"a\"", "object \"ab\""));
    EXPECT_FALSE(covers("object prefix \"ab\"", "object prefix \"a\""));
    EXPECT_FALSE(covers("object \"ab\"", "object prefix \"ab\""));
    EXPECT_TRUE(covers("group out", "group in"));
    EXPECT_FALSE(covers("group in", "group out"));
    EXPECT_TRUE(covers("group out", "principal 1"));
    EXPECT_FALSE(covers("group in", "principal 2"));
    EXPECT_TRUE(covers("time from 5", "time from 6 until 9"));
    EXPECT_FALSE(covers("time from 6", "time from 5 until 9"));
    EXPECT_TRUE(covers("cause entry 5 within 3", "cause entry 5 within 2"));
    EXPECT_FALSE(covers("cause entry 5 within 2", "cause entry 5 within 3"));
    EXPECT_TRUE(covers("expires 1s", "action x"));
    EXPECT_FALSE(covers("rate 1 per 1s by rule", "action x"));
    EXPECT_FALSE(covers("rights 0x1", "rights 0x1"));
}

TEST_F(policy_lint, a_principal_outside_its_rules_group_is_unreachable) {
    std::string const group = "group g\n principal 1\nend\n";
    EXPECT_EQ(findings(group + keeper + rule(2, 1, "allow", "group g\nprincipal 2\ndomain log")),
              "warning policy_unreachable 2 0\n");
    EXPECT_EQ(findings("group g\n principal 1\n role x\nend\n" + keeper +
                       rule(2, 1, "allow", "group g\nprincipal 2\ndomain log")),
              "");
}

TEST_F(policy_lint, what_finds_no_room_is_counted) {
    world.use(rule(1, 1, "allow", "") + rule(2, 1, "allow", "") + rule(3, 1, "allow", ""));
    std::array<Finding, 1> found{};
    auto const report = lint(world.table(), {}, found);
    EXPECT_EQ(report.found, 1U);
    EXPECT_EQ(report.errors, 3U);
    EXPECT_EQ(report.warnings, 2U);
}

} // namespace

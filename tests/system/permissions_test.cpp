// The application `permissions` in company: it approves for whoever was granted it, as far as the
// policy takes it as an approver, and reads in the log where a permission comes from.

#include <gtest/gtest.h>

#include <tests/system/policy_changes.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int settled = 1;
constexpr int denied = 6;
constexpr int not_found = 7;

constexpr std::string_view with_approvers = R"(group approvers
    principal 3
end
rule 10 "the calculator needs an approval"
    priority 150
    allow
    domain actions
    action grant
    principal 2
    object prefix "calculator "
    approval approvers
end
rule 4 "permissions may approve"
    priority 100
    allow
    domain actions
    action approve
    principal 3
end
)";

class PermissionsApplication : public test::RunningSystem {
  protected:
    PermissionsApplication() { EXPECT_EQ(when_ready({"service list"}).status, 0); }
};

TEST_F(PermissionsApplication, IsNobodysUntilItIsGranted) {
    auto const lacking = attach({"permissions list"});
    EXPECT_EQ(lacking.status, denied);
    EXPECT_NE(lacking.out.find("grant console permissions"), std::string::npos) << lacking.out;
    ASSERT_EQ(when_ready({"grant console permissions"}).status, 0);
    EXPECT_EQ(attach({"permissions list"}).out, "nothing waits for an approval\n");
    EXPECT_EQ(attach({"permissions show 7"}).status, not_found);
    auto const held = attach({"caps permissions"});
    EXPECT_NE(held.out.find("policy"), std::string::npos) << held.out;
    EXPECT_NE(held.out.find("axiomd"), std::string::npos) << held.out;
    EXPECT_EQ(held.out.find("init\n"), std::string::npos) << held.out;
}

TEST_F(PermissionsApplication, ApprovesAndTheLogHasTheChain) {
    ASSERT_EQ(when_ready({"grant console permissions"}).status, 0);
    test::install_policy(data_, with_approvers);
    auto const asked = attach({"grant console calculator"});
    ASSERT_EQ(asked.status, settled) << asked.out << asked.err;
    std::string const number = number_in(asked.out);
    auto const waiting = attach({"permissions list"});
    EXPECT_NE(waiting.out.find("calculator to console"), std::string::npos) << waiting.out;
    auto const approved = attach({"permissions approve " + number + " 'it only counts'"});
    ASSERT_EQ(approved.status, 0) << approved.out << approved.err;
    EXPECT_NE(approved.out.find("settled by principal 3\n"), std::string::npos) << approved.out;
    EXPECT_EQ(when_ready({"calc 6*7"}).out, "42\n");
    auto const chain = attach({"permissions provenance console calculator"});
    EXPECT_EQ(chain.status, 0) << chain.out;
    EXPECT_NE(chain.out.find("grant calculator to console (request " + number + ")"),
              std::string::npos)
        << chain.out;
    EXPECT_EQ(attach({"permissions refuse " + number}).status, settled);
    // It may approve, and nothing else: this policy lets it revoke nothing.
    auto const revoked = attach({"permissions revoke console calculator"});
    EXPECT_EQ(revoked.status, denied) << revoked.out;
    EXPECT_EQ(attach({"calc 6*7"}).status, 0);
    auto const history = attach({"permissions history"});
    EXPECT_NE(history.out.find("permissions to console"), std::string::npos) << history.out;
    EXPECT_NE(history.out.find("approve"), std::string::npos) << history.out;
    stop();
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

TEST_F(PermissionsApplication, TakesBackWhatWasGranted) {
    ASSERT_EQ(when_ready({"grant console permissions"}).status, 0);
    ASSERT_EQ(attach({"grant console calculator"}).status, 0);
    auto const revoked = attach({"permissions revoke console calculator"});
    EXPECT_EQ(revoked.status, 0) << revoked.out << revoked.err;
    EXPECT_EQ(attach({"calc 6*7"}).status, denied);
    auto const chain = attach({"permissions provenance console calculator"});
    EXPECT_NE(chain.out.find("taken back by entry "), std::string::npos) << chain.out;
    EXPECT_EQ(attach({"permissions provenance console storage"}).status, not_found);
}

TEST_F(PermissionsApplication, TheClockSaysWhatTimeItIsToWhoeverWasGrantedIt) {
    EXPECT_EQ(attach({"clock"}).status, denied);
    ASSERT_EQ(when_ready({"grant console clock"}).status, 0);
    auto const told = attach({"clock"});
    EXPECT_EQ(told.status, 0) << told.out << told.err;
    EXPECT_TRUE(told.out.starts_with("wall  20")) << told.out;
    EXPECT_NE(told.out.find(" UTC\nlog   "), std::string::npos) << told.out;
}

} // namespace
} // namespace axiom::host

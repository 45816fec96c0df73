// The policy domain: trials, reverts, rates.

#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using policy::Confirm;
using policy::Install;
using policy::Kind;

struct policy_domain : test::DomainFixture {
    policy_domain() : other{test::founding_policy_of(PrincipalId{55})} {}

    Install install(std::uint64_t trial_ms = 5000) const { return {trial_ms, other}; }
    void tick(std::uint64_t now) {
        ASSERT_TRUE(world.take(LogKind::tick, Tick{.now = LogTime{now}}).applied());
    }

    /// A line that was allowed at most `most` times in ten seconds.
    test::OwnedEntry limited_line(std::uint64_t number, std::uint64_t most) const {
        Gated<records::Line> body{.decision = {}, .content = {"object", number}};
        body.decision.conditions.push_back({.kind = policy::ConditionKind::rate,
                                            .subject = 77,
                                            .value = most,
                                            .window_ms = 10'000});
        auto line = test::line_entry(ProducerId{5}, number);
        line.body = test::encoded(body);
        return line;
    }

    std::vector<std::byte> other;
    Hash256 const founding = world.policy.active().version;
    policy::CounterKey const counter{77, 10'000};
};

TEST_F(policy_domain, genesis_brings_the_first_policy) {
    EXPECT_FALSE(founding.is_zero());
    EXPECT_EQ(world.policy.standing().active, founding);
    EXPECT_EQ(world.policy.deadline(), std::nullopt);
}

TEST_F(policy_domain, installed_policy_is_in_force_on_trial_and_stays_when_confirmed) {
    accepts(Kind::install, install());
    Hash256 const installed = world.policy.active().version;
    EXPECT_NE(installed, founding);
    EXPECT_EQ(world.policy.deadline(), LogTime{5000});
    accepts(Kind::confirm, Confirm{installed});
    tick(1'000'000);
    EXPECT_EQ(world.policy.active().version, installed);
    EXPECT_EQ(world.policy.standing().reverts, 0U);
}

TEST_F(policy_domain, unconfirmed_policy_gives_way_to_the_one_before_at_its_deadline) {
    tick(100);
    accepts(Kind::install, install());
    tick(5099);
    EXPECT_NE(world.policy.active().version, founding);
    tick(5100);
    EXPECT_EQ(world.policy.active().version, founding);
    EXPECT_EQ(world.policy.standing().active, founding);
    EXPECT_EQ(world.policy.standing().reverts, 1U);
    accepts(Kind::install, install());
}

TEST_F(policy_domain, confirm_after_the_deadline_or_of_another_version_is_refused) {
    accepts(Kind::install, install());
    refuses(Kind::confirm, Confirm{founding}, Code::no_such_row);
    Hash256 const installed = world.policy.active().version;
    tick(5000);
    refuses(Kind::confirm, Confirm{installed}, Code::no_such_row);
}

TEST_F(policy_domain, second_install_during_a_trial_is_refused) {
    accepts(Kind::install, install());
    refuses(Kind::install, install(), Code::already_exists);
}

TEST_F(policy_domain, trial_of_no_time_or_for_ever_is_refused) {
    refuses(Kind::install, install(policy::trial_ms_min - 1), Code::out_of_range);
    refuses(Kind::install, install(policy::trial_ms_max + 1), Code::out_of_range);
}

TEST_F(policy_domain, threats_12_bytes_that_are_no_canonical_policy_leave_the_one_in_force) {
    std::vector<std::byte> const sound = other;
    other.push_back(std::byte{0});
    refuses(Kind::install, install(), Code::trailing_bytes);
    other = sound;
    other[0] = std::byte{9};
    refuses(Kind::install, install(), Code::unknown_version);
    other = sound;
    other.resize(other.size() / 2);
    refuses(Kind::install, install(), Code::truncated);
    EXPECT_EQ(world.policy.active().version, founding);
    other = sound;
    accepts(Kind::install, install());
}

TEST_F(policy_domain, rates_step_with_the_decisions_of_every_domain) {
    ASSERT_TRUE(
        world.take(records::Kind::stream, records::Stream{ProducerId{5}, "s", ""}).applied());
    EXPECT_EQ(world.policy.rate_used(counter), 0U);
    ASSERT_TRUE(world.take(limited_line(1, 2)).applied());
    EXPECT_EQ(world.policy.rate_used(counter), 1U);
    tick(9000);
    EXPECT_EQ(world.policy.rate_used(counter), 1U);
    tick(20'000);
    EXPECT_EQ(world.policy.rate_used(counter), 0U);
}

TEST_F(policy_domain, rates_do_not_step_with_rejected_entries) {
    ASSERT_TRUE(world.take(limited_line(1, 2)).rejected);
    EXPECT_EQ(world.policy.rate_used(counter), 0U);
}

TEST_F(policy_domain, decision_beyond_its_own_rate_is_counted) {
    ASSERT_TRUE(
        world.take(records::Kind::stream, records::Stream{ProducerId{5}, "s", ""}).applied());
    ASSERT_TRUE(world.take(limited_line(1, 1)).applied());
    EXPECT_EQ(world.policy.standing().overruns, 0U);
    ASSERT_TRUE(world.take(limited_line(2, 1)).applied());
    EXPECT_EQ(world.policy.standing().overruns, 1U);
    EXPECT_EQ(world.policy.rate_used(counter), 1U);
}

TEST_F(policy_domain, full_table_of_rates_gives_idle_rows_away_and_refuses_when_none_is) {
    policy::Decision decision{};
    decision.conditions.push_back(
        {.kind = policy::ConditionKind::rate, .subject = 0, .value = 9, .window_ms = 1000});
    for (std::uint64_t subject = 1; subject <= 4; ++subject) {
        decision.conditions[0].subject = subject;
        world.policy.decided({}, decision);
    }
    EXPECT_EQ(world.policy.rate_used({5, 1000}).error().code, Code::table_full);
    tick(5000);
    EXPECT_EQ(world.policy.rate_used({5, 1000}), 0U);
    decision.conditions[0].subject = 5;
    world.policy.decided({}, decision);
    EXPECT_EQ(world.policy.rate_used({5, 1000}), 1U);
    EXPECT_EQ(world.policy.rate_used({1, 1000}), 0U);
}

TEST(policy_genesis, log_without_a_policy_permits_nothing) {
    test::StateWorld world;
    world.take(LogKind::genesis, test::StateWorld::genesis_of(test::world_capacities, {}));
    EXPECT_TRUE(world.policy.active().rules().empty());
    EXPECT_TRUE(world.policy.standing().active.is_zero());
}

TEST(policy_genesis, bytes_that_are_no_policy_stop_the_domain) {
    test::StateWorld world;
    std::array<std::byte, 3> const garbage{};
    world.take(LogKind::genesis, test::StateWorld::genesis_of(test::world_capacities, garbage));
    EXPECT_EQ(world.shadows.standing(DomainNumber::policy)->stopped_at, Sequence{0});
}

} // namespace

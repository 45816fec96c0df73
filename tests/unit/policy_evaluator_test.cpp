// The evaluator: each kind of clause beside the neighbour that it refuses, and the four answers.

#include <gtest/gtest.h>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

struct policy_evaluator : testing::Test {
    test::PolicyWorld world;
    Request request{.principal = PrincipalId{7},
                    .domain = DomainNumber::records,
                    .kind = 2,
                    .action = "append",
                    .object = "logs/web"};

    /// A policy of one allowing rule, number 10, with these lines.
    void one_rule(std::string const& fields) {
        world.use("rule 10 \"it\"\npriority 1\nallow\n" + fields + "\nend\n");
    }

    Verdict verdict() { return world.ask(request).verdict; }
};

TEST_F(policy_evaluator, no_rules_permit_nothing) {
    world.use("");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
}

TEST_F(policy_evaluator, a_rule_without_clauses_permits_everything) {
    one_rule("");
    auto const answer = world.ask(request);
    EXPECT_EQ(answer.verdict, Verdict::allow);
    EXPECT_EQ(answer.rule, 10U);
    EXPECT_EQ(answer.decision.rule, 10U);
    EXPECT_EQ(answer.decision.policy_version, world.table().version);
    EXPECT_TRUE(answer.decision.conditions.empty());
}

TEST_F(policy_evaluator, a_denial_says_which_rule_and_why) {
    world.use("rule 3 \"never\"\npriority 1\ndeny \"it is closed\"\nend\n");
    auto const answer = world.ask(request);
    EXPECT_EQ(answer.verdict, Verdict::forbidden);
    EXPECT_EQ(answer.rule, 3U);
    EXPECT_EQ(answer.reason, "it is closed");
}

TEST_F(policy_evaluator, the_highest_priority_answers) {
    world.use("rule 1 \"no\"\npriority 5\ndeny \"no\"\nend\n"
              "rule 2 \"yes\"\npriority 6\nallow\nend\n");
    EXPECT_EQ(world.ask(request).rule, 2U);
}

TEST_F(policy_evaluator, the_lowest_id_answers_among_equals_whatever_it_says) {
    world.use("rule 2 \"no\"\npriority 5\ndeny \"no\"\nend\n"
              "rule 1 \"yes\"\npriority 5\nallow\nend\n");
    EXPECT_EQ(verdict(), Verdict::allow);
    world.use("rule 1 \"no\"\npriority 5\ndeny \"no\"\nend\n"
              "rule 2 \"yes\"\npriority 5\nallow\nend\n");
    EXPECT_EQ(verdict(), Verdict::forbidden);
}

TEST_F(policy_evaluator, the_resource_is_matched_by_domain_kind_and_action) {
    one_rule("domain records\nkind 2\naction append");
    EXPECT_EQ(verdict(), Verdict::allow);
    auto other = request;
    other.domain = DomainNumber::actions;
    EXPECT_EQ(world.ask(other).verdict, Verdict::not_permitted);
    other = request;
    other.kind = 3;
    EXPECT_EQ(world.ask(other).verdict, Verdict::not_permitted);
    other = request;
    other.action = "appen";
    EXPECT_EQ(world.ask(other).verdict, Verdict::not_permitted);
}

TEST_F(policy_evaluator, objects_are_matched_whole_or_by_prefix) {
    one_rule("object \"logs/web\"");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("object \"logs/we\"");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    one_rule("object prefix \"logs/we\"");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("object prefix \"logs/web/\"");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
}

TEST_F(policy_evaluator, principals_are_matched_by_number_and_role) {
    one_rule("principal 7");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("principal 8");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    one_rule("role operator");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    world.facts.roles.insert({7, "operator"});
    EXPECT_EQ(verdict(), Verdict::allow);
}

TEST_F(policy_evaluator, members_of_inner_groups_are_members_of_outer_ones_only) {
    world.use("group outer\n group inner\nend\ngroup inner\n principal 7\n role operator\nend\n"
              "rule 1 \"outer\"\npriority 1\nallow\ngroup outer\nend\n");
    EXPECT_EQ(verdict(), Verdict::allow);
    request.principal = PrincipalId{8};
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    world.facts.roles.insert({8, "operator"});
    EXPECT_EQ(verdict(), Verdict::allow);
    world.use("group outer\n group inner\n principal 9\nend\ngroup inner\n principal 7\nend\n"
              "rule 1 \"inner\"\npriority 1\nallow\ngroup inner\nend\n");
    request.principal = PrincipalId{9};
    EXPECT_EQ(verdict(), Verdict::not_permitted);
}

TEST_F(policy_evaluator, a_capability_matches_itself_and_its_descendants) {
    one_rule("capability 5");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    request.capability = CapabilityId{5};
    EXPECT_EQ(verdict(), Verdict::allow);
    request.capability = CapabilityId{9};
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    world.facts.parents = {{9, 6}, {6, 5}};
    EXPECT_EQ(verdict(), Verdict::allow);
    request.capability = CapabilityId{5};
    world.facts.parents = {{5, 4}};
    one_rule("capability 9");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
}

TEST_F(policy_evaluator, a_chain_of_capabilities_without_end_is_an_error) {
    one_rule("capability 5");
    request.capability = CapabilityId{9};
    world.facts.parents = {{9, 9}};
    auto const answer = world.ask(request);
    EXPECT_EQ(answer.verdict, Verdict::error);
    EXPECT_EQ(answer.rule, 10U);
    EXPECT_EQ(answer.error.code, Code::evaluation_error);
}

TEST_F(policy_evaluator, causes_match_by_sequence_and_kind_within_hops) {
    Sequence const causes[] = {Sequence{20}};
    request.causes = causes;
    world.facts.entries = {
        {20, {DomainNumber::records, 2, {Sequence{11}, Sequence{10}}}},
        {11, {DomainNumber::log, 4, {}}},
        {10, {DomainNumber::actions, 1, {}}},
    };
    one_rule("cause entry 20");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("cause entry 10");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    one_rule("cause entry 10 within 2");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("cause kind actions 1 within 2");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("cause kind actions 1");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    one_rule("cause kind actions 2 within 8");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
}

TEST_F(policy_evaluator, an_unreadable_cause_is_an_error_only_where_it_decides) {
    Sequence const causes[] = {Sequence{20}};
    request.causes = causes;
    world.facts.entries = {{20, {DomainNumber::records, 2, {Sequence{11}, Sequence{0}}}}};
    one_rule("cause kind records 2 within 8");
    EXPECT_EQ(verdict(), Verdict::allow);
    one_rule("cause kind records 3");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    one_rule("cause kind records 3 within 2");
    EXPECT_EQ(verdict(), Verdict::error);
    one_rule("principal 8\ncause kind records 3 within 2");
    EXPECT_EQ(verdict(), Verdict::not_permitted) << "the rule had failed before";
}

TEST_F(policy_evaluator, more_causes_than_are_walked_are_an_error) {
    Sequence const causes[] = {Sequence{1000}};
    request.causes = causes;
    for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence) {
        world.facts.entries[sequence] = {
            DomainNumber::records, 2, {Sequence{sequence / 2}, Sequence{sequence / 3}}};
    }
    one_rule("cause kind records 9 within 3");
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    std::vector<Sequence> many;
    for (std::uint64_t sequence = 900; sequence < 1000; ++sequence) {
        many.push_back(Sequence{sequence});
    }
    request.causes = many;
    EXPECT_EQ(verdict(), Verdict::error);
    one_rule("cause entry 900");
    EXPECT_EQ(verdict(), Verdict::allow) << "what was walked suffices";
}

TEST_F(policy_evaluator, a_time_window_holds_from_its_start_to_before_its_end) {
    one_rule("time from 10 until 20");
    for (auto const& [time, expected] : {std::pair{9U, Verdict::not_permitted},
                                         {10U, Verdict::allow},
                                         {19U, Verdict::allow},
                                         {20U, Verdict::not_permitted}}) {
        world.facts.time_ms = time;
        EXPECT_EQ(verdict(), expected) << time;
    }
}

TEST_F(policy_evaluator, conditions_stand_in_the_decision_in_absolute_terms) {
    world.use("group elders\n principal 1\nend\nrule 10 \"it\"\npriority 1\nallow\n"
              "approval elders\nrate 3 per 1m by principal\nrights 0x6\nexpires 1h\nend\n");
    world.facts.time_ms = 500;
    request.rights = 0x3;
    auto const answer = world.ask(request);
    ASSERT_EQ(answer.verdict, Verdict::allow);
    EXPECT_TRUE(check(answer.decision));
    EXPECT_EQ(find(answer.decision, ConditionKind::expiry)->value, 3'600'500U);
    EXPECT_EQ(find(answer.decision, ConditionKind::rights)->value, 0x2U);
    auto const* const rate = find(answer.decision, ConditionKind::rate);
    EXPECT_EQ(rate->value, 3U);
    EXPECT_EQ(rate->window_ms, 60'000U);
    auto const* const approver = find(answer.decision, ConditionKind::second_approver);
    EXPECT_EQ(approver->subject, name_id(host::portable_engine(), "elders"));
    EXPECT_EQ(approver->value, 0U);

    world.facts.used[rate->subject] = 2;
    EXPECT_EQ(verdict(), Verdict::allow);
    world.facts.used[rate->subject] = 3;
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    request.principal = PrincipalId{8};
    EXPECT_EQ(verdict(), Verdict::allow) << "another principal has a counter of its own";
}

TEST_F(policy_evaluator, rights_that_do_not_overlap_fail_the_rule) {
    one_rule("rights 0x4");
    request.rights = 0x3;
    EXPECT_EQ(verdict(), Verdict::not_permitted);
    request.rights = 0;
    auto const answer = world.ask(request);
    EXPECT_EQ(answer.verdict, Verdict::allow);
    EXPECT_EQ(find(answer.decision, ConditionKind::rights), nullptr);
}

TEST_F(policy_evaluator, an_approver_is_another_member_of_the_group) {
    world.use("group elders\n principal 1\n principal 7\nend\n"
              "rule 10 \"it\"\npriority 1\nallow\napproval elders\nend\n");
    request.approver = PrincipalId{7};
    EXPECT_EQ(verdict(), Verdict::not_permitted) << "nobody approves what he asks for";
    request.approver = PrincipalId{2};
    EXPECT_EQ(verdict(), Verdict::not_permitted) << "not in the group";
    request.approver = PrincipalId{1};
    auto const answer = world.ask(request);
    ASSERT_EQ(answer.verdict, Verdict::allow);
    EXPECT_EQ(find(answer.decision, ConditionKind::second_approver)->value, 1U);
}

TEST_F(policy_evaluator, facts_that_fail_are_an_error_and_permit_nothing) {
    world.use("rule 1 \"deny operators\"\npriority 9\ndeny \"x\"\nrole operator\nend\n"
              "rule 2 \"allow\"\npriority 1\nallow\nend\n");
    EXPECT_EQ(verdict(), Verdict::allow);
    world.facts.roles_fail = true;
    auto const answer = world.ask(request);
    EXPECT_EQ(answer.verdict, Verdict::error);
    EXPECT_EQ(answer.rule, 1U);
    EXPECT_EQ(answer.error.code, Code::io_failed);
    one_rule("rate 1 per 1s by rule");
    world.facts.rates_fail = true;
    EXPECT_EQ(world.ask(request).error.code, Code::table_full);
}

} // namespace

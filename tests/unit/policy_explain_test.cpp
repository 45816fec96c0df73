// Explanations come out of the evaluator's own trace; the four answers read differently.

#include <gtest/gtest.h>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

struct policy_explain : testing::Test {
    test::PolicyWorld world;
    Request request{.principal = PrincipalId{7},
                    .domain = DomainNumber::records,
                    .kind = 2,
                    .action = "append",
                    .object = "logs/web"};
};

TEST_F(policy_explain, an_allowance_names_its_rule_and_conditions) {
    world.use("group elders\n principal 1\nend\nrule 4 \"web logs\"\npriority 1\nallow\n"
              "expires 1h\nrights 0x2\nrate 3 per 1m by rule\napproval elders\nend\n");
    request.rights = 3;
    auto const text = world.explain(request);
    EXPECT_TRUE(text.starts_with("allowed by rule 4 \"web logs\"\n    until log time 1h\n"
                                 "    with rights 0x2\n    at most 3 per 1m, counter 0x"))
        << text;
    EXPECT_TRUE(text.ends_with("\n    once approved by another of group elders\n")) << text;
}

TEST_F(policy_explain, a_denial_names_its_rule_and_reason) {
    world.use("rule 4 \"closed\"\npriority 1\ndeny \"come \\\"back\\\" later\"\nend\n");
    EXPECT_EQ(world.explain(request),
              "forbidden by rule 4 \"closed\": \"come \\\"back\\\" later\"\n");
}

TEST_F(policy_explain, what_is_missing_is_the_smallest_grant) {
    world.use("rule 1 \"far\"\npriority 9\nallow\nprincipal 1\naction erase\nend\n"
              "rule 2 \"near\"\npriority 5\nallow\ndomain records\nprincipal 1\nend\n"
              "rule 3 \"also near\"\npriority 4\nallow\naction erase\nend\n"
              "rule 4 \"denies\"\npriority 3\ndeny \"x\"\naction erase\nend\n");
    EXPECT_EQ(world.explain(request),
              "not permitted: none of 4 rules holds\nnearest is rule 2 \"near\"\n"
              "    needs principal 1; the principal is 7\n");
}

TEST_F(policy_explain, of_equals_the_nearest_is_the_one_about_what_is_asked_for) {
    std::string const elsewhere[] = {"domain policy", "domain records\nkind 9", "action erase",
                                     "object \"x\"", "object prefix \"x\""};
    std::string const grants[] = {"principal 1",
                                  "role operator",
                                  "group elders",
                                  "capability 5",
                                  "cause entry 3",
                                  "time from 1h until 2h",
                                  "rate 3 per 1h by principal",
                                  "rights 0x2"};
    world.facts.any_rate_used = 3;
    request.rights = 1;
    for (std::string const& other : elsewhere) {
        for (std::string const& grant : grants) {
            world.use("group elders\nprincipal 1\nend\nrule 1 \"other\"\npriority 9\nallow\n" +
                      other + "\nend\nrule 3 \"this\"\npriority 1\nallow\n" + grant + "\nend\n");
            auto const text = world.explain(request);
            EXPECT_NE(text.find("nearest is rule 3 \"this\"\n"), std::string::npos) << text;
        }
        world.use("rule 1 \"other\"\npriority 9\nallow\n" + other +
                  "\nend\nrule 3 \"this\"\npriority 1\nallow\naction mark\nend\n");
        auto const text = world.explain(request);
        EXPECT_NE(text.find("nearest is rule 1"), std::string::npos) << "asked first: " << text;
    }
}

TEST_F(policy_explain, the_steps_do_not_repeat_the_nearest_rule) {
    world.use("rule 1 \"far\"\npriority 9\nallow\nprincipal 1\naction erase\nend\n"
              "rule 2 \"near\"\npriority 5\nallow\nprincipal 1\nend\n");
    std::array<TraceStep, 9> steps{};
    Trace trace{steps};
    auto const answer =
        evaluate(world.table(), request, world.facts, host::portable_engine(), &trace);
    test::StringSink sink;
    explain_steps(sink, world.table(), request, answer, trace);
    EXPECT_EQ(sink.value, "rule 1 needs action erase; the action is \"append\"\n"
                          "rule 1 needs principal 1; the principal is 7\n");
    request.principal = PrincipalId{1};
    Trace allowed{steps};
    auto const yes =
        evaluate(world.table(), request, world.facts, host::portable_engine(), &allowed);
    ASSERT_EQ(yes.rule, 2U);
    test::StringSink all;
    explain_steps(all, world.table(), request, yes, allowed);
    EXPECT_EQ(all.value, "rule 1 needs action erase; the action is \"append\"\n");
}

TEST_F(policy_explain, following_the_explanation_permits) {
    world.use("rule 2 \"near\"\npriority 5\nallow\ndomain records\naction erase\n"
              "object prefix \"tmp/\"\nprincipal 7\nend\n");
    EXPECT_EQ(world.explain(request),
              "not permitted: none of 1 rule holds\nnearest is rule 2 \"near\"\n"
              "    needs action erase; the action is \"append\"\n"
              "    needs object prefix \"tmp/\"; the object is \"logs/web\"\n");
    request.action = "erase";
    request.object = "tmp/x";
    EXPECT_EQ(world.ask(request).verdict, Verdict::allow);
}

TEST_F(policy_explain, without_any_allowing_rule_there_is_no_nearest) {
    world.use("rule 1 \"a\"\npriority 1\ndeny \"x\"\naction erase\nend\n");
    EXPECT_EQ(world.explain(request),
              "not permitted: none of 1 rule holds\n    no rule allows anything; add one\n");
}

TEST_F(policy_explain, an_error_says_what_could_not_be_known) {
    world.use("rule 5 \"operators\"\npriority 1\nallow\nrole operator\nend\n");
    world.facts.roles_fail = true;
    EXPECT_EQ(world.explain(request),
              "no answer: rule 5 \"operators\" rests on what could not be "
              "known: io_failed (the device failed to read or write, at 0)\n");
}

TEST_F(policy_explain, hostile_names_are_escaped) {
    world.use("rule 1 \"a\"\npriority 1\nallow\nobject \"x\"\nend\n");
    request.object = "\x1b[2J\n\"\xff\xc2\x85";
    EXPECT_EQ(world.explain(request),
              "not permitted: none of 1 rule holds\nnearest is rule 1 \"a\"\n    needs object "
              "\"x\"; the object is \"\\x1b[2J\\x0a\\\"\\xff\\xc2\\x85\"\n");
}

TEST_F(policy_explain, a_small_trace_counts_what_it_drops_and_keeps_the_nearest) {
    world.use("rule 1 \"far\"\npriority 9\nallow\nprincipal 1\naction erase\nend\n"
              "rule 2 \"near\"\npriority 5\nallow\nprincipal 1\nend\n");
    std::array<TraceStep, 1> steps{};
    Trace trace{steps};
    auto const answer =
        evaluate(world.table(), request, world.facts, host::portable_engine(), &trace);
    EXPECT_EQ(answer.verdict, Verdict::not_permitted);
    EXPECT_EQ(trace.steps().size(), 1U);
    EXPECT_EQ(trace.dropped(), 2U);
    EXPECT_EQ(trace.nearest_rule(), 1U);
    test::StringSink sink;
    explain_steps(sink, world.table(), request, answer, trace);
    EXPECT_EQ(sink.value, "rule 1 needs action erase; the action is \"append\"\n"
                          "2 more steps were not kept\n");
}

} // namespace

// Threat 12, the policy file: whole files are refused and the policy in force stays; what an
// evaluation costs does not grow with what an attacker writes.

#include <gtest/gtest.h>

#include <axiom/policy/lint.hpp>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

std::string const good = "rule 1 \"keeper\"\npriority 9\nallow\ndomain policy\nprincipal 1\nend\n";

/// Counts what the evaluator asks; every chain and every cause goes on without end.
class Endless final : public Facts {
  public:
    mutable std::size_t roles{};
    mutable std::size_t parents{};
    mutable std::size_t causes{};

    [[nodiscard]] LogTime now() const noexcept override { return {}; }
    [[nodiscard]] Result<bool> has_role(PrincipalId /*principal*/,
                                        std::string_view /*role*/) const noexcept override {
        ++roles;
        return false;
    }
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId capability) const noexcept override {
        ++parents;
        return CapabilityId{capability.value + 1};
    }
    [[nodiscard]] Result<CauseFact> cause(Sequence sequence) const noexcept override {
        ++causes;
        return CauseFact{
            DomainNumber::log, 1, {Sequence{sequence.value * 2}, Sequence{sequence.value * 2 + 1}}};
    }
    [[nodiscard]] Result<std::uint64_t> rate_used(CounterKey /*key*/) const noexcept override {
        return 0;
    }
};

struct threat_12 : testing::Test {
    test::PolicyWorld world;
    std::unique_ptr<PolicyPair> pair = std::make_unique<PolicyPair>();

    /// Installs as a policy service does: parse, install beside the active policy, lint.
    Result<void> offer(std::string const& rules) {
        auto const bytes = world.parse("axiom-policy 1\n" + rules);
        if (!bytes) {
            return fail(bytes.error().code, bytes.error().place.line);
        }
        TRY(world.install(*bytes));
        TRY(check_sound(world.table(), {}));
        return pair->install_next(*bytes, host::portable_engine());
    }
};

TEST_F(threat_12, whole_files_are_refused_and_the_previous_policy_stays) {
    ASSERT_TRUE(offer(good));
    auto const version = pair->active().version;
    auto const refused = [&](std::string const& rules, Code code) {
        auto const outcome = offer(rules);
        ASSERT_FALSE(outcome) << rules;
        EXPECT_EQ(outcome.error().code, code) << rules;
        EXPECT_EQ(pair->active().version, version);
    };
    refused(good + "rule 2 \"no\"\npriority 5\ndeny \"no\"\ndomain records\nend\n"
                   "rule 3 \"yes\"\npriority 5\nallow\ndomain records\nprincipal 1\nend\n",
            Code::policy_contradiction);
    refused(good + "rule 2 \"a\"\npriority 1\nallow\ncolour red\nend\n", Code::policy_unknown_name);
    refused(good + good, Code::policy_duplicate);
    refused(good + "garbage\n", Code::policy_unknown_name);
    refused(good + "end\n", Code::policy_unknown_name);
    refused("", Code::policy_locks_out);
    refused(good + "rule 2 \"all\"\npriority 1\nallow\nend\n", Code::policy_open_to_all);
    refused("group a\ngroup b\nend\ngroup b\ngroup a\nend\n" + good, Code::policy_cycle);
    EXPECT_TRUE(offer(good + "rule 2 \"a\"\npriority 1\nallow\ndomain log\nend\n"));
    EXPECT_NE(pair->active().version, version);
}

TEST_F(threat_12, an_evaluation_asks_a_bounded_number_of_facts) {
    std::string rules = "group g\n";
    for (int role = 0; role < 512; ++role) {
        rules += "role r" + std::to_string(role) + "\n";
    }
    rules += "end\n";
    for (int id = 1; id <= 512; ++id) {
        rules += "rule " + std::to_string(id) + " \"\"\npriority " + std::to_string(id) +
                 "\nallow\ngroup g\nrole x\ncapability 3\ncause kind 9 9 within 8\n"
                 "cause entry 1 within 8\napproval g\nend\n";
    }
    world.use(rules);
    Sequence const causes[] = {Sequence{1}};
    Request const request{.principal = PrincipalId{1},
                          .approver = PrincipalId{2},
                          .capability = CapabilityId{4},
                          .causes = causes};
    Endless const facts;
    std::vector<TraceStep> steps(4096);
    Trace trace{steps};
    auto const answer = evaluate(world.table(), request, facts, host::portable_engine(), &trace);
    EXPECT_EQ(answer.verdict, Verdict::not_permitted);
    EXPECT_LE(facts.roles, 2 * members_max + rules_max);
    EXPECT_LE(facts.parents, capability_depth_max + 1);
    EXPECT_LE(facts.causes, causes_walked_max);
}

} // namespace

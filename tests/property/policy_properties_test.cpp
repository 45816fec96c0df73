// Random policies, states and requests: the evaluator answers as the plain model does, its trace
// changes nothing, and text, canonical bytes and text again agree.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/property/policy_model.hpp>
#include <tests/support/reached.hpp>

namespace {

using namespace axiom;
using axiom::policy::Verdict;

int pick(int least, int most) {
    return *rc::gen::inRange(least, most + 1);
}
bool chance(int percent) {
    return pick(1, 100) <= percent;
}

template <class T> std::optional<T> perhaps(int percent, T value) {
    return chance(percent) ? std::optional<T>{value} : std::nullopt;
}

std::string any_of(std::initializer_list<char const*> names) {
    return std::data(names)[pick(0, static_cast<int>(names.size()) - 1)];
}

std::string any_object() {
    return any_of({"a", "ab", "abc", "b", "logs/x"});
}
std::string any_group() {
    return any_of({"g0", "g1", "g2", "g3"});
}
std::string any_role() {
    return any_of({"reader", "writer"});
}

/// Groups name only groups after them, so that there is no circle.
std::map<std::string, model::Group> any_groups() {
    std::map<std::string, model::Group> groups;
    for (int index = 0; index < 4; ++index) {
        model::Group& group = groups["g" + std::to_string(index)];
        if (chance(50)) {
            group.principals.insert(pick(1, 4));
        }
        if (chance(30)) {
            group.roles.insert(any_role());
        }
        for (int inner = index + 1; inner < 4; ++inner) {
            if (chance(30)) {
                group.groups.insert("g" + std::to_string(inner));
            }
        }
    }
    return groups;
}

model::Rule any_rule(std::uint32_t id) {
    model::Rule rule{
        .id = id, .priority = static_cast<std::uint32_t>(pick(0, 3)), .deny = chance(30)};
    rule.domain = perhaps<unsigned>(30, pick(1, 3));
    rule.kind = rule.domain ? perhaps<unsigned>(40, pick(1, 2)) : std::nullopt;
    rule.action = perhaps(30, any_of({"append", "erase"}));
    rule.principal = perhaps<std::uint64_t>(20, pick(1, 4));
    rule.group = perhaps(30, any_group());
    rule.role = perhaps(20, any_role());
    rule.object = perhaps(15, any_object());
    rule.object_prefix = rule.object ? std::nullopt : perhaps(25, any_object());
    rule.capability = perhaps<std::uint64_t>(25, pick(1, 6));
    if (chance(20)) {
        rule.cause = model::Cause{.domain = static_cast<unsigned>(pick(1, 3)),
                                  .kind = static_cast<unsigned>(pick(1, 2)),
                                  .within = static_cast<unsigned>(pick(1, 4))};
        rule.cause->entry = perhaps<std::uint64_t>(50, pick(1, 12));
    }
    if (chance(25)) {
        auto const start = static_cast<std::uint64_t>(pick(0, 9));
        rule.time = {start, start + static_cast<std::uint64_t>(pick(1, 5))};
    }
    if (!rule.deny) {
        rule.expires = perhaps<std::uint64_t>(20, pick(1, 100));
        rule.rights = perhaps<std::uint64_t>(20, pick(1, 7));
        rule.approval = perhaps(20, any_group());
    }
    return rule;
}

model::Policy any_policy() {
    model::Policy policy{.groups = any_groups(), .rules = {}};
    int const rules = pick(0, 8);
    for (int index = 0; index < rules; ++index) {
        // Ids in no order, so that ties are told apart by id and not by place.
        policy.rules.push_back(any_rule(static_cast<std::uint32_t>((index * 5 + 3) % 11 + 1)));
    }
    return policy;
}

void any_facts(test::PlainFacts& facts) {
    facts.time_ms = static_cast<std::uint64_t>(pick(0, 14));
    for (std::uint64_t principal = 1; principal <= 4; ++principal) {
        for (auto const* role : {"reader", "writer"}) {
            if (chance(30)) {
                facts.roles.insert({principal, role});
            }
        }
    }
    for (std::uint64_t capability = 2; capability <= 6; ++capability) {
        facts.parents[capability] =
            static_cast<std::uint64_t>(pick(0, static_cast<int>(capability) - 1));
    }
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
        auto const before = [&] {
            return Sequence{static_cast<std::uint64_t>(pick(0, static_cast<int>(sequence) - 1))};
        };
        facts.entries[sequence] = {DomainNumber{static_cast<std::uint16_t>(pick(1, 3))},
                                   static_cast<std::uint16_t>(pick(1, 2)),
                                   {before(), before()}};
    }
}

struct OwnedRequest {
    std::string action = any_of({"append", "erase"});
    std::string object = any_object();
    std::vector<Sequence> causes;

    policy::Request request() {
        if (chance(60)) {
            causes.push_back(Sequence{static_cast<std::uint64_t>(pick(1, 12))});
        }
        return {.principal = PrincipalId{static_cast<std::uint64_t>(pick(1, 4))},
                .approver = PrincipalId{static_cast<std::uint64_t>(pick(0, 4))},
                .domain = DomainNumber{static_cast<std::uint16_t>(pick(1, 3))},
                .kind = static_cast<std::uint16_t>(pick(1, 2)),
                .action = action,
                .object = object,
                .capability = CapabilityId{static_cast<std::uint64_t>(pick(0, 6))},
                .causes = causes,
                .rights = static_cast<std::uint64_t>(pick(0, 7))};
    }
};

std::optional<std::uint64_t> value_of(policy::Decision const& decision,
                                      policy::ConditionKind kind) {
    auto const* const condition = policy::find(decision, kind);
    return condition == nullptr ? std::nullopt : std::optional{condition->value};
}

constexpr char const* verdict_names[] = {"allow", "not permitted", "forbidden", "error"};

RC_GTEST_PROP(policy_property, the_evaluator_answers_as_the_plain_model, ()) {
    test::must_reach({{"answer", "allow"},
                      {"answer", "not permitted"},
                      {"answer", "forbidden"},
                      {"condition", "expiry"},
                      {"condition", "rights"},
                      {"condition", "approval"}});
    auto const policy = any_policy();
    auto const text = model::text_of(policy);
    test::PolicyWorld world;
    auto const bytes = world.parse(text);
    if (!bytes) {
        RC_FAIL(bytes.error().rendered + "\n" + text);
    }
    RC_ASSERT(world.install(*bytes).has_value());
    for (int question = 0; question < 50; ++question) {
        world.facts.roles.clear();
        any_facts(world.facts);
        OwnedRequest owned;
        auto const request = owned.request();
        auto const expected = model::Evaluator{policy, world.facts}.ask(request);
        auto const answer = world.ask(request);
        RC_LOG() << text << world.explain(request);
        test::reached({"answer", verdict_names[static_cast<std::size_t>(expected.verdict)]});
        for (auto const& [there, name] : {std::pair{expected.expiry.has_value(), "expiry"},
                                          {expected.rights.has_value(), "rights"},
                                          {expected.approver.has_value(), "approval"}}) {
            if (there) {
                test::reached({"condition", name});
            }
        }
        RC_ASSERT(answer.verdict == expected.verdict);
        RC_ASSERT(answer.rule == expected.rule);
        RC_ASSERT(value_of(answer.decision, policy::ConditionKind::expiry) == expected.expiry);
        RC_ASSERT(value_of(answer.decision, policy::ConditionKind::rights) == expected.rights);
        RC_ASSERT(value_of(answer.decision, policy::ConditionKind::second_approver) ==
                  expected.approver);
        RC_ASSERT(policy::check(answer.decision).has_value());
    }
}

RC_GTEST_PROP(policy_property, a_trace_changes_no_answer_and_its_nearest_rule_lacks_least, ()) {
    test::PolicyWorld world;
    auto const policy = any_policy();
    world.use(model::text_of(policy).substr(std::string_view{"axiom-policy 1\n"}.size()));
    any_facts(world.facts);
    OwnedRequest owned;
    auto const request = owned.request();
    auto const plain = world.ask(request);
    std::vector<policy::TraceStep> steps(static_cast<std::size_t>(pick(0, 60)));
    policy::Trace trace{steps};
    auto const traced =
        policy::evaluate(world.table(), request, world.facts, host::portable_engine(), &trace);
    RC_ASSERT(traced.verdict == plain.verdict);
    RC_ASSERT(traced.rule == plain.rule);
    RC_ASSERT(traced.decision == plain.decision);
    if (plain.verdict != Verdict::not_permitted || trace.dropped() != 0) {
        return;
    }
    // Of each rule how many clauses failed, then how many of them are about something else.
    std::set<policy::ClauseKind> const about{policy::ClauseKind::domain, policy::ClauseKind::kind,
                                             policy::ClauseKind::action, policy::ClauseKind::object,
                                             policy::ClauseKind::object_prefix};
    std::map<std::uint16_t, std::pair<std::size_t, std::size_t>> lacks;
    for (auto const& step : trace.steps()) {
        lacks[step.rule].first += 1;
        lacks[step.rule].second += about.count(step.clause);
    }
    RC_ASSERT(lacks.size() == policy.rules.size());
    for (auto const& [rule, count] : lacks) {
        if (world.table().rules()[rule].effect == policy::Effect::allow) {
            auto const least = lacks.at(trace.nearest_rule());
            RC_ASSERT(trace.nearest().size() == least.first);
            bool const nearer_first = rule < trace.nearest_rule() ? least < count : least <= count;
            RC_ASSERT(nearer_first);
        }
    }
}

RC_GTEST_PROP(policy_property, facts_that_fail_give_an_error_or_do_not_matter, ()) {
    test::PolicyWorld world;
    auto const bytes = world.parse(model::text_of(any_policy()));
    RC_ASSERT(bytes.has_value() && world.install(*bytes).has_value());
    any_facts(world.facts);
    OwnedRequest owned;
    auto const request = owned.request();
    auto const known = world.ask(request);
    world.facts.roles_fail = chance(50);
    world.facts.unreadable_capability = static_cast<std::uint64_t>(pick(0, 6));
    world.facts.entries.erase(static_cast<std::uint64_t>(pick(1, 12)));
    auto const answer = world.ask(request);
    if (answer.verdict != Verdict::error) {
        RC_ASSERT(answer.verdict == known.verdict);
        RC_ASSERT(answer.rule == known.rule);
        RC_ASSERT(answer.decision == known.decision);
    }
}

RC_GTEST_PROP(policy_property, text_and_canonical_bytes_are_one_to_one, ()) {
    test::PolicyWorld world;
    auto const bytes = world.parse(model::text_of(any_policy()));
    RC_ASSERT(bytes.has_value());
    RC_ASSERT(world.install(*bytes).has_value());
    auto const printed = world.print();
    auto const again = world.parse(printed);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *bytes);
    RC_ASSERT(world.install(*again).has_value());
    RC_ASSERT(world.print() == printed);
}

RC_GTEST_PROP(policy_property, a_rate_never_admits_more_in_any_window_and_frees_soon_after, ()) {
    auto const window = static_cast<std::uint64_t>(pick(1, 50));
    auto const most = static_cast<std::uint64_t>(pick(1, 5));
    std::vector<policy::RateRow> rows(1);
    std::vector<std::uint64_t> admitted;
    std::uint64_t now = static_cast<std::uint64_t>(pick(0, 100));
    policy::Condition const rate{policy::ConditionKind::rate, 1, most, window};
    for (int use = 0; use < 60; ++use) {
        now += static_cast<std::uint64_t>(pick(0, 12));
        auto const within = [&](std::uint64_t span) {
            return std::ranges::count_if(admitted, [&](auto at) { return at + span > now; });
        };
        auto const before = rows;
        bool const read = policy::rate_used(rows, {1, window}, LogTime{now}).value() < most;
        bool const taken = policy::step(rows, rate, LogTime{now}).has_value();
        RC_ASSERT(read == taken);
        if (taken) {
            RC_ASSERT(static_cast<std::uint64_t>(within(window)) < most);
            admitted.push_back(now);
        } else {
            RC_ASSERT(rows == before);
            // Eight slots cover at most a seventh more than the window, and a slot's rounding.
            RC_ASSERT(static_cast<std::uint64_t>(within(8 * policy::slot_ms_of(window))) >= most);
        }
    }
}

} // namespace

// The evaluator: rules in order, clauses in order, the first rule that holds answers.
#include <axiom/policy/evaluator.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/hash.hpp>

#include <axiom/codec/writer.hpp>

#include <axiom/policy/walks.hpp>

namespace axiom::policy {

namespace {

/// Whether a clause held, and what it was compared with.
struct Checked {
    Outcome outcome{};
    std::uint64_t had{};
    Error error{};
};

Checked holds(bool held, std::uint64_t had = 0) noexcept {
    return {held ? Outcome::held : Outcome::failed, had, {}};
}

Checked holds(Result<bool> const& held, std::uint64_t had) noexcept {
    return held ? holds(*held, had) : Checked{Outcome::unknown, had, held.error()};
}

class Evaluation {
  public:
    Evaluation(PolicyTable const& policy, Request const& request, Facts const& facts,
               HashEngine const& engine) noexcept
        : policy_{policy}, request_{request}, facts_{facts}, engine_{engine}, now_{facts.now()} {}

    Checked check(RuleRow const& rule, ClauseRow const& clause) noexcept {
        switch (clause.kind) {
        case ClauseKind::domain: {
            auto const domain = static_cast<std::uint64_t>(request_.domain);
            return holds(domain == clause.number, domain);
        }
        case ClauseKind::kind:
            return holds(request_.kind == clause.number, request_.kind);
        case ClauseKind::action:
            return holds(request_.action == policy_.text(clause.text));
        case ClauseKind::principal:
            return holds(request_.principal.value == clause.number, request_.principal.value);
        case ClauseKind::group:
            return in_group(asker_, request_.principal, clause.group);
        case ClauseKind::role:
            return holds(facts_.has_role(request_.principal, policy_.text(clause.text)),
                         request_.principal.value);
        case ClauseKind::object:
            return holds(request_.object == policy_.text(clause.text));
        case ClauseKind::object_prefix:
            return holds(request_.object.starts_with(policy_.text(clause.text)));
        case ClauseKind::capability:
            return holds(
                capabilities_.has(CapabilityId{clause.number}, request_.capability, facts_),
                request_.capability.value);
        case ClauseKind::cause_entry:
        case ClauseKind::cause_kind:
            return cause(clause);
        case ClauseKind::time:
            return holds(
                clause.number <= now_.value &&
                    (now_.value < clause.other || clause.other == time_open ||
                     (AXIOM_MUTANT(policy_window_closes_late) && now_.value == clause.other)),
                now_.value);
        case ClauseKind::expires:
            return holds(true);
        case ClauseKind::rights:
            return holds(request_.rights == 0 || (request_.rights & clause.number) != 0,
                         request_.rights);
        case ClauseKind::rate:
            return rate(rule, clause);
        case ClauseKind::approval:
            return approval(clause);
        }
        return {Outcome::unknown, 0, Error{Code::evaluation_error}};
    }

    /// The decision of a rule that held.
    Decision decide(RuleRow const& rule) noexcept {
        Decision decision{.rule = rule.id, .policy_version = policy_.version};
        for (ClauseRow const& clause : policy_.clauses(rule)) {
            if (clause.kind == ClauseKind::expires) {
                std::uint64_t const room = time_open - now_.value;
                decision.conditions.push_back(
                    {ConditionKind::expiry, 0,
                     now_.value + (clause.number < room ? clause.number : room), 0});
            } else if (clause.kind == ClauseKind::rights && request_.rights != 0) {
                decision.conditions.push_back(
                    {ConditionKind::rights, 0, request_.rights & clause.number, 0});
            } else if (clause.kind == ClauseKind::rate) {
                CounterKey const key =
                    counter_key(engine_, rule.id, policy_.clause(clause), request_);
                decision.conditions.push_back(
                    {ConditionKind::rate, key.counter, clause.number, clause.other});
            } else if (clause.kind == ClauseKind::approval) {
                decision.conditions.push_back({ConditionKind::second_approver,
                                               policy_.group_rows[clause.group].name_id,
                                               request_.approver.value, 0});
            }
        }
        return decision;
    }

  private:
    Checked in_group(GroupSet& groups, PrincipalId principal, std::uint16_t group) noexcept {
        auto const listed = groups.of(policy_, principal, facts_);
        if (!listed) {
            return {Outcome::unknown, principal.value, listed.error()};
        }
        std::uint64_t const within = AXIOM_MUTANT(policy_inner_groups_forgotten)
                                         ? std::uint64_t{1} << group
                                         : policy_.group_rows[group].within;
        return holds((*listed & within) != 0, principal.value);
    }

    Checked cause(ClauseRow const& clause) noexcept {
        auto const wanted = [&](CauseWalk::Item const& item) {
            return clause.kind == ClauseKind::cause_entry
                       ? item.sequence.value == clause.number
                       : static_cast<std::uint64_t>(item.domain) == clause.number &&
                             item.kind == clause.other;
        };
        auto const found = causes_.has(wanted, clause.small, request_, facts_);
        return holds(found, causes_.count());
    }

    Checked rate(RuleRow const& rule, ClauseRow const& clause) noexcept {
        auto const used =
            facts_.rate_used(counter_key(engine_, rule.id, policy_.clause(clause), request_));
        return used ? holds(*used < clause.number, *used)
                    : Checked{Outcome::unknown, 0, used.error()};
    }

    Checked approval(ClauseRow const& clause) noexcept {
        if (request_.approver.value == 0) {
            return holds(true);
        }
        if (request_.approver == request_.principal && !AXIOM_MUTANT(policy_self_approval)) {
            return holds(false, request_.approver.value);
        }
        return in_group(approver_, request_.approver, clause.group);
    }

    PolicyTable const& policy_;
    Request const& request_;
    Facts const& facts_;
    HashEngine const& engine_;
    LogTime now_;
    GroupSet asker_;
    GroupSet approver_;
    CapabilityChain capabilities_;
    CauseWalk causes_;
};

} // namespace

CounterKey counter_key(HashEngine const& engine, std::uint32_t rule, Clause const& rate,
                       Request const& request) noexcept {
    // rule u32, key u8, window u64, then what it is counted by: u64 or text.
    std::array<std::byte, 13 + object_bytes_max> input{};
    Writer to{input};
    std::string_view text;
    std::uint64_t number = 0;
    switch (static_cast<RateKey>(rate.small)) {
    case RateKey::rule:
        break;
    case RateKey::principal:
        number = request.principal.value;
        break;
    case RateKey::object:
        text = {request.object.data(),
                std::min<std::size_t>(request.object.size(), object_bytes_max)};
        break;
    case RateKey::capability:
        number = request.capability.value;
        break;
    }
    bool const fits =
        to.word(rule) && to.word(rate.small) && to.word(rate.other) &&
        (static_cast<RateKey>(rate.small) == RateKey::object ? to.bytes(bytes_of(text))
                                                             : to.word(number));
    AXIOM_ASSERT(fits);
    return {hash_bytes(engine, context::name_id, to.written()).prefix(), rate.other};
}

Answer evaluate(PolicyView policy, Request const& request, Facts const& facts,
                HashEngine const& engine, Trace* trace) noexcept {
    Evaluation evaluation{policy, request, facts, engine};
    auto const rules = policy.rules();
    RuleSteps steps;
    for (std::size_t index = 0; index < rules.size(); ++index) {
        RuleRow const& rule = rules[index];
        steps.clear();
        for (ClauseRow const& clause : policy.clauses(rule)) {
            Checked const checked = evaluation.check(rule, clause);
            if (checked.outcome == Outcome::held) {
                continue;
            }
            steps.push_back({static_cast<std::uint16_t>(index), clause.kind, checked.outcome,
                             checked.had, checked.error});
            if (trace == nullptr) {
                break;
            }
        }
        bool const traced = trace != nullptr && (rule.effect == Effect::allow ||
                                                 !AXIOM_MUTANT(policy_trace_without_denials));
        if (traced) {
            trace->add(static_cast<std::uint16_t>(index), rule.effect, steps);
        }
        if (steps.empty()) {
            if (rule.effect == Effect::deny) {
                return {.verdict = Verdict::forbidden,
                        .rule = rule.id,
                        .reason = policy.text(rule.reason)};
            }
            return {
                .verdict = Verdict::allow, .rule = rule.id, .decision = evaluation.decide(rule)};
        }
        if (steps[0].outcome == Outcome::unknown && !AXIOM_MUTANT(policy_unknown_is_passed_over)) {
            return {.verdict = Verdict::error, .rule = rule.id, .error = steps[0].error};
        }
    }
    return {.verdict = Verdict::not_permitted};
}

} // namespace axiom::policy

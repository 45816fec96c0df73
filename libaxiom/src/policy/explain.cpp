// Rendering of answers; nothing here decides anything.
#include <axiom/policy/explain.hpp>

#include <axiom/policy/print.hpp>

#include <axiom/policy/render.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view verdict_names[] = {"allow"sv, "not_permitted"sv, "forbidden"sv,
                                              "error"sv};

void put_rule(TextSink& to, PolicyTable const& policy, RuleRow const& rule) noexcept {
    to.text("rule "sv);
    put_number(to, rule.id);
    to.text(" "sv);
    put_quoted(to, policy.text(rule.label));
}

void put_error(TextSink& to, Error const& error) noexcept {
    to.text(text_of(error.code).name);
    to.text(" ("sv);
    to.text(text_of(error.code).what);
    to.text(", at "sv);
    put_number(to, error.where);
    to.text(")"sv);
}

/// What the request or the state had where the clause wanted something else.
void put_had(TextSink& to, Request const& request, TraceStep const& step) noexcept {
    switch (step.clause) {
    case ClauseKind::domain:
        to.text("the domain is "sv);
        put_domain(to, step.had);
        break;
    case ClauseKind::kind:
        to.text("the kind is "sv);
        put_number(to, step.had);
        break;
    case ClauseKind::action:
        to.text("the action is "sv);
        put_quoted(to, request.action);
        break;
    case ClauseKind::principal:
    case ClauseKind::group:
    case ClauseKind::role:
        to.text("the principal is "sv);
        put_number(to, step.had);
        break;
    case ClauseKind::object:
    case ClauseKind::object_prefix:
        to.text("the object is "sv);
        put_quoted(to, request.object);
        break;
    case ClauseKind::capability:
        to.text(step.had == 0 ? "no capability is exercised"sv : "the capability exercised is "sv);
        if (step.had != 0) {
            put_number(to, step.had);
        }
        break;
    case ClauseKind::cause_entry:
    case ClauseKind::cause_kind:
        to.text("none of the "sv);
        put_number(to, step.had);
        to.text(" causes known is that"sv);
        break;
    case ClauseKind::time:
        to.text("log time is "sv);
        put_duration(to, step.had);
        break;
    case ClauseKind::rights:
        to.text("the rights asked for are "sv);
        put_hex(to, step.had);
        break;
    case ClauseKind::rate:
        put_number(to, step.had);
        to.text(" are used up"sv);
        break;
    case ClauseKind::approval:
        to.text("the approver is "sv);
        put_number(to, step.had);
        break;
    case ClauseKind::expires:
        break;
    }
}

/// `needs action append; the action is "erase"`
void put_step(TextSink& to, PolicyTable const& policy, Request const& request,
              TraceStep const& step) noexcept {
    ClauseRow const* const clause = policy.find(policy.rule_rows[step.rule], step.clause);
    AXIOM_ASSERT(clause != nullptr);
    to.text("needs "sv);
    print_clause(to, policy.clause(*clause));
    to.text("; "sv);
    if (step.outcome == Outcome::unknown) {
        to.text("that could not be known: "sv);
        put_error(to, step.error);
    } else {
        put_had(to, request, step);
    }
}

void put_condition(TextSink& to, PolicyTable const& policy, Condition const& condition) noexcept {
    switch (condition.kind) {
    case ConditionKind::expiry:
        to.text("until log time "sv);
        put_duration(to, condition.value);
        break;
    case ConditionKind::rights:
        to.text("with rights "sv);
        put_hex(to, condition.value);
        break;
    case ConditionKind::rate:
        to.text("at most "sv);
        put_number(to, condition.value);
        to.text(" per "sv);
        put_duration(to, condition.window_ms);
        to.text(", counter "sv);
        put_hex(to, condition.subject);
        break;
    case ConditionKind::second_approver:
        to.text(condition.value == 0 ? "once approved by another of group "sv : "approved by "sv);
        if (condition.value != 0) {
            put_number(to, condition.value);
            to.text(" of group "sv);
        }
        for (GroupRow const& group : policy.groups()) {
            if (group.name_id == condition.subject) {
                to.text(policy.text(group.name));
            }
        }
        break;
    }
}

void explain_allow(TextSink& to, PolicyTable const& policy, Answer const& answer) noexcept {
    to.text("allowed by "sv);
    put_rule(to, policy, *policy.find(answer.rule));
    to.text("\n"sv);
    for (Condition const& condition : answer.decision.conditions) {
        to.text("    "sv);
        put_condition(to, policy, condition);
        to.text("\n"sv);
    }
}

void explain_missing(TextSink& to, PolicyTable const& policy, Request const& request,
                     Trace const& trace) noexcept {
    to.text("not permitted: none of "sv);
    put_number(to, policy.rule_count);
    to.text(policy.rule_count == 1 ? " rule holds\n"sv : " rules holds\n"sv);
    if (trace.nearest().empty()) {
        to.text("    no rule allows anything; add one\n"sv);
        return;
    }
    to.text("nearest is "sv);
    put_rule(to, policy, policy.rule_rows[trace.nearest_rule()]);
    to.text("\n"sv);
    for (TraceStep const& step : trace.nearest()) {
        to.text("    "sv);
        put_step(to, policy, request, step);
        to.text("\n"sv);
    }
}

} // namespace

std::string_view name_of(Verdict verdict) noexcept {
    return verdict_names[static_cast<std::size_t>(verdict)];
}

void explain(TextSink& to, PolicyView policy, Request const& request, Answer const& answer,
             Trace const& trace) noexcept {
    switch (answer.verdict) {
    case Verdict::allow:
        explain_allow(to, policy, answer);
        break;
    case Verdict::not_permitted:
        if (answer.error.code == Code::no_such_row) {
            to.text("not permitted: principal "sv);
            put_number(to, answer.error.where);
            to.text(" does not act: it, or one above it, is disabled, or nobody added it\n"sv);
            break;
        }
        explain_missing(to, policy, request, trace);
        break;
    case Verdict::forbidden:
        to.text("forbidden by "sv);
        put_rule(to, policy, *policy.find(answer.rule));
        to.text(": "sv);
        put_quoted(to, answer.reason);
        to.text("\n"sv);
        break;
    case Verdict::error:
        to.text("no answer: "sv);
        put_rule(to, policy, *policy.find(answer.rule));
        to.text(" rests on what could not be known: "sv);
        put_error(to, answer.error);
        to.text("\n"sv);
        break;
    }
}

void explain_steps(TextSink& to, PolicyView policy, Request const& request, Answer const& answer,
                   Trace const& trace) noexcept {
    bool const nearest_is_said =
        answer.verdict == Verdict::not_permitted && !trace.nearest().empty();
    for (TraceStep const& step : trace.steps()) {
        if (nearest_is_said && step.rule == trace.nearest_rule()) {
            continue;
        }
        to.text("rule "sv);
        put_number(to, policy.rule_rows[step.rule].id);
        to.text(" "sv);
        put_step(to, policy, request, step);
        to.text("\n"sv);
    }
    if (trace.dropped() != 0) {
        put_number(to, trace.dropped());
        to.text(" more steps were not kept\n"sv);
    }
}

} // namespace axiom::policy

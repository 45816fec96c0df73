// Printing: the grammar of docs/policy.md, in its one canonical layout.
#include <axiom/policy/print.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/policy/render.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

void put_hops(TextSink& to, std::uint8_t hops) noexcept {
    if (hops != 1) {
        to.text(" within "sv);
        put_number(to, hops);
    }
}

void put_window(TextSink& to, Clause const& clause) noexcept {
    if (clause.number != 0) {
        to.text(" from "sv);
        put_duration(to, clause.number);
    }
    if (clause.other != time_open) {
        to.text(" until "sv);
        put_duration(to, clause.other);
    }
}

void print_group(TextSink& to, PolicyTable const& policy, GroupRow const& group) noexcept {
    to.text("\ngroup "sv);
    to.text(policy.text(group.name));
    to.text("\n"sv);
    for (MemberRow const& member : policy.members(group)) {
        to.text("    "sv);
        to.text(member_keywords[static_cast<std::size_t>(member.kind)]);
        to.text(" "sv);
        if (member.kind == MemberKind::principal) {
            put_number(to, member.number);
        } else {
            to.text(policy.text(member.text));
        }
        to.text("\n"sv);
    }
    to.text("end\n"sv);
}

} // namespace

void print_clause(TextSink& to, Clause const& clause) noexcept {
    to.text(shape_of(clause.kind).keyword);
    switch (clause.kind) {
    case ClauseKind::domain:
        to.text(" "sv);
        put_domain(to, clause.number);
        break;
    case ClauseKind::kind:
    case ClauseKind::principal:
    case ClauseKind::capability:
        to.text(" "sv);
        put_number(to, clause.number);
        break;
    case ClauseKind::action:
    case ClauseKind::group:
    case ClauseKind::role:
    case ClauseKind::approval:
        to.text(" "sv);
        to.text(clause.text);
        break;
    case ClauseKind::object:
    case ClauseKind::object_prefix:
        to.text(" "sv);
        put_quoted(to, clause.text);
        break;
    case ClauseKind::cause_entry:
        to.text(" "sv);
        put_number(to, clause.number);
        put_hops(to, clause.small);
        break;
    case ClauseKind::cause_kind:
        to.text(" "sv);
        put_domain(to, clause.number);
        to.text(" "sv);
        put_number(to, clause.other);
        put_hops(to, clause.small);
        break;
    case ClauseKind::time:
        put_window(to, clause);
        break;
    case ClauseKind::expires:
        to.text(" "sv);
        put_duration(to, clause.number);
        break;
    case ClauseKind::rights:
        to.text(" "sv);
        put_hex(to, clause.number);
        break;
    case ClauseKind::rate:
        to.text(" "sv);
        put_number(to, clause.number);
        to.text(" per "sv);
        put_duration(to, clause.other);
        to.text(" by "sv);
        to.text(rate_key_names[clause.small]);
        break;
    }
}

void print_rule(TextSink& to, PolicyView policy, RuleRow const& rule) noexcept {
    to.text("rule "sv);
    put_number(to, rule.id);
    to.text(" "sv);
    put_quoted(to, policy.text(rule.label));
    to.text("\n    priority "sv);
    put_number(to, AXIOM_MUTANT(policy_printed_without_rank) ? 1U : rule.priority);
    to.text("\n    "sv);
    if (rule.effect == Effect::allow) {
        to.text("allow"sv);
    } else {
        to.text("deny "sv);
        put_quoted(to, policy.text(rule.reason));
    }
    to.text("\n"sv);
    for (ClauseRow const& row : policy.clauses(rule)) {
        to.text("    "sv);
        print_clause(to, policy.clause(row));
        to.text("\n"sv);
    }
    to.text("end\n"sv);
}

void print_policy(TextSink& to, PolicyView policy) noexcept {
    to.text("axiom-policy 1\n"sv);
    for (GroupRow const& group : policy.groups()) {
        print_group(to, policy, group);
    }
    for (RuleRow const& rule : policy.rules()) {
        to.text("\n"sv);
        print_rule(to, policy, rule);
    }
}

} // namespace axiom::policy

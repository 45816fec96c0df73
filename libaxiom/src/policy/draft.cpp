// Drafts: appending rows, sorting them, and the checks that concern more than one row.
#include <axiom/policy/draft.hpp>

#include <axiom/codec/value.hpp>
#include <axiom/policy/canonical.hpp>

#include <axiom/policy/groups.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

using Refused = std::unexpected<Diagnostic>;

Refused refuse(Code code, std::uint32_t line, std::string_view what, std::string_view subject = {},
               std::string_view suggestion = {}) noexcept {
    return Refused{Diagnostic{code, {line, 1}, what, subject, suggestion}};
}

/// Sorts a few hundred rows in place; `swap(i, i - 1)` exchanges neighbours.
template <class Before, class Swap>
void insertion_sort(std::size_t count, Before const& before, Swap const& swap) noexcept {
    for (std::size_t index = 1; index < count; ++index) {
        for (std::size_t at = index; at > 0 && before(at, at - 1); --at) {
            swap(at, at - 1);
        }
    }
}

template <class T, std::size_t Max>
void exchange(std::array<T, Max>& items, std::size_t left, std::size_t right) noexcept {
    T const kept = items[left];
    items[left] = items[right];
    items[right] = kept;
}

Member member_of(PolicyTable const& rows, MemberRow const& row) noexcept {
    return {row.kind, row.number, rows.text(row.text)};
}

void sort_rows(PolicyDraft& draft) noexcept {
    PolicyTable& rows = draft.rows;
    for (GroupRow const& group : rows.groups()) {
        std::size_t const first = group.first_member;
        insertion_sort(
            group.members,
            [&](std::size_t left, std::size_t right) {
                return order(member_of(rows, rows.member_rows[first + left]),
                             member_of(rows, rows.member_rows[first + right])) < 0;
            },
            [&](std::size_t left, std::size_t right) {
                exchange(rows.member_rows, first + left, first + right);
                exchange(draft.member_lines, first + left, first + right);
            });
    }
    insertion_sort(
        rows.group_count,
        [&](std::size_t left, std::size_t right) {
            return order(rows.text(rows.group_rows[left].name),
                         rows.text(rows.group_rows[right].name)) < 0;
        },
        [&](std::size_t left, std::size_t right) {
            exchange(rows.group_rows, left, right);
            exchange(draft.group_lines, left, right);
        });
    for (RuleRow const& rule : rows.rules()) {
        std::size_t const first = rule.first_clause;
        insertion_sort(
            rule.clauses,
            [&](std::size_t left, std::size_t right) {
                return rows.clause_rows[first + left].kind < rows.clause_rows[first + right].kind;
            },
            [&](std::size_t left, std::size_t right) {
                exchange(rows.clause_rows, first + left, first + right);
                exchange(draft.clause_lines, first + left, first + right);
            });
    }
    insertion_sort(
        rows.rule_count,
        [&](std::size_t left, std::size_t right) {
            RuleRow const& one = rows.rule_rows[left];
            RuleRow const& two = rows.rule_rows[right];
            return one.priority != two.priority ? one.priority > two.priority : one.id < two.id;
        },
        [&](std::size_t left, std::size_t right) {
            exchange(rows.rule_rows, left, right);
            exchange(draft.rule_lines, left, right);
        });
}

std::uint32_t later(std::uint32_t one, std::uint32_t two) noexcept {
    return one > two ? one : two;
}

std::expected<void, Diagnostic> check_groups(PolicyDraft const& draft) noexcept {
    PolicyTable const& rows = draft.rows;
    for (std::size_t index = 1; index < rows.group_count; ++index) {
        std::string_view const name = rows.text(rows.group_rows[index].name);
        if (name == rows.text(rows.group_rows[index - 1].name)) {
            return refuse(Code::policy_duplicate,
                          later(draft.group_lines[index - 1], draft.group_lines[index]),
                          "this group was defined before"sv, name, "rename or remove one"sv);
        }
    }
    for (GroupRow const& group : rows.groups()) {
        for (std::size_t index = 1; index < group.members; ++index) {
            std::size_t const at = group.first_member + index;
            if (order(member_of(rows, rows.member_rows[at - 1]),
                      member_of(rows, rows.member_rows[at])) == 0) {
                return refuse(Code::policy_duplicate,
                              later(draft.member_lines[at - 1], draft.member_lines[at]),
                              "this group names a member twice"sv, rows.text(group.name),
                              "remove one"sv);
            }
        }
    }
    return {};
}

std::expected<void, Diagnostic> check_rules(PolicyDraft const& draft) noexcept {
    PolicyTable const& rows = draft.rows;
    for (std::size_t index = 0; index < rows.rule_count; ++index) {
        RuleRow const& rule = rows.rule_rows[index];
        std::uint32_t const line = draft.rule_lines[index];
        for (std::size_t before = 0; before < index; ++before) {
            if (rows.rule_rows[before].id == rule.id) {
                return refuse(Code::policy_duplicate, later(draft.rule_lines[before], line),
                              "this rule id was used before"sv, rows.text(rule.label),
                              "give each rule an id of its own"sv);
            }
        }
        for (std::size_t clause = 1; clause < rule.clauses; ++clause) {
            std::size_t const at = rule.first_clause + clause;
            if (rows.clause_rows[at - 1].kind == rows.clause_rows[at].kind) {
                return refuse(Code::policy_duplicate,
                              later(draft.clause_lines[at - 1], draft.clause_lines[at]),
                              "this rule has the field twice"sv,
                              shape_of(rows.clause_rows[at].kind).keyword,
                              "write a rule for each value, or a group"sv);
            }
        }
        if (rows.find(rule, ClauseKind::object) != nullptr &&
            rows.find(rule, ClauseKind::object_prefix) != nullptr) {
            return refuse(Code::policy_duplicate, line, "this rule has the field twice"sv,
                          "object"sv, "keep the whole name or the prefix"sv);
        }
        if (rows.find(rule, ClauseKind::kind) != nullptr &&
            rows.find(rule, ClauseKind::domain) == nullptr) {
            return refuse(Code::policy_syntax, line, "a kind means nothing without its domain"sv,
                          "kind"sv, "add a domain line to the rule"sv);
        }
        for (ClauseRow const& row : rows.clauses(rule)) {
            if (rule.effect == Effect::deny && shape_of(row.kind).term) {
                return refuse(Code::policy_syntax, line, "a rule that denies grants nothing"sv,
                              shape_of(row.kind).keyword, "remove the line, or write allow"sv);
            }
        }
    }
    return {};
}

std::expected<void, Diagnostic> check_names(PolicyDraft& draft) noexcept {
    auto const outcome = resolve_groups(draft.rows);
    if (outcome) {
        return {};
    }
    Error const error = outcome.error();
    PolicyTable const& rows = draft.rows;
    switch (static_cast<GroupFault>(error.detail)) {
    case GroupFault::member:
        return refuse(error.code, draft.member_lines[error.where], "no such group"sv,
                      rows.text(rows.member_rows[error.where].text), "define it in this file"sv);
    case GroupFault::clause:
        return refuse(error.code, draft.clause_lines[error.where], "no such group"sv,
                      rows.text(rows.clause_rows[error.where].text), "define it in this file"sv);
    case GroupFault::group:
        break;
    }
    std::string_view const name = rows.text(rows.group_rows[error.where].name);
    return error.code == Code::policy_cycle
               ? refuse(error.code, draft.group_lines[error.where],
                        "this group contains itself through its members"sv, name,
                        "take one group out of the circle"sv)
               : refuse(error.code, draft.group_lines[error.where],
                        "groups are nested too deeply"sv, name, "at most 8 within one another"sv);
}

Result<void> write(Writer& to, PolicyTable const& rows) noexcept {
    TRY(to.word(format_version));
    TRY(to.word(rows.group_count));
    for (GroupRow const& group : rows.groups()) {
        TRY(encode_name(to, rows.text(group.name)));
        TRY(to.word(group.members));
        for (MemberRow const& member : rows.members(group)) {
            TRY(encode(to, member_of(rows, member)));
        }
    }
    TRY(to.word(rows.rule_count));
    for (RuleRow const& rule : rows.rules()) {
        TRY(encode_value(to, RuleHead{rule.id, rule.priority, rule.effect, rows.text(rule.label),
                                      rows.text(rule.reason)}));
        TRY(to.word(static_cast<std::uint16_t>(rule.clauses)));
        for (ClauseRow const& clause : rows.clauses(rule)) {
            TRY(encode(to, rows.clause(clause)));
        }
    }
    return {};
}

} // namespace

Result<TextRef> PolicyDraft::keep(std::string_view text) noexcept {
    if (text.size() > policy_bytes_max - rows.bytes_used) {
        return fail(Code::policy_too_large);
    }
    TextRef const ref{rows.bytes_used, static_cast<std::uint32_t>(text.size())};
    copy_bytes(MutableBytes{rows.storage}.subspan(ref.offset), bytes_of(text));
    rows.bytes_used += ref.bytes;
    return ref;
}

Result<void> PolicyDraft::add(RuleHead const& head, std::uint32_t line) noexcept {
    TRY(check(head));
    if (rows.rule_count == rules_max) {
        return fail(Code::policy_too_large);
    }
    RuleRow const row{.id = head.id,
                      .priority = head.priority,
                      .label = TRY(keep(head.label)),
                      .reason = TRY(keep(head.reason)),
                      .first_clause = rows.clause_count,
                      .effect = head.effect};
    rule_lines[rows.rule_count] = line;
    rows.rule_rows[rows.rule_count++] = row;
    return {};
}

void PolicyDraft::set_priority(std::uint32_t priority) noexcept {
    AXIOM_ASSERT(rows.rule_count > 0);
    rows.rule_rows[rows.rule_count - 1].priority = priority;
}

Result<void> PolicyDraft::set_denial(std::string_view reason) noexcept {
    AXIOM_ASSERT(rows.rule_count > 0);
    TRY(check(RuleHead{.id = 1, .effect = Effect::deny, .reason = reason}));
    RuleRow& rule = rows.rule_rows[rows.rule_count - 1];
    rule.reason = TRY(keep(reason));
    rule.effect = Effect::deny;
    return {};
}

Result<void> PolicyDraft::add(Clause const& clause, std::uint32_t line) noexcept {
    AXIOM_ASSERT(rows.rule_count > 0);
    TRY(check(clause));
    RuleRow& rule = rows.rule_rows[rows.rule_count - 1];
    // More clauses than there are kinds hold one twice; the first twice-held one is refused by
    // name.
    if (rows.clause_count == clauses_max || rule.clauses > clause_kinds) {
        return fail(Code::policy_too_large);
    }
    ClauseRow const row{.kind = clause.kind,
                        .small = clause.small,
                        .text = TRY(keep(clause.text)),
                        .number = clause.number,
                        .other = clause.other};
    clause_lines[rows.clause_count] = line;
    rows.clause_rows[rows.clause_count++] = row;
    ++rule.clauses;
    return {};
}

Result<void> PolicyDraft::add_group(std::string_view name, std::uint32_t line) noexcept {
    if (!is_name(name)) {
        return fail(Code::bad_text);
    }
    if (rows.group_count == groups_max) {
        return fail(Code::policy_too_large);
    }
    GroupRow const row{.name = TRY(keep(name)), .first_member = rows.member_count};
    group_lines[rows.group_count] = line;
    rows.group_rows[rows.group_count++] = row;
    return {};
}

Result<void> PolicyDraft::add(Member const& member, std::uint32_t line) noexcept {
    AXIOM_ASSERT(rows.group_count > 0);
    TRY(check(member));
    if (rows.member_count == members_max) {
        return fail(Code::policy_too_large);
    }
    MemberRow const row{
        .kind = member.kind, .text = TRY(keep(member.text)), .number = member.number};
    member_lines[rows.member_count] = line;
    rows.member_rows[rows.member_count++] = row;
    ++rows.group_rows[rows.group_count - 1].members;
    return {};
}

std::expected<Bytes, Diagnostic> canonical_of(PolicyDraft& draft, MutableBytes to) noexcept {
    sort_rows(draft);
    auto outcome = check_groups(draft);
    if (outcome) {
        outcome = check_rules(draft);
    }
    if (outcome) {
        outcome = check_names(draft);
    }
    if (!outcome) {
        return std::unexpected(outcome.error());
    }
    Writer writer{to.size() > policy_bytes_max ? to.first(policy_bytes_max) : to};
    if (!write(writer, draft.rows)) {
        return refuse(Code::policy_too_large, 1, "the policy in canonical form exceeds 63 KiB"sv,
                      {}, "shorten labels, or split it"sv);
    }
    return writer.written();
}

} // namespace axiom::policy

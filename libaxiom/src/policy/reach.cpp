// Comparing what rules reach, clause by clause. `true` is always a proof; `false` may be ignorance.
#include <axiom/policy/reach.hpp>

namespace axiom::policy {

Reach::Reach(PolicyTable const& policy, RuleRow const& rule) noexcept : policy_{policy} {
    for (ClauseRow const& row : policy.clauses(rule)) {
        bounds_[static_cast<std::size_t>(row.kind)] = Bound{policy.clause(row), row.group};
    }
}

bool Reach::narrow_to(PolicyChange const& change) noexcept {
    Clause const wanted[] = {
        {.kind = ClauseKind::domain, .number = static_cast<std::uint64_t>(DomainNumber::policy)},
        {.kind = ClauseKind::kind, .number = change.kind},
        {.kind = ClauseKind::action, .text = change.action},
        {.kind = ClauseKind::object, .text = change.object}};
    for (Clause const& clause : wanted) {
        auto& bound = bounds_[static_cast<std::size_t>(clause.kind)];
        if (bound && (bound->clause.number != clause.number || bound->clause.text != clause.text)) {
            return false;
        }
        bound = Bound{clause, 0};
    }
    auto& prefix = bounds_[static_cast<std::size_t>(ClauseKind::object_prefix)];
    if (prefix && !change.object.starts_with(prefix->clause.text)) {
        return false;
    }
    prefix.reset();
    return true;
}

bool Reach::lists(std::uint16_t group, std::uint64_t principal) const noexcept {
    for (std::size_t index = 0; index < policy_.group_count; ++index) {
        if ((policy_.group_rows[group].within >> index & 1U) == 0) {
            continue;
        }
        for (MemberRow const& row : policy_.members(policy_.group_rows[index])) {
            if (row.kind == MemberKind::principal && row.number == principal) {
                return true;
            }
        }
    }
    return false;
}

bool Reach::has_kind_of_member(std::uint16_t group, MemberKind kind) const noexcept {
    for (std::size_t index = 0; index < policy_.group_count; ++index) {
        if ((policy_.group_rows[group].within >> index & 1U) == 0) {
            continue;
        }
        for (MemberRow const& row : policy_.members(policy_.group_rows[index])) {
            if (row.kind == kind) {
                return true;
            }
        }
    }
    return false;
}

bool Reach::anyone() const noexcept {
    auto const& group = at(ClauseKind::group);
    if (!group || has_kind_of_member(group->group, MemberKind::role)) {
        return true;
    }
    auto const& principal = at(ClauseKind::principal);
    return principal ? lists(group->group, principal->clause.number)
                     : has_kind_of_member(group->group, MemberKind::principal);
}

/// What every reached object's name begins with, when that is known.
std::optional<std::string_view> Reach::object_start() const noexcept {
    if (auto const& object = at(ClauseKind::object)) {
        return object->clause.text;
    }
    if (auto const& prefix = at(ClauseKind::object_prefix)) {
        return prefix->clause.text;
    }
    return std::nullopt;
}

bool Reach::implies(ClauseRow const& wanted) const noexcept {
    auto const& own = at(wanted.kind);
    switch (wanted.kind) {
    case ClauseKind::domain:
    case ClauseKind::kind:
    case ClauseKind::principal:
    case ClauseKind::capability:
        return own && own->clause.number == wanted.number;
    case ClauseKind::action:
    case ClauseKind::role:
    case ClauseKind::object:
        return own && own->clause.text == policy_.text(wanted.text);
    case ClauseKind::group: {
        auto const& principal = at(ClauseKind::principal);
        return (own && (policy_.group_rows[wanted.group].within >> own->group & 1U) != 0) ||
               (principal && lists(wanted.group, principal->clause.number));
    }
    case ClauseKind::object_prefix: {
        auto const start = object_start();
        return start && start->starts_with(policy_.text(wanted.text));
    }
    case ClauseKind::cause_entry:
    case ClauseKind::cause_kind:
        return own && own->clause.number == wanted.number && own->clause.other == wanted.other &&
               own->clause.small <= wanted.small;
    case ClauseKind::time:
        return own && wanted.number <= own->clause.number && own->clause.other <= wanted.other;
    case ClauseKind::expires:
        return true;
    case ClauseKind::rights:
    case ClauseKind::rate:
    case ClauseKind::approval:
        return false; // each may fail for a request that it reaches
    }
    return false;
}

bool Reach::excludes(ClauseRow const& wanted) const noexcept {
    auto const& own = at(wanted.kind);
    switch (wanted.kind) {
    case ClauseKind::domain:
    case ClauseKind::kind:
    case ClauseKind::principal:
        return own && own->clause.number != wanted.number;
    case ClauseKind::action:
        return own && own->clause.text != policy_.text(wanted.text);
    case ClauseKind::object: {
        auto const start = object_start();
        std::string_view const name = policy_.text(wanted.text);
        return start && (at(ClauseKind::object) ? *start != name : !name.starts_with(*start));
    }
    case ClauseKind::object_prefix: {
        auto const start = object_start();
        std::string_view const prefix = policy_.text(wanted.text);
        return start && !start->starts_with(prefix) &&
               (at(ClauseKind::object).has_value() || !prefix.starts_with(*start));
    }
    case ClauseKind::time:
        return own && (own->clause.other <= wanted.number || wanted.other <= own->clause.number);
    default:
        return false;
    }
}

bool Reach::within(RuleRow const& other) const noexcept {
    for (ClauseRow const& row : policy_.clauses(other)) {
        if (!implies(row)) {
            return false;
        }
    }
    return true;
}

bool Reach::apart_from(RuleRow const& other) const noexcept {
    for (ClauseRow const& row : policy_.clauses(other)) {
        if (excludes(row)) {
            return true;
        }
    }
    return false;
}

} // namespace axiom::policy

// Groups are resolved in rounds: each round takes the groups all of whose members are resolved
// already. A round's number is its groups' nesting depth; when a round takes none, what is left
// holds a circle.
#include <axiom/policy/groups.hpp>

namespace axiom::policy {

namespace {

constexpr std::uint16_t no_group = 0xFFFF;

Failure about(Code code, GroupFault fault, std::size_t index) noexcept {
    return fail(code, index, static_cast<std::uint64_t>(fault));
}

std::uint16_t index_of(PolicyTable const& table, std::string_view name) noexcept {
    for (std::uint16_t index = 0; index < table.group_count; ++index) {
        if (table.text(table.group_rows[index].name) == name) {
            return index;
        }
    }
    return no_group;
}

Result<void> resolve_names(PolicyTable& table) noexcept {
    for (std::size_t index = 0; index < table.member_count; ++index) {
        MemberRow& row = table.member_rows[index];
        if (row.kind == MemberKind::group) {
            row.group = index_of(table, table.text(row.text));
            if (row.group == no_group) {
                return about(Code::policy_unknown_name, GroupFault::member, index);
            }
        }
    }
    for (std::size_t index = 0; index < table.clause_count; ++index) {
        ClauseRow& row = table.clause_rows[index];
        if (row.kind == ClauseKind::group || row.kind == ClauseKind::approval) {
            row.group = index_of(table, table.text(row.text));
            if (row.group == no_group) {
                return about(Code::policy_unknown_name, GroupFault::clause, index);
            }
        }
    }
    return {};
}

/// The groups that `group` names directly.
std::uint64_t children_of(PolicyTable const& table, GroupRow const& group) noexcept {
    std::uint64_t children = 0;
    for (MemberRow const& row : table.members(group)) {
        if (row.kind == MemberKind::group) {
            children |= std::uint64_t{1} << row.group;
        }
    }
    return children;
}

/// A group on a circle: from any unresolved group, an unresolved child of each, as often as there
/// are groups.
std::size_t on_circle(PolicyTable const& table, std::uint64_t unresolved) noexcept {
    auto group = static_cast<std::size_t>(std::countr_zero(unresolved));
    for (std::size_t step = 0; step < table.group_count; ++step) {
        std::uint64_t const next = children_of(table, table.group_rows[group]) & unresolved;
        group = static_cast<std::size_t>(std::countr_zero(next));
    }
    return group;
}

} // namespace

Result<void> resolve_groups(PolicyTable& table) noexcept {
    TRY(resolve_names(table));
    std::uint64_t resolved = 0;
    std::uint64_t const all = table.group_count == groups_max
                                  ? ~std::uint64_t{0}
                                  : (std::uint64_t{1} << table.group_count) - 1;
    for (std::size_t depth = 1; resolved != all; ++depth) {
        std::uint64_t taken = 0;
        for (std::size_t index = 0; index < table.group_count; ++index) {
            GroupRow& group = table.group_rows[index];
            std::uint64_t const self = std::uint64_t{1} << index;
            std::uint64_t const children = children_of(table, group);
            if ((resolved & self) != 0 || (children & ~resolved) != 0) {
                continue;
            }
            if (depth > group_depth_max) {
                return about(Code::policy_too_large, GroupFault::group, index);
            }
            group.within = self;
            for (std::size_t child = 0; child < table.group_count; ++child) {
                if ((children >> child & 1U) != 0) {
                    group.within |= table.group_rows[child].within;
                }
            }
            taken |= self;
        }
        if (taken == 0) {
            return about(Code::policy_cycle, GroupFault::group, on_circle(table, all & ~resolved));
        }
        resolved |= taken;
    }
    return {};
}

} // namespace axiom::policy

#pragma once
// Resolving the names of groups: from text to index, and which groups lie within which.

#include <axiom/policy/table.hpp>

namespace axiom::policy {

/// Which row a refusal of `resolve_groups` is about.
enum class GroupFault : std::uint8_t { member, clause, group };

/// Fills the indices of group names in members and clauses, and every group's `within`.
/// `policy_unknown_name` (a member or a clause), `policy_cycle` and `policy_too_large` (a group:
/// nested deeper than group_depth_max). `where` is the row's index, `detail` a GroupFault.
[[nodiscard]] Result<void> resolve_groups(PolicyTable& table) noexcept;

} // namespace axiom::policy

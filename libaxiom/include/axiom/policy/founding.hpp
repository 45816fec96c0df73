#pragma once
// The policy with which a log begins unless its creator brings another: whoever created it may do
// everything, changing the policy included, and nobody else anything.

#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/policy/table.hpp>

namespace axiom::policy {

inline constexpr std::size_t founding_policy_bytes_max = 512;

/// The canonical bytes of that policy, written into `to`: one rule for each domain of log, policy,
/// identity, records and actions, all bound to `creator`. `no_room` below
/// founding_policy_bytes_max.
[[nodiscard]] Result<Bytes> founding_policy(PrincipalId creator, MutableBytes to) noexcept;

} // namespace axiom::policy

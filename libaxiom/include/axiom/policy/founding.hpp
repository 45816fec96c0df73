#pragma once
// The policy with which a log begins unless its creator brings another: whoever created it may do
// everything, changing the policy included, and nobody else anything but what is granted by name.

#include <span>

#include <axiom/base/result.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/policy/table.hpp>

namespace axiom::policy {

inline constexpr std::size_t founding_policy_bytes_max = 2048;

/// Somebody who may do everything in a domain, or, where an action is named, that alone.
struct FoundingGrant {
    PrincipalId principal{};
    DomainNumber domain{};
    std::string_view label{};
    std::string_view action{};
};
inline constexpr std::size_t founding_grants_max = 6;

/// What that somebody may not, whatever else is granted.
struct FoundingBar {
    PrincipalId principal{};
    DomainNumber domain{};
    std::string_view action{};
    std::string_view object_prefix{};
    std::string_view label{};
    std::string_view reason{};
};
inline constexpr std::size_t founding_bars_max = 2;

/// The canonical bytes of that policy, written into `to`: one rule for each domain of log, policy,
/// identity, records and actions, all bound to `creator`; then one for each of `others`, at most
/// founding_grants_max; and above them all one for each of `bars`, at most founding_bars_max.
/// `no_room` below founding_policy_bytes_max.
[[nodiscard]] Result<Bytes> founding_policy(PrincipalId creator, MutableBytes to,
                                            std::span<FoundingGrant const> others = {},
                                            std::span<FoundingBar const> bars = {}) noexcept;

} // namespace axiom::policy

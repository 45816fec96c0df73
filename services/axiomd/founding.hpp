#pragma once
// The genesis of a log that axiomd begins: every domain, a creator who may do everything, and what
// terminals may.

#include <axiom/log/genesis.hpp>
#include <axiom/policy/founding.hpp>

namespace axiom::axiomd {

/// As whom the first process acts.
inline constexpr PrincipalId creator_principal{1};

/// As whom the console acts for whoever sits at a terminal, if the manifest says so.
inline constexpr PrincipalId console_principal{2};

/// As whom the application `permissions` acts, for whoever has been granted it.
inline constexpr PrincipalId permissions_principal{3};

/// Terminals may act, and change the policy; the rest is its creator's. `key` seals it: zero, and
/// nothing does. Its policy lies in `policy`: `no_room` below policy::founding_policy_bytes_max.
[[nodiscard]] Result<Genesis> founding_genesis(Hash256 const& entropy, Hash256 const& key,
                                               MutableBytes policy) noexcept;

} // namespace axiom::axiomd

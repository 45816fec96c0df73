#pragma once
// The genesis of a log that axiomd begins: every domain, and a creator who may do everything.

#include <axiom/log/genesis.hpp>
#include <axiom/policy/founding.hpp>

namespace axiom::axiomd {

/// As whom the first process acts.
inline constexpr PrincipalId creator_principal{1};

/// `key` seals it: zero, and nothing does. Its policy lies in `policy`: `no_room` below
/// policy::founding_policy_bytes_max.
[[nodiscard]] Result<Genesis> founding_genesis(Hash256 const& entropy, Hash256 const& key,
                                               MutableBytes policy) noexcept;

} // namespace axiom::axiomd

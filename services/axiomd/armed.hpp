#pragma once
// Whether anything waits for log time.

#include <services/axiomd/shadow_set.hpp>

namespace axiom::axiomd {

/// An account's bucket, a policy on trial, a rate, a rule that holds for a time, a capability that
/// runs out.
[[nodiscard]] bool is_armed(ShadowSet& domains) noexcept;

} // namespace axiom::axiomd

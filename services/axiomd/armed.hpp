#pragma once
// Whether anything waits for log time.

#include <services/axiomd/shadow_set.hpp>

namespace axiom::axiomd {

/// An account's bucket, a policy on trial, a rate, a rule that holds or allows for a time, one that
/// needs an approval (what waits for that waits only so long), a capability that runs out.
[[nodiscard]] bool is_armed(ShadowSet& domains) noexcept;

} // namespace axiom::axiomd

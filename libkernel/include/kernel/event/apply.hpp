#pragma once
// The reducer of the kernel's domain: one entry, one change, live and in replay.

#include <kernel/event/state.hpp>

namespace axiom::kernel {

/// Applies a body of `kind`. An error means: rejected, and nothing has changed. `bad_precondition`
/// is not the caller's: its author was refused before it became an entry.
Result<void> apply(KernelState& state, Kind kind, Bytes body) noexcept;

} // namespace axiom::kernel

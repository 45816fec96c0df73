#pragma once
// Confinement: a service process gives away all that it does not need, before its program runs.

#include <sim-host/process/layers.hpp>

namespace axiom::host {

/// Of the process that calls it, which has one thread. A layer that this host does not allow is
/// left out, but the last: without its list of system calls no program runs.
[[nodiscard]] Layers confine() noexcept;

} // namespace axiom::host

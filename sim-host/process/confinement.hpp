#pragma once
// Confinement: a service process gives away all that it does not need, before its program runs.

#include <sim-host/process/layers.hpp>
#include <sim-host/process/needs/needs.hpp>

namespace axiom::host {

/// Of the process that calls it, which has one thread. A layer that this host does not allow is
/// left out, but no program runs without its list of system calls, nor with files of another root
/// than its own folder. Who needs a folder keeps that, and the calls for files in it.
[[nodiscard]] Layers confine(Needs const& needs) noexcept;

/// The same without the list of system calls, and of these layers alone: what was done of them.
[[nodiscard]] Layers confine_by(Needs const& needs, Layers wanted) noexcept;

} // namespace axiom::host

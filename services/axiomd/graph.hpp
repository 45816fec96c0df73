#pragma once
// The graph of capabilities and who holds it, as far as the kernel's shadow knows.

#include <services/axiomd/api.hpp>
#include <services/axiomd/shadow_set.hpp>

namespace axiom::axiomd {

/// Those at `asks.from` and behind it, as many as fit an answer.
[[nodiscard]] Capabilities list_capabilities(kernel::KernelState const& state,
                                             ListCapabilities const& asks) noexcept;
[[nodiscard]] Load list_load(kernel::KernelState const& state, AskLoad const& asks) noexcept;

} // namespace axiom::axiomd

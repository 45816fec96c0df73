#pragma once
// What objects have of each other, and through which capabilities, as a list that can be compared.

#include <vector>

#include <kernel/event/state.hpp>

namespace axiom::kernel::explore {

struct HeldTie {
    Tie::Kind kind{};
    RowHandle subject{}; // a live thread or process, or an interrupt
    Bound bound{};       // to something
};

[[nodiscard]] std::vector<HeldTie> ties_in(KernelState const& state);

/// The same subject's tie of that kind, if it is still to the same object.
[[nodiscard]] HeldTie const* same_tie(std::vector<HeldTie> const& ties, HeldTie const& as);

} // namespace axiom::kernel::explore

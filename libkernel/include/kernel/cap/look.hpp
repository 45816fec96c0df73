#pragma once
// Here a capability's right is checked: every request finds what it needs through `look`.

#include <kernel/abi/refusal.hpp>
#include <kernel/event/state.hpp>

namespace axiom::kernel {

/// What a request needs of one of its arguments.
struct Need {
    std::uint8_t argument{}; // its number, for the refusal
    std::optional<ObjectType> type{};
    Rights rights{};
};

struct Held {
    RowHandle capability{};
    CapabilityRow const* row{};
};

/// The live capability in `slot` of `process`. Refuses, in this order: `slot`, `capability`,
/// `expired`, `type`, `rights`.
[[nodiscard]] Answer<Held> look(KernelState const& state, RowHandle process, Slot slot,
                                Need const& need) noexcept;

} // namespace axiom::kernel

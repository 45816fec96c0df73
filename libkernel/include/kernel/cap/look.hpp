#pragma once
// Here a capability's right is checked: every request finds what it needs through `look`.
//
// It takes no lock. Who holds the authority lock knows that what was found stays; everybody else
// asks `SlotViews::still` at the moment when it counts.

#include <kernel/abi/refusal.hpp>
#include <kernel/event/slot_views.hpp>

namespace axiom::kernel {

/// What a request needs of one of its arguments.
struct Need {
    std::uint8_t argument{}; // its number, for the refusal
    std::optional<ObjectType> type{};
    Rights rights{};
};

[[nodiscard]] inline bool has_expired(SlotView const& held, LogTime now) noexcept {
    return held.expires != LogTime{} && held.expires <= now;
}

/// The live capability in `slot` of `process`. Refuses, in this order: `slot`, `capability`,
/// `expired`, `type`, `rights`.
[[nodiscard]] Answer<SlotView> look(SlotViews const& slots, RowHandle process, Slot slot,
                                    Need need) noexcept;

} // namespace axiom::kernel

// Finding a capability, and what it lets do; see kernel/cap/look.hpp.

#include <kernel/cap/look.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Answer<SlotView> look(SlotViews const& slots, RowHandle process, Slot slot, Need need) noexcept {
    if (slot.value >= slots_max) {
        return refuse(Check::slot, need.argument);
    }
    auto const found = slots.find(process, slot);
    if (!found) {
        return refuse(Check::capability, need.argument);
    }
    if (has_expired(*found, slots.now()) && !AXIOM_MUTANT(expiry_unread)) {
        return refuse(Check::expired, need.argument);
    }
    if (need.type && found->object.type != *need.type && !AXIOM_MUTANT(type_unchecked)) {
        return refuse(Check::type, need.argument, static_cast<std::uint64_t>(found->object.type));
    }
    if (!found->rights.covers(need.rights) && !AXIOM_MUTANT(rights_unchecked)) {
        return refuse(Check::rights, need.argument,
                      std::uint64_t{need.rights.bits} & ~std::uint64_t{found->rights.bits});
    }
    return *found;
}

} // namespace axiom::kernel

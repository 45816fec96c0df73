// Finding a capability, and what it lets do; see kernel/cap/look.hpp.

#include <kernel/cap/look.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Answer<Held> look(KernelState const& state, RowHandle process, Slot slot,
                  Need const& need) noexcept {
    if (slot.value >= slots_max) {
        return refuse(Check::slot, need.argument);
    }
    auto const found = state.in_slot(process, slot);
    if (!found) {
        return refuse(Check::capability, need.argument);
    }
    CapabilityRow const& row = state.capabilities().row(*found);
    bool const expired = row.expires != LogTime{} && row.expires <= state.now();
    if (expired && !AXIOM_MUTANT(expiry_unread)) {
        return refuse(Check::expired, need.argument);
    }
    if (need.type && row.object.type != *need.type && !AXIOM_MUTANT(type_unchecked)) {
        return refuse(Check::type, need.argument, static_cast<std::uint64_t>(row.object.type));
    }
    if (!row.rights.covers(need.rights) && !AXIOM_MUTANT(rights_unchecked)) {
        return refuse(Check::rights, need.argument,
                      std::uint64_t{need.rights.bits} & ~std::uint64_t{row.rights.bits});
    }
    return Held{.capability = {*found, state.capabilities().generation(*found)}, .row = &row};
}

} // namespace axiom::kernel

#pragma once
// What a thread that came in by its slot asks: step 5 of fabric/trap_slot.hpp. Its process may
// write there at any moment, so each word is read once, and whatever it says is one of these.

#include <kernel/abi/call.hpp>
#include <kernel/core/kernel.hpp>
#include <sim-host/fabric/trap_slot.hpp>

namespace axiom::host {

struct SlotEntry {
    SlotEvent event{SlotEvent::stopped};
    kernel::CallFrame call{}; // of `call`
    kernel::Fault fault{};    // of `fault`
};

/// Whether it is the kernel's move, as far as the slot says.
[[nodiscard]] bool is_in(TrapSlot const& slot) noexcept;

[[nodiscard]] SlotEntry entry_in(TrapSlot const& slot) noexcept;

/// The part of step 1 that carries the answer.
void put_answer(TrapSlot& slot, kernel::CallAnswer const& answer) noexcept;

} // namespace axiom::host

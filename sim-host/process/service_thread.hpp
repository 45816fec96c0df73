#pragma once
// ServiceThread: a thread of a service process, and its way into the kernel (fabric/trap_slot.hpp).

#include <cstdint>
#include <string_view>

#include <kernel/abi/ask.hpp>
#include <sim-host/fabric/trap_slot.hpp>

namespace axiom::host {

/// What such a thread runs.
using ThreadEntry = void (*)(kernel::Trap const& trap, std::uint64_t argument) noexcept;

struct ServiceThread {
    TrapSlot* slot{};
    kernel::MessageBuffer* buffer{};
    ThreadEntry entry{};
    std::uint64_t argument{};
};

/// The thread that calls it becomes this one, once the kernel lets it run. Never returns.
[[noreturn]] void run_thread(ServiceThread const& thread) noexcept;

/// By the calling thread, if it is one; at most a buffer full.
void say_on_debug_output(std::string_view text) noexcept;

/// For all threads of the process: faults and the kernel's signal come in by their slots.
[[nodiscard]] bool catch_signals() noexcept;

/// While the count is not zero a region moves: who faults within it tries again.
void region_moves(bool begins) noexcept;

} // namespace axiom::host

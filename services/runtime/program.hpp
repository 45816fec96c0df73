#pragma once
// What a program defines, and its platform calls: on a host the process's first thread, on metal
// the first instruction in ring 3. A program has no `main`.

#include <cstdint>

#include <kernel/abi/ask.hpp>

namespace axiom {

/// The whole program. The process ends when it returns. `argument` is what its maker gave it.
void run_program(kernel::Trap const& trap, std::uint64_t argument) noexcept;

} // namespace axiom

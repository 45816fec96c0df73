#pragma once
// Slots that every service finds filled when it begins.

#include <kernel/abi/object.hpp>

namespace axiom::slots {

inline constexpr kernel::Slot endpoint{0}; // its own: read
inline constexpr kernel::Slot account{1};  // pays for what it makes: read, write
inline constexpr kernel::Slot space{2};    // its own address space: write
inline constexpr kernel::Slot thread{3};   // its first thread: manage
inline constexpr kernel::Slot own{4};      // free from here on, for itself
inline constexpr kernel::Slot granted{64}; // from here on: what its manifest names, in that order

} // namespace axiom::slots

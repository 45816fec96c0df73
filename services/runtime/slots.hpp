#pragma once
// Slots that every service finds filled when it begins, and those that its runtime fills.

#include <kernel/abi/object.hpp>

namespace axiom {

/// What a process needs to serve.
struct OwnSlots {
    kernel::Slot endpoint{0};  // its own: read
    kernel::Slot account{1};   // pays for what it makes: read, write
    kernel::Slot space{2};     // its own address space: write
    kernel::Slot thread{3};    // its first thread: manage
    kernel::Slot process{4};   // its own process: manage, to make threads
    kernel::Slot context{5};   // its CPU time, which its threads share: manage
    kernel::Slot runtime{6};   // from here on, so many: the runtime's (loop.hpp)
    kernel::Slot brought{128}; // from here on: what messages bring

    static constexpr std::uint32_t runtime_slots = 24;
};

} // namespace axiom

namespace axiom::slots {

inline constexpr kernel::Slot endpoint = OwnSlots{}.endpoint;
inline constexpr kernel::Slot account = OwnSlots{}.account;
inline constexpr kernel::Slot space = OwnSlots{}.space;
inline constexpr kernel::Slot thread = OwnSlots{}.thread;
inline constexpr kernel::Slot process = OwnSlots{}.process;
inline constexpr kernel::Slot context = OwnSlots{}.context;
inline constexpr kernel::Slot own{32};     // free from here on, for itself
inline constexpr kernel::Slot granted{64}; // from here on: what its manifest names, in that order

} // namespace axiom::slots

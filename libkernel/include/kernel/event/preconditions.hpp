#pragma once
// What each kind of entry rests on, given that its author was entitled to it.
//
// `decide` asks before the entry is made, the reducer before it is applied: one text for both, so
// that live and replay cannot disagree. Rights, expiry and badges are the caller's matter and are
// looked at in kernel/cap. The number of a refused argument is that of the system call
// (docs/syscalls.md); each function says which it uses.

#include <kernel/abi/refusal.hpp>
#include <kernel/event/state.hpp>

namespace axiom::kernel {

/// Nothing has started yet, and the first objects fit the tables and the limit.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Start const& body) noexcept;

/// Arguments: 0 source, 1 process, 2 slot, 3 limit.
[[nodiscard]] Answer<void> precondition(KernelState const& state,
                                        CreateAccount const& body) noexcept;

/// Arguments: 0 source, 1 process, 2 slot, 3 type, 4 first, 5 count, 6 uses.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Create const& body) noexcept;

/// Arguments: 0 source, 1 process, 2 slot, 3 rights.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Derive const& body) noexcept;

/// Arguments: 0 capability, 1 process, 2 slot.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Move const& body) noexcept;

/// Arguments: 0 capability.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Remove const& body) noexcept;
[[nodiscard]] Answer<void> precondition(KernelState const& state, Revoke const& body) noexcept;

/// Arguments: 0 the receiver, 1 the list.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Transfer const& body) noexcept;

/// Arguments: 0 what.
[[nodiscard]] Answer<void> precondition(KernelState const& state, End const& body) noexcept;

/// Arguments: 0 subject, 1 target, 2 bit.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Bind const& body) noexcept;

/// The ring is there, and the seal goes on where its last one ended. No argument of any call: the
/// kernel makes seals.
[[nodiscard]] Answer<void> precondition(KernelState const& state, Seal const& body) noexcept;

} // namespace axiom::kernel

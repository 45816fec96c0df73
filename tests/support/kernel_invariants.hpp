#pragma once
// What must hold of authority in any state, looked at from outside: by search, with no help from
// what the kernel counts for itself.
//
//   - a capability stands for something that lives, and is held by a process that lives;
//   - it has no right that its parent lacks, keeps its parent's badge and lives no longer;
//   - what the slots' views say is what the table says;
//   - an object is referred to as often as it says, and at least once;
//   - an account has spent the sum of what it pays for, and no more than its limit;
//   - what has ended keeps nothing: no capability, no thread, no binding;
//   - what an object has of another it has through a capability that lives.

#include <string>

#include <kernel/event/state.hpp>

namespace axiom::kernel::test {

/// The first thing that does not hold; empty: everything does.
[[nodiscard]] std::string first_broken(KernelState const& state);

} // namespace axiom::kernel::test

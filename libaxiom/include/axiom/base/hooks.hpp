#pragma once
// The link-time hooks of the freestanding archives.
//
// Everything else that a portable library needs from its platform is passed in as an object. These
// are the leaves that have no state and no answer a test would want to lie about; each composition
// root defines them once. The test `freestanding archives: undefined symbols` reads the names from
// this file.

extern "C" {

/// Stops the machine because an assertion failed: a bug in this program, never the fault of its
/// input. `condition`, `file` and `line` say which. Must not return.
[[noreturn]] void axiom_panic(char const* condition, char const* file, unsigned line) noexcept;

/// A moment's rest for who spins on what another CPU holds.
void axiom_relax() noexcept;

/// What the C++ ABI calls when a pure virtual function is reached; hosted libraries bring their
/// own. The attribute has the spelling of <cxxabi.h>, which may declare it first.
__attribute__((__noreturn__)) void __cxa_pure_virtual();
}

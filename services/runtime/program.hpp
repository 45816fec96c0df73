#pragma once
// What a program defines, and its platform calls: on a host the process's first thread, on metal
// the first instruction in ring 3. A program has no `main`.

#include <cstdint>

#include <axiom/port/hash_engine.hpp>
#include <axiom/port/signature_engine.hpp>
#include <kernel/abi/ask.hpp>

namespace axiom {

/// What the platform gives a program besides what its capabilities stand for.
struct Platform {
    kernel::Trap trap{};        // of its first thread
    HashEngine const* hashes{}; // the one that is fastest here
    SignatureEngine const* signer{};
};

/// The whole program. The process ends when it returns. `argument` is what its maker gave it.
void run_program(Platform const& platform, std::uint64_t argument) noexcept;

} // namespace axiom

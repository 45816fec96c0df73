#pragma once
// BLAKE3 of many equal inputs in AVX-512 registers, 32 at a time.
//
// Sixteen inputs fill a set of 16 registers, one word of the state in each, and every operation
// waits for the one before: with one set a core does half of what it could. Two sets fill all 32
// registers, and where one waits the other works. The results are those of the official kernels,
// which the tests of every engine check.

#include <axiom/port/hash_engine.hpp>

namespace axiom::host {

/// Whether this CPU can run it.
[[nodiscard]] bool sets_supported() noexcept;

inline constexpr std::size_t two_sets = 32;

/// `HashEngine::hash_many` for exactly `two_sets` inputs.
void hash_two_sets(ContextKey const& key, std::byte const* const* inputs, std::size_t blocks,
                   Hash256* outputs) noexcept;

} // namespace axiom::host

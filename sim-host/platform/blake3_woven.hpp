#pragma once
// BLAKE3 in AVX-512 registers, with a chain woven into the hashing of many inputs.
//
// A chain's links wait for each other: each takes about 230 cycles in which a core could do three
// times as much. The inputs of the next entries wait for nobody. Here the steps of both stand in
// one stream of instructions, in small portions by turns, because a core looks only a few hundred
// instructions ahead:
//
//     16 inputs side by side   ████ ████ ████ ████ ████ ████ ████ …   512-bit registers
//     links, one by one          ▪    ▪    ▪    ▪    ▪    ▪    ▪ …    128-bit registers, in the
//     gaps
//
// The results are those of the official kernels, which the tests of every engine check.

#include <axiom/port/hash_engine.hpp>

namespace axiom::host {

/// Whether this CPU can run the two functions.
[[nodiscard]] bool woven_supported() noexcept;

/// `HashEngine::fold`.
void fold_woven(HashFold& fold) noexcept;

/// `HashEngine::hash_many_folding` for exactly 16 inputs of `blocks` blocks each; takes
/// `links_woven_per_block` leaves of the fold for each block, which must be there.
void hash_16_woven(ContextKey const& key, std::byte const* const* inputs, std::size_t blocks,
                   Hash256* outputs, HashFold& fold) noexcept;

inline constexpr std::size_t links_woven_per_block = 4;

} // namespace axiom::host

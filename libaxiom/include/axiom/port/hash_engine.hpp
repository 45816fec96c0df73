#pragma once
// HashEngine: how hashes are computed, as a table that is passed in.
//
// The archive carries the portable engine; SIMD engines are archives of their own, checked against
// it, and chosen by a one-off timing where the vector registers are free to use. The kernel keeps
// to the portable one. A table of functions, not an interface: an engine has no state.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>

namespace axiom {

/// The key of a BLAKE3 derivation context (crypto/context.hpp); as words, the way BLAKE3 wants it.
struct ContextKey {
    std::uint32_t words[8];
};

/// A chain in progress: a step hashes the head and the next leaf, one block, and gives the new
/// head.
struct HashFold {
    ContextKey const* key{};
    Hash256 head{};
    std::span<Hash256 const> leaves; // those that are not in the head yet
};

/// An input that comes in pieces: what is kept of the groups that are hashed, one node for each bit
/// of their number. crypto/hash_stream.hpp cuts an input into groups.
struct HashTree {
    static constexpr std::size_t group_bytes = std::size_t{16} << 10U;

    std::uint64_t groups{};
    std::size_t nodes_held{};
    std::array<Hash256, 64> nodes; // those that are held
};

struct HashEngine {
    std::string_view name;

    /// Hashes `count` inputs of `blocks` whole 64-byte blocks each (1 to 16, so that each is a
    /// single BLAKE3 chunk) under `key` in BLAKE3's derive-key mode, side by side where the engine
    /// can. `outputs` holds `count` hashes.
    void (*hash_many)(ContextKey const& key, std::byte const* const* inputs, std::size_t count,
                      std::size_t blocks, Hash256* outputs) noexcept;

    /// Takes every leaf of `fold` into its head.
    void (*fold)(HashFold& fold) noexcept;

    /// Hashes one input of any length under `key` in derive-key mode.
    Hash256 (*hash_one)(ContextKey const& key, Bytes input) noexcept;

    /// The same of an input in pieces: `take` has whole groups that more follows, `finish` the
    /// rest: up to a group, and something of it unless nothing was taken.
    void (*take)(ContextKey const& key, HashTree& tree, Bytes groups) noexcept;
    Hash256 (*finish)(ContextKey const& key, HashTree& tree, Bytes rest) noexcept;

    /// SHA-256 of the concatenation of `count` parts: only for the public tree over blocks.
    Hash256 (*sha256)(Bytes const* parts, std::size_t count) noexcept;
};

} // namespace axiom

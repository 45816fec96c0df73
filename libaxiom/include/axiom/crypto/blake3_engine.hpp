#pragma once
// A HashEngine from a set of BLAKE3 kernels.
//
// The kernels are the official ones: one compression, and many equal inputs side by side. What is
// ours is the tree over chunks for inputs longer than one chunk, as a loop with a bounded stack of
// its own: the official hasher recurses. Kernels are a template argument, so that an engine stays a
// table of plain functions and the one-block path is a direct call.
//
//     input     |  16 chunks  |  16 chunks  |  1 to 16 chunks, the last maybe partial |
//                     |              |                    |
//     groups       one node       one node             one node      levels folded side by side
//                        \          /                  /
//     stack                 merged like a binary counter            the last merge is the root

#include <array>
#include <cstdint>

#include <axiom/port/hash_engine.hpp>

namespace axiom {

/// One implementation of BLAKE3's inner functions; the signatures are those of the official C
/// sources.
struct Blake3Kernels {
    void (*compress_in_place)(std::uint32_t chaining_value[8], std::uint8_t const block[64],
                              std::uint8_t block_bytes, std::uint64_t counter, std::uint8_t flags);
    void (*hash_many)(std::uint8_t const* const* inputs, std::size_t count, std::size_t blocks,
                      std::uint32_t const key[8], std::uint64_t counter, bool increment_counter,
                      std::uint8_t flags, std::uint8_t flags_start, std::uint8_t flags_end,
                      std::uint8_t* outputs);
};

namespace detail {

inline constexpr std::uint8_t blake3_chunk_start = 1U << 0U;
inline constexpr std::uint8_t blake3_chunk_end = 1U << 1U;
inline constexpr std::uint8_t blake3_parent = 1U << 2U;
inline constexpr std::uint8_t blake3_root = 1U << 3U;
inline constexpr std::uint8_t blake3_derive_key_material = 1U << 6U;

/// BLAKE3's derive-key mode over an input of any length.
[[nodiscard]] Hash256 blake3_hash(Blake3Kernels const& kernels, ContextKey const& key,
                                  Bytes input) noexcept;

/// The same in pieces; see HashEngine.
void blake3_take(Blake3Kernels const& kernels, ContextKey const& key, HashTree& tree,
                 Bytes groups) noexcept;
[[nodiscard]] Hash256 blake3_finish(Blake3Kernels const& kernels, ContextKey const& key,
                                    HashTree& tree, Bytes rest) noexcept;

} // namespace detail

template <Blake3Kernels const& kernels> struct Blake3Engine {
    static void hash_many(ContextKey const& key, std::byte const* const* inputs, std::size_t count,
                          std::size_t blocks, Hash256* outputs) noexcept {
        AXIOM_ASSERT(blocks >= 1 && blocks <= 16);
        if (count == 1 && blocks == 1) {
            hash_block(key, inputs[0], outputs[0]);
            return;
        }
        kernels.hash_many(reinterpret_cast<std::uint8_t const* const*>(inputs), count, blocks,
                          key.words, 0, false, detail::blake3_derive_key_material,
                          detail::blake3_chunk_start,
                          detail::blake3_chunk_end | detail::blake3_root,
                          reinterpret_cast<std::uint8_t*>(outputs));
    }

    static void fold(HashFold& fold) noexcept {
        std::array<Hash256, 2> pair{fold.head, Hash256{}};
        auto const* const input = reinterpret_cast<std::byte const*>(pair.data());
        for (Hash256 const& leaf : fold.leaves) {
            pair[1] = leaf;
            hash_block(*fold.key, input, pair[0]);
        }
        fold.head = pair[0];
        fold.leaves = {};
    }

    static Hash256 hash_one(ContextKey const& key, Bytes input) noexcept {
        return detail::blake3_hash(kernels, key, input);
    }

    static void take(ContextKey const& key, HashTree& tree, Bytes groups) noexcept {
        detail::blake3_take(kernels, key, tree, groups);
    }

    static Hash256 finish(ContextKey const& key, HashTree& tree, Bytes rest) noexcept {
        return detail::blake3_finish(kernels, key, tree, rest);
    }

  private:
    // A link is one block, and links are sequential: this path has no side by side.
    static void hash_block(ContextKey const& key, std::byte const* input,
                           Hash256& output) noexcept {
        ContextKey value = key;
        kernels.compress_in_place(value.words, reinterpret_cast<std::uint8_t const*>(input),
                                  hash_block_size, 0,
                                  detail::blake3_derive_key_material | detail::blake3_chunk_start |
                                      detail::blake3_chunk_end | detail::blake3_root);
        std::memcpy(output.bytes.data(), value.words, sizeof(output.bytes));
    }

    static constexpr std::uint8_t hash_block_size = 64;
};

} // namespace axiom

#pragma once
// The tree over the entries of one block: RFC 6962's shape over BLAKE3 with a context of its own.
//
// A leaf of this tree is the entry's leaf hash as it stands; a node is one compression over left
// and right, so that a proof within a block costs at most eight. Contexts keep leaves and nodes
// apart, which is what RFC 6962 needs its prefix bytes for.
//
//     level 3                 root
//     level 2            n0123     l4      a tree of n leaves splits at the largest power of two
//     level 1        n01     n23   l4      below n; level by level that is: pair neighbours, and
//     level 0      l0  l1  l2  l3  l4      let a lone last node move up as it is

#include <span>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/log/limits.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

inline constexpr std::size_t block_path_hashes_max = 8;
static_assert(block_entries_max == std::size_t{1} << block_path_hashes_max);

/// The siblings of a leaf from the lowest level up.
using BlockPath = List<Hash256, block_path_hashes_max>;

/// Which leaf of how many: `index < count`, `count` 1 to 256.
struct LeafPlace {
    std::size_t index{};
    std::size_t count{};
};

/// The root over 1 to 256 leaves; of one leaf, that leaf. Takes about 6 KiB of stack.
[[nodiscard]] Hash256 leaves_root(HashEngine const& engine,
                                  std::span<Hash256 const> leaves) noexcept;

/// The path of `leaves[index]`.
[[nodiscard]] BlockPath make_block_path(HashEngine const& engine, std::span<Hash256 const> leaves,
                                        std::size_t index) noexcept;

/// How many siblings the path of a leaf has.
[[nodiscard]] std::size_t block_path_hashes(LeafPlace place) noexcept;

/// The root to which `path` leads from `leaf`. `out_of_range` when the place is none, `bad_proof`
/// when the path's length is not the one that the place has.
[[nodiscard]] Result<Hash256> root_from_block_path(HashEngine const& engine, Hash256 const& leaf,
                                                   LeafPlace place,
                                                   std::span<Hash256 const> path) noexcept;

} // namespace axiom

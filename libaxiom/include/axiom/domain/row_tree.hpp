#pragma once
// RowTree: the hash tree over a table's rows, kept up to date at a cost in proportion to the rows
// that changed.
//
// Arity 4, depth 12 for every table, so that 2^24 rows fit and the root says nothing about
// capacity:
//
//     level 12                    root
//     level  1       [n0]          [n1]      ...      node = hash of its 4 children, 128 bytes
//     level  0   [r0 r1 r2 r3] [r4 r5 r6 r7] ...      r = hash of a row; 32 zero bytes where none
//     lives
//
// A subtree without rows has the constant `empty_nodes[level]`. Each level is stored only as far as
// the capacity reaches, padded to fours with that constant, so that the children of a node lie side
// by side and are hashed where they are. docs/state.md is the normative text.

#include <array>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/base/hash256.hpp>
#include <axiom/domain/bit_tree.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

inline constexpr std::size_t row_tree_arity = 4;
inline constexpr std::size_t row_tree_depth = 12;

/// The hash of a subtree of this height that holds no row; [0] stands for a row that does not live.
extern std::array<Hash256, row_tree_depth + 1> const empty_nodes;

class RowTree {
  public:
    RowTree(Arena& arena, std::uint32_t capacity) noexcept;

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t capacity) noexcept;

    /// Sets the hash of one row; zero where no row lives.
    void set_row(std::uint32_t index, Hash256 const& hash) noexcept;

    /// Back to a tree without rows.
    void clear() noexcept;

    /// The root over all rows set so far; hashes what changed, many nodes side by side.
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept;

  private:
    static constexpr std::size_t side_by_side = 16;

    void hash_level(HashEngine const& engine, std::size_t level) noexcept;

    std::array<std::span<Hash256>, row_tree_depth + 1> levels_{};
    // stale_[level] holds the nodes of level + 1 that a change below made stale.
    std::array<BitTree, row_tree_depth> stale_;
};

} // namespace axiom

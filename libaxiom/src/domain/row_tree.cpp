// The tree over a table's rows; libaxiom/include/axiom/domain/row_tree.hpp says what it is.

#include <axiom/domain/row_tree.hpp>

#include <utility>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/context.hpp>

namespace axiom {
namespace {

/// Nodes that are stored at `level`: what the capacity reaches, in whole groups of siblings.
std::size_t stored_nodes(std::uint32_t capacity, std::size_t level) noexcept {
    std::size_t nodes = capacity == 0 ? 1 : capacity;
    for (std::size_t step = 0; step < level; ++step) {
        nodes = (nodes + row_tree_arity - 1) / row_tree_arity;
    }
    return level == row_tree_depth ? 1 : round_up(nodes, row_tree_arity);
}

std::uint32_t stored_parents(std::uint32_t capacity, std::size_t level) noexcept {
    return static_cast<std::uint32_t>(stored_nodes(capacity, level) / row_tree_arity);
}

template <std::size_t... Level>
std::array<BitTree, sizeof...(Level)>
make_stale(Arena& arena, std::uint32_t capacity,
           std::index_sequence<Level...> /*levels*/) noexcept {
    return {BitTree{arena, stored_parents(capacity, Level)}...};
}

} // namespace

RowTree::RowTree(Arena& arena, std::uint32_t capacity) noexcept
    : stale_{make_stale(arena, capacity, std::make_index_sequence<row_tree_depth>{})} {
    for (std::size_t level = 0; level <= row_tree_depth; ++level) {
        levels_[level] = arena.make<Hash256>(stored_nodes(capacity, level));
    }
    clear();
}

std::size_t RowTree::bytes_for(std::uint32_t capacity) noexcept {
    std::size_t bytes = 0;
    for (std::size_t level = 0; level <= row_tree_depth; ++level) {
        bytes += Arena::bytes_for<Hash256>(stored_nodes(capacity, level));
        bytes += level < row_tree_depth ? BitTree::bytes_for(stored_parents(capacity, level)) : 0;
    }
    return bytes;
}

void RowTree::clear() noexcept {
    for (std::size_t level = 0; level <= row_tree_depth; ++level) {
        for (Hash256& node : levels_[level]) {
            node = empty_nodes[level];
        }
    }
    for (BitTree& stale : stale_) {
        stale.clear();
    }
}

void RowTree::set_row(std::uint32_t index, Hash256 const& hash) noexcept {
    AXIOM_ASSERT(index < levels_[0].size());
    levels_[0][index] = hash;
    if (AXIOM_MUTANT(dirty_bit_lost) && index % row_tree_arity == 3) {
        return;
    }
    stale_[0].insert(index / row_tree_arity);
}

void RowTree::hash_level(HashEngine const& engine, std::size_t level) noexcept {
    std::array<std::byte const*, side_by_side> inputs{};
    std::array<std::uint32_t, side_by_side> nodes{};
    std::array<Hash256, side_by_side> outputs{};
    for (;;) {
        std::size_t count = 0;
        while (count < side_by_side) {
            auto const node = stale_[level].first();
            if (!node) {
                break;
            }
            stale_[level].erase(*node);
            nodes[count] = *node;
            inputs[count] = levels_[level][*node * row_tree_arity].bytes.data();
            ++count;
        }
        if (count == 0) {
            return;
        }
        engine.hash_many(context::state_node.key, inputs.data(), count,
                         row_tree_arity * sizeof(Hash256) / 64, outputs.data());
        for (std::size_t index = 0; index < count; ++index) {
            levels_[level + 1][nodes[index]] = outputs[index];
            if (level + 1 < row_tree_depth) {
                stale_[level + 1].insert(static_cast<std::uint32_t>(nodes[index] / row_tree_arity));
            }
        }
    }
}

Hash256 RowTree::root(HashEngine const& engine) noexcept {
    for (std::size_t level = 0; level < row_tree_depth; ++level) {
        hash_level(engine, level);
    }
    return levels_[row_tree_depth][0];
}

} // namespace axiom

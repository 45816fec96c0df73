// The tree over a block's leaves; see axiom/tree/leaves_root.hpp.

#include <axiom/tree/leaves_root.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/hash.hpp>

namespace axiom {

namespace {

constexpr std::size_t batch_nodes = 32; // two rounds of the widest kernel

using Level = std::array<Hash256, block_entries_max / 2>;

// The level above `below`, written to `above`, which may start where `below` starts: each batch is
// hashed aside before it is stored, and is stored behind what is read next.
std::size_t fold_level(HashEngine const& engine, std::span<Hash256 const> below,
                       std::span<Hash256> above) noexcept {
    std::size_t const pairs = below.size() / 2;
    for (std::size_t done = 0; done < pairs; done += batch_nodes) {
        std::size_t const count = std::min(batch_nodes, pairs - done);
        std::array<std::byte const*, batch_nodes> inputs;
        std::array<Hash256, batch_nodes> outputs;
        for (std::size_t index = 0; index < count; ++index) {
            inputs[index] = below[2 * (done + index)].bytes.data();
        }
        engine.hash_many(context::block_node.key, inputs.data(), count, 1, outputs.data());
        std::copy_n(outputs.begin(), count, above.begin() + static_cast<std::ptrdiff_t>(done));
    }
    if (below.size() % 2 == 1) {
        above[pairs] = AXIOM_MUTANT(lone_node_doubled)
                           ? hash_pair(engine, context::block_node, below.back(), below.back())
                           : below.back();
    }
    return below.size() - pairs;
}

bool has_sibling(LeafPlace place) noexcept {
    return (place.index ^ 1U) < place.count;
}

LeafPlace above(LeafPlace place) noexcept {
    return {place.index / 2, (place.count + 1) / 2};
}

} // namespace

Hash256 leaves_root(HashEngine const& engine, std::span<Hash256 const> leaves) noexcept {
    AXIOM_ASSERT(!leaves.empty() && leaves.size() <= block_entries_max);
    Level level;
    std::span<Hash256 const> nodes = leaves;
    while (nodes.size() > 1) {
        nodes = std::span{level}.first(fold_level(engine, nodes, level));
    }
    return nodes[0];
}

BlockPath make_block_path(HashEngine const& engine, std::span<Hash256 const> leaves,
                          std::size_t index) noexcept {
    AXIOM_ASSERT(leaves.size() <= block_entries_max && index < leaves.size());
    BlockPath path;
    Level level;
    std::span<Hash256 const> nodes = leaves;
    LeafPlace place{index, leaves.size()};
    while (place.count > 1) {
        if (has_sibling(place)) {
            path.push_back(nodes[place.index ^ 1U]);
        }
        nodes = std::span{level}.first(fold_level(engine, nodes, level));
        place = above(place);
    }
    return path;
}

std::size_t block_path_hashes(LeafPlace place) noexcept {
    std::size_t hashes = 0;
    for (; place.count > 1; place = above(place)) {
        hashes += has_sibling(place) ? 1 : 0;
    }
    return hashes;
}

Result<Hash256> root_from_block_path(HashEngine const& engine, Hash256 const& leaf, LeafPlace place,
                                     std::span<Hash256 const> path) noexcept {
    if (place.count > block_entries_max || place.index >= place.count) {
        return fail(Code::out_of_range, place.index, place.count);
    }
    if (path.size() != block_path_hashes(place)) {
        return fail(Code::bad_proof, path.size(), block_path_hashes(place));
    }
    Hash256 node = leaf;
    std::size_t used = 0;
    for (; place.count > 1; place = above(place)) {
        if (has_sibling(place)) {
            Hash256 const& sibling = path[used++];
            bool const is_left = place.index % 2 == 0 || AXIOM_MUTANT(block_path_always_left);
            node = is_left ? hash_pair(engine, context::block_node, node, sibling)
                           : hash_pair(engine, context::block_node, sibling, node);
        }
    }
    return node;
}

} // namespace axiom

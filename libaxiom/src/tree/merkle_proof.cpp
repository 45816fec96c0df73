// Making proofs in the public tree; see axiom/tree/merkle.hpp.
//
// Both proofs descend from the root to one place and note each subtree that the way does not enter.
// RFC 6962 writes that as a recursion whose calls come last, so it is a loop here, and the hashes
// come out from the highest to the lowest: they are turned round at the end. A subtree of any size
// is hashed by streaming its leaves through a frontier.

#include <axiom/tree/merkle.hpp>

#include <bit>

#include <axiom/tree/frontier.hpp>

namespace axiom {

namespace {

struct Range {
    std::uint64_t first{};
    std::uint64_t end{};

    [[nodiscard]] std::uint64_t size() const noexcept { return end - first; }

    /// Where RFC 6962 splits it: at the largest power of two below its size.
    [[nodiscard]] std::uint64_t split() const noexcept {
        return first + std::bit_floor(size() - 1);
    }
};

Result<Hash256> subtree_root(HashEngine const& engine, LeafSource& source, Range range) noexcept {
    TreeFrontier frontier;
    for (std::uint64_t index = range.first; index < range.end; ++index) {
        frontier.append(engine, TRY(source.leaf(LeafIndex{index})));
    }
    return frontier.root(engine);
}

TreeProof reversed(TreeProof const& proof) noexcept {
    TreeProof turned;
    for (std::size_t left = proof.size(); left > 0; --left) {
        turned.push_back(proof[left - 1]);
    }
    return turned;
}

} // namespace

Result<TreeProof> make_inclusion_proof(HashEngine const& engine, LeafSource& source,
                                       LeafIndex index, TreeSize size) noexcept {
    if (size > tree_size_max || index.value >= size.value) {
        return fail(Code::out_of_range, index.value, size.value);
    }
    TreeProof proof;
    Range range{0, size.value};
    while (range.size() > 1) {
        std::uint64_t const split = range.split();
        bool const goes_left = index.value < split;
        Range const other = goes_left ? Range{split, range.end} : Range{range.first, split};
        proof.push_back(TRY(subtree_root(engine, source, other)));
        range = goes_left ? Range{range.first, split} : Range{split, range.end};
    }
    return reversed(proof);
}

Result<TreeProof> make_consistency_proof(HashEngine const& engine, LeafSource& source,
                                         TreeSizes sizes) noexcept {
    if (sizes.newer > tree_size_max || sizes.older > sizes.newer) {
        return fail(Code::out_of_range, sizes.older.value, sizes.newer.value);
    }
    TreeProof proof;
    if (sizes.older.value == 0) {
        return proof;
    }
    // Descends to the subtree that ends exactly where the older tree ends.
    Range range{0, sizes.newer.value};
    while (range.end != sizes.older.value) {
        std::uint64_t const split = range.split();
        bool const goes_left = sizes.older.value <= split;
        Range const other = goes_left ? Range{split, range.end} : Range{range.first, split};
        proof.push_back(TRY(subtree_root(engine, source, other)));
        range = goes_left ? Range{range.first, split} : Range{split, range.end};
    }
    if (range.first != 0) {
        proof.push_back(TRY(subtree_root(engine, source, range)));
    }
    return reversed(proof);
}

} // namespace axiom

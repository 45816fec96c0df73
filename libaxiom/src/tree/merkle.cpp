// Hashes and checks of the public tree; see axiom/tree/merkle.hpp.

#include <axiom/tree/merkle.hpp>

#include <bit>

#include <axiom/base/mutant.hpp>

namespace axiom {

namespace {

constexpr std::byte leaf_prefix{0x00};
constexpr std::byte node_prefix{0x01};

} // namespace

Hash256 tree_leaf(HashEngine const& engine, Bytes record) noexcept {
    std::array<Bytes, 2> const parts{Bytes{&leaf_prefix, 1}, record};
    return engine.sha256(parts.data(), parts.size());
}

Hash256 tree_node(HashEngine const& engine, Hash256 const& left, Hash256 const& right) noexcept {
    std::array<Bytes, 3> const parts{Bytes{&node_prefix, 1}, left.view(), right.view()};
    return engine.sha256(parts.data(), parts.size());
}

Hash256 empty_tree_root(HashEngine const& engine) noexcept {
    return engine.sha256(nullptr, 0);
}

std::size_t inclusion_proof_hashes(LeafIndex index, TreeSize size) noexcept {
    AXIOM_ASSERT(index.value < size.value);
    std::uint64_t node = index.value;
    std::uint64_t last = size.value - 1;
    std::size_t hashes = 0;
    for (; last > 0; node /= 2, last /= 2) {
        hashes += node % 2 == 1 || node < last ? 1 : 0;
    }
    return hashes;
}

Result<Hash256> root_from_inclusion_proof(HashEngine const& engine, Hash256 const& leaf,
                                          LeafIndex index, TreeSize size,
                                          std::span<Hash256 const> proof) noexcept {
    if (size > tree_size_max || index.value >= size.value) {
        return fail(Code::out_of_range, index.value, size.value);
    }
    if (proof.size() != inclusion_proof_hashes(index, size)) {
        return fail(Code::bad_proof, proof.size());
    }
    Hash256 root = leaf;
    std::uint64_t node = index.value;
    std::uint64_t last = size.value - 1;
    std::size_t used = 0;
    for (; last > 0; node /= 2, last /= 2) {
        if (node % 2 == 1 && !AXIOM_MUTANT(inclusion_always_left)) {
            root = tree_node(engine, proof[used++], root);
        } else if (node % 2 == 1 || node < last) {
            root = tree_node(engine, root, proof[used++]);
        }
    }
    return root;
}

Result<void> check_consistency(HashEngine const& engine, TreeHead const& older,
                               TreeHead const& newer, std::span<Hash256 const> proof) noexcept {
    if (newer.size > tree_size_max) {
        return fail(Code::out_of_range, newer.size.value);
    }
    if (older.size > newer.size) {
        return fail(Code::rolled_back, newer.size.value, older.size.value);
    }
    if (older.size == newer.size || older.size.value == 0) {
        if (!proof.empty()) {
            return fail(Code::bad_proof, proof.size());
        }
        if (older.size == newer.size) {
            return older.root == newer.root ? Result<void>{} : fail(Code::forked, newer.size.value);
        }
        return older.root == empty_tree_root(engine) ? Result<void>{} : fail(Code::bad_proof);
    }

    // The walk starts at the largest perfect subtree that ends where the older tree ends; when that
    // is the whole older tree, its root is known and not in the proof.
    auto const lift = static_cast<unsigned>(std::countr_one(older.size.value - 1));
    std::uint64_t node = (older.size.value - 1) >> lift;
    std::uint64_t last = (newer.size.value - 1) >> lift;
    std::size_t used = 0;
    bool const older_is_perfect = std::has_single_bit(older.size.value);
    if (!older_is_perfect && proof.empty()) {
        return fail(Code::bad_proof);
    }
    Hash256 older_root = older_is_perfect ? older.root : proof[used++];
    Hash256 newer_root = older_root;
    for (; last > 0; node /= 2, last /= 2) {
        bool const is_right = node % 2 == 1;
        if (!is_right && node == last) {
            continue; // a lone last node moves up as it is
        }
        if (used == proof.size()) {
            return fail(Code::bad_proof, used);
        }
        Hash256 const& sibling = proof[used++];
        if (is_right) {
            older_root = tree_node(engine, sibling, older_root);
            newer_root = tree_node(engine, sibling, newer_root);
        } else {
            newer_root = tree_node(engine, newer_root, sibling);
        }
    }
    bool const grew = newer_root == newer.root || AXIOM_MUTANT(newer_root_unchecked);
    bool const same_past = older_root == older.root || AXIOM_MUTANT(older_root_unchecked);
    bool const holds = used == proof.size() && same_past && grew;
    return holds ? Result<void>{} : fail(Code::bad_proof, used);
}

} // namespace axiom

// Trees and proofs under random shapes, against RFC 6962's recursive definitions.

#include <bit>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <axiom/crypto/hash.hpp>
#include <axiom/tree/frontier.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

HashEngine const& engine() {
    return host::fastest_engine();
}

using Hashes = std::vector<Hash256>;
using Combine = Hash256 (*)(Hash256 const&, Hash256 const&);

Hash256 public_node(Hash256 const& left, Hash256 const& right) {
    return tree_node(engine(), left, right);
}

Hash256 block_node(Hash256 const& left, Hash256 const& right) {
    return hash_pair(host::portable_engine(), context::block_node, left, right);
}

Hash256 defined_root(Combine combine, std::span<Hash256 const> leaves) {
    if (leaves.size() == 1) {
        return leaves[0];
    }
    std::size_t const split = std::bit_floor(leaves.size() - 1);
    return combine(defined_root(combine, leaves.first(split)),
                   defined_root(combine, leaves.subspan(split)));
}

class LeafVector final : public LeafSource {
  public:
    explicit LeafVector(Hashes hashes) : leaves{std::move(hashes)} {}
    Hashes leaves;

    Result<Hash256> leaf(LeafIndex index) noexcept override { return leaves[index.value]; }
};

Hashes any_leaves(std::size_t most) {
    auto const count = *rc::gen::inRange<std::size_t>(1, most + 1);
    auto const seed = *rc::gen::arbitrary<std::uint64_t>();
    Hashes leaves;
    for (std::size_t index = 0; index < count; ++index) {
        std::array<std::uint64_t, 2> const words{seed, index};
        leaves.push_back(tree_leaf(engine(), std::as_bytes(std::span{words})));
    }
    return leaves;
}

std::size_t any_below(std::size_t bound) {
    return *rc::gen::inRange<std::size_t>(0, bound);
}

// Changes one bit of one hash.
void alter(std::span<Hash256> hashes) {
    Hash256& hash = hashes[any_below(hashes.size())];
    hash.bytes[any_below(32)] ^= std::byte{1} << any_below(8);
}

Hashes hashes_of(TreeProof const& proof) {
    return {proof.begin(), proof.end()};
}

RC_GTEST_PROP(trees, the_frontier_has_the_defined_root, ()) {
    auto const leaves = any_leaves(600);
    TreeFrontier frontier;
    for (Hash256 const& leaf : leaves) {
        frontier.append(engine(), leaf);
    }
    RC_ASSERT(frontier.root(engine()) == defined_root(public_node, leaves));
}

RC_GTEST_PROP(trees, a_block_s_root_is_the_defined_one_with_every_engine, ()) {
    auto const leaves = any_leaves(block_entries_max);
    Hash256 const expected = defined_root(block_node, leaves);
    for (HashEngine const& each : host::hash_engines()) {
        RC_ASSERT(leaves_root(each, leaves) == expected);
    }
}

RC_GTEST_PROP(proofs, a_block_path_leads_to_the_root_and_an_altered_one_elsewhere, ()) {
    auto const leaves = any_leaves(block_entries_max);
    std::size_t const index = any_below(leaves.size());
    Hash256 const root = defined_root(block_node, leaves);
    BlockPath const made = make_block_path(engine(), leaves, index);
    Hashes path{made.begin(), made.end()};
    LeafPlace const place{index, leaves.size()};
    RC_ASSERT(root_from_block_path(engine(), leaves[index], place, path).value() == root);
    if (!path.empty()) {
        alter(path);
        RC_ASSERT(root_from_block_path(engine(), leaves[index], place, path).value() != root);
    }
}

RC_GTEST_PROP(proofs, inclusion_holds_for_the_leaf_at_its_place_and_for_nothing_else, ()) {
    LeafVector source{any_leaves(300)};
    TreeSize const size{source.leaves.size()};
    LeafIndex const index{any_below(source.leaves.size())};
    Hash256 const root = defined_root(public_node, source.leaves);
    Hashes proof = hashes_of(*make_inclusion_proof(engine(), source, index, size));
    auto const reaches = [&](Hash256 const& leaf, LeafIndex at, TreeSize of) {
        auto const reached = root_from_inclusion_proof(engine(), leaf, at, of, proof);
        return reached && *reached == root;
    };
    Hash256 const leaf = source.leaves[index.value];
    RC_ASSERT(reaches(leaf, index, size));
    LeafIndex const other{any_below(source.leaves.size() + 8)};
    if (other != index) {
        RC_ASSERT(!reaches(leaf, other, size));
    }
    if (other != index && other.value < size.value) {
        RC_ASSERT(!reaches(source.leaves[other.value], index, size));
    }
    if (!proof.empty()) {
        alter(proof);
        RC_ASSERT(!reaches(leaf, index, size));
    }
}

RC_GTEST_PROP(proofs, consistency_holds_between_a_log_s_own_trees_and_no_others, ()) {
    LeafVector source{any_leaves(300)};
    std::size_t const newer = source.leaves.size();
    std::size_t const older = 1 + any_below(newer);
    auto const whole = std::span{source.leaves};
    TreeHead old_head{TreeSize{older}, defined_root(public_node, whole.first(older))};
    TreeHead new_head{TreeSize{newer}, defined_root(public_node, whole)};
    Hashes proof = hashes_of(*make_consistency_proof(
        engine(), source, {.older = TreeSize{older}, .newer = TreeSize{newer}}));
    auto const holds = [&] {
        return check_consistency(engine(), old_head, new_head, proof).has_value();
    };
    RC_ASSERT(holds());
    switch (any_below(3)) {
    case 0:
        alter(std::span{&old_head.root, 1});
        break;
    case 1:
        alter(std::span{&new_head.root, 1});
        break;
    default:
        RC_PRE(!proof.empty());
        alter(proof);
    }
    RC_ASSERT(!holds());
}

// A log that rewrote an entry before the older tree's end cannot show consistency, whatever proof
// it makes.
RC_GTEST_PROP(proofs, a_rewritten_past_is_never_consistent, ()) {
    LeafVector source{any_leaves(200)};
    std::size_t const newer = source.leaves.size();
    std::size_t const older = 1 + any_below(newer);
    TreeHead const old_head{TreeSize{older},
                            defined_root(public_node, std::span{source.leaves}.first(older))};
    alter(std::span{source.leaves}.first(older));
    TreeHead const new_head{TreeSize{newer}, defined_root(public_node, source.leaves)};
    Hashes const proof = hashes_of(*make_consistency_proof(
        engine(), source, {.older = TreeSize{older}, .newer = TreeSize{newer}}));
    RC_ASSERT(!check_consistency(engine(), old_head, new_head, proof));
}

RC_GTEST_PROP(engines, all_agree_on_any_input, ()) {
    std::vector<std::byte> input(any_below(80'000));
    auto word = *rc::gen::arbitrary<std::uint64_t>();
    for (std::byte& byte : input) {
        word = word * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<std::byte>(word >> 56U);
    }
    Hash256 const expected = hash_bytes(host::portable_engine(), context::content, input);
    for (HashEngine const& each : host::hash_engines()) {
        RC_ASSERT(hash_bytes(each, context::content, input) == expected);
    }
}

} // namespace

// The public tree, against RFC 6962's recursive definitions and the vectors of its well-known test
// tree.

#include <bit>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <axiom/tree/frontier.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

HashEngine const& engine() {
    return host::fastest_engine();
}

class LeafVector final : public LeafSource {
  public:
    std::vector<Hash256> leaves;

    Result<Hash256> leaf(LeafIndex index) noexcept override {
        EXPECT_LT(index.value, leaves.size());
        return leaves[index.value];
    }
};

LeafVector numbered_leaves(std::size_t count) {
    LeafVector source;
    for (std::uint64_t index = 0; index < count; ++index) {
        source.leaves.push_back(tree_leaf(engine(), std::as_bytes(std::span{&index, 1})));
    }
    return source;
}

Hash256 defined_root(std::span<Hash256 const> leaves) {
    if (leaves.empty()) {
        return empty_tree_root(engine());
    }
    if (leaves.size() == 1) {
        return leaves[0];
    }
    std::size_t const split = std::bit_floor(leaves.size() - 1);
    return tree_node(engine(), defined_root(leaves.first(split)),
                     defined_root(leaves.subspan(split)));
}

using Hashes = std::vector<Hash256>;

Hashes defined_path(std::size_t index, std::span<Hash256 const> leaves) {
    if (leaves.size() == 1) {
        return {};
    }
    std::size_t const split = std::bit_floor(leaves.size() - 1);
    bool const left = index < split;
    Hashes path = left ? defined_path(index, leaves.first(split))
                       : defined_path(index - split, leaves.subspan(split));
    path.push_back(defined_root(left ? leaves.subspan(split) : leaves.first(split)));
    return path;
}

Hashes defined_subproof(std::size_t older, std::span<Hash256 const> leaves, bool known) {
    if (older == leaves.size()) {
        return known ? Hashes{} : Hashes{defined_root(leaves)};
    }
    std::size_t const split = std::bit_floor(leaves.size() - 1);
    bool const left = older <= split;
    Hashes proof = left ? defined_subproof(older, leaves.first(split), known)
                        : defined_subproof(older - split, leaves.subspan(split), false);
    proof.push_back(defined_root(left ? leaves.subspan(split) : leaves.first(split)));
    return proof;
}

Hashes hashes_of(TreeProof const& proof) {
    return {proof.begin(), proof.end()};
}

std::span<Hash256 const> span_of(TreeProof const& proof) {
    return {proof.begin(), proof.size()};
}

constexpr std::size_t sizes_tried = 40;

// The eight inputs and the roots that certificate-transparency implementations have tested with for
// years.
TEST(public_tree, gives_the_roots_of_the_well_known_test_tree) {
    std::vector<std::string_view> const inputs{
        "",
        std::string_view{"\x00", 1},
        "\x10",
        "\x20\x21",
        "\x30\x31",
        "\x40\x41\x42\x43",
        "\x50\x51\x52\x53\x54\x55\x56\x57",
        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    std::vector<std::string_view> const roots{
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    TreeFrontier frontier;
    for (std::size_t size = 0; size < roots.size(); ++size) {
        EXPECT_EQ(roots[size], text_of(to_hex(frontier.root(engine())))) << size;
        if (size < inputs.size()) {
            frontier.append(engine(), tree_leaf(engine(), bytes_of(inputs[size])));
        }
    }
}

TEST(public_tree, the_frontier_has_the_defined_root_at_every_size) {
    auto const source = numbered_leaves(300);
    TreeFrontier frontier;
    for (std::size_t size = 0; size <= source.leaves.size(); ++size) {
        EXPECT_EQ(defined_root(std::span{source.leaves}.first(size)), frontier.root(engine()));
        EXPECT_EQ(size, frontier.size().value);
        if (size < source.leaves.size()) {
            frontier.append(engine(), source.leaves[size]);
        }
    }
}

TEST(public_tree, a_frontier_survives_encoding_and_goes_on_as_before) {
    auto const source = numbered_leaves(130);
    TreeFrontier frontier;
    for (Hash256 const& leaf : source.leaves) {
        std::array<std::byte, TreeFrontier::encoded_bytes_max> room;
        Writer writer{room};
        ASSERT_TRUE(frontier.encode(writer));
        EXPECT_EQ(8 + 32 * std::popcount(frontier.size().value), writer.size());
        Reader reader{writer.written()};
        auto const decoded = TreeFrontier::decode(reader);
        ASSERT_TRUE(decoded);
        EXPECT_TRUE(reader.finish());
        EXPECT_EQ(frontier, *decoded);
        for (std::size_t cut = 0; cut < writer.size(); ++cut) {
            Reader short_reader{writer.written().first(cut)};
            EXPECT_EQ(Code::truncated, TreeFrontier::decode(short_reader).error().code);
        }
        frontier = *decoded;
        frontier.append(engine(), leaf);
    }
    EXPECT_EQ(defined_root(source.leaves), frontier.root(engine()));
}

TEST(public_tree, a_frontier_of_an_impossible_size_is_refused) {
    std::array<std::byte, 8> bytes;
    store_le<std::uint64_t>(bytes, tree_size_max.value + 1);
    Reader reader{bytes};
    EXPECT_EQ(Code::out_of_range, TreeFrontier::decode(reader).error().code);
}

TEST(inclusion, proofs_are_the_defined_paths_and_lead_to_the_root) {
    auto source = numbered_leaves(sizes_tried);
    for (std::size_t size = 1; size <= sizes_tried; ++size) {
        auto const part = std::span{source.leaves}.first(size);
        for (std::size_t index = 0; index < size; ++index) {
            auto const proof =
                make_inclusion_proof(engine(), source, LeafIndex{index}, TreeSize{size});
            ASSERT_TRUE(proof);
            EXPECT_EQ(defined_path(index, part), hashes_of(*proof));
            auto const root = root_from_inclusion_proof(engine(), part[index], LeafIndex{index},
                                                        TreeSize{size}, span_of(*proof));
            ASSERT_TRUE(root);
            EXPECT_EQ(defined_root(part), *root);
        }
    }
}

TEST(inclusion, altered_bytes_other_places_and_other_lengths_never_lead_to_the_root) {
    auto source = numbered_leaves(11);
    Hash256 const root = defined_root(source.leaves);
    for (std::size_t index = 0; index < 11; ++index) {
        Hashes proof =
            hashes_of(*make_inclusion_proof(engine(), source, LeafIndex{index}, TreeSize{11}));
        Hash256 leaf = source.leaves[index];
        auto const proves = [&](std::size_t place, std::size_t size) {
            auto const reached =
                root_from_inclusion_proof(engine(), leaf, LeafIndex{place}, TreeSize{size}, proof);
            return reached && *reached == root;
        };
        ASSERT_TRUE(proves(index, 11));
        for (Hash256& hash : proof) {
            for (std::byte& byte : hash.bytes) {
                byte ^= std::byte{0x80};
                EXPECT_FALSE(proves(index, 11));
                byte ^= std::byte{0x80};
            }
        }
        for (std::byte& byte : leaf.bytes) {
            byte ^= std::byte{1};
            EXPECT_FALSE(proves(index, 11));
            byte ^= std::byte{1};
        }
        for (std::size_t place = 0; place < 14; ++place) {
            EXPECT_EQ(place == index, proves(place, 11));
        }
        proof.push_back(root);
        EXPECT_FALSE(proves(index, 11));
        proof.pop_back();
        proof.pop_back();
        EXPECT_FALSE(proves(index, 11));
    }
}

TEST(inclusion, places_outside_every_tree_are_refused) {
    auto source = numbered_leaves(3);
    EXPECT_EQ(Code::out_of_range,
              make_inclusion_proof(engine(), source, LeafIndex{3}, TreeSize{3}).error().code);
    EXPECT_EQ(Code::out_of_range,
              make_inclusion_proof(engine(), source, LeafIndex{0}, TreeSize{0}).error().code);
    Hash256 const leaf{};
    EXPECT_EQ(Code::out_of_range, root_from_inclusion_proof(engine(), leaf, LeafIndex{0},
                                                            TreeSize{tree_size_max.value + 1}, {})
                                      .error()
                                      .code);
}

TEST(consistency, proofs_are_the_defined_ones_and_hold) {
    auto source = numbered_leaves(sizes_tried);
    for (std::size_t newer = 1; newer <= sizes_tried; ++newer) {
        auto const part = std::span{source.leaves}.first(newer);
        for (std::size_t older = 1; older <= newer; ++older) {
            auto const proof = make_consistency_proof(
                engine(), source, {.older = TreeSize{older}, .newer = TreeSize{newer}});
            ASSERT_TRUE(proof);
            EXPECT_EQ(defined_subproof(older, part, true), hashes_of(*proof));
            EXPECT_TRUE(check_consistency(engine(),
                                          {TreeSize{older}, defined_root(part.first(older))},
                                          {TreeSize{newer}, defined_root(part)}, span_of(*proof)))
                << older << " to " << newer;
        }
    }
}

TEST(consistency, of_the_empty_tree_needs_no_proof) {
    auto source = numbered_leaves(4);
    TreeHead const head{TreeSize{4}, defined_root(source.leaves)};
    EXPECT_TRUE(check_consistency(engine(), {TreeSize{0}, empty_tree_root(engine())}, head, {}));
    EXPECT_FALSE(check_consistency(engine(), {TreeSize{0}, head.root}, head, {}));
    EXPECT_FALSE(check_consistency(engine(), {TreeSize{0}, empty_tree_root(engine())}, head,
                                   std::span{source.leaves}.first(1)));
}

TEST(consistency, says_what_is_wrong_by_name) {
    auto const source = numbered_leaves(8);
    TreeHead const four{TreeSize{4}, defined_root(std::span{source.leaves}.first(4))};
    TreeHead const eight{TreeSize{8}, defined_root(source.leaves)};
    TreeHead const other{TreeSize{8}, four.root};
    EXPECT_EQ(Code::rolled_back, check_consistency(engine(), eight, four, {}).error().code);
    EXPECT_EQ(Code::forked, check_consistency(engine(), eight, other, {}).error().code);
    EXPECT_EQ(Code::bad_proof, check_consistency(engine(), four, eight, {}).error().code);
}

TEST(consistency, no_altered_byte_size_or_length_is_accepted) {
    auto source = numbered_leaves(13);
    for (std::size_t older = 1; older < 13; ++older) {
        TreeHead old_head{TreeSize{older}, defined_root(std::span{source.leaves}.first(older))};
        TreeHead new_head{TreeSize{13}, defined_root(source.leaves)};
        Hashes proof = hashes_of(*make_consistency_proof(
            engine(), source, {.older = TreeSize{older}, .newer = TreeSize{13}}));
        auto const holds = [&] {
            return check_consistency(engine(), old_head, new_head, proof).has_value();
        };
        ASSERT_TRUE(holds());
        Hashes altered = proof;
        auto const refused_when_flipped = [&](Hash256& hash) {
            for (std::byte& byte : hash.bytes) {
                byte ^= std::byte{4};
                EXPECT_FALSE(holds());
                byte ^= std::byte{4};
            }
        };
        refused_when_flipped(old_head.root);
        refused_when_flipped(new_head.root);
        for (Hash256& hash : proof) {
            refused_when_flipped(hash);
        }
        proof.push_back(new_head.root);
        EXPECT_FALSE(holds());
        proof.resize(proof.size() - 2);
        EXPECT_FALSE(holds());
    }
}

} // namespace

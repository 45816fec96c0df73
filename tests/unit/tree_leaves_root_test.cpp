// The tree over a block's leaves, against RFC 6962's definition written as it stands there:
// recursively.

#include <vector>

#include <gtest/gtest.h>

#include <axiom/crypto/hash.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

std::vector<Hash256> leaves_of(std::size_t count) {
    std::vector<Hash256> leaves;
    for (std::size_t index = 0; index < count; ++index) {
        leaves.push_back(hash_bytes(host::portable_engine(), context::entry_leaf,
                                    std::as_bytes(std::span{&index, 1})));
    }
    return leaves;
}

Hash256 defined_root(std::span<Hash256 const> leaves) {
    if (leaves.size() == 1) {
        return leaves[0];
    }
    std::size_t const split = std::bit_floor(leaves.size() - 1);
    return hash_pair(host::portable_engine(), context::block_node,
                     defined_root(leaves.first(split)), defined_root(leaves.subspan(split)));
}

TEST(leaves_root, is_rfc_6962s_root_for_every_count_with_every_engine) {
    auto const leaves = leaves_of(block_entries_max);
    for (std::size_t count = 1; count <= leaves.size(); ++count) {
        auto const part = std::span{leaves}.first(count);
        Hash256 const expected = defined_root(part);
        for (HashEngine const& engine : host::hash_engines()) {
            EXPECT_EQ(expected, leaves_root(engine, part)) << engine.name << " " << count;
        }
    }
}

TEST(block_path, leads_every_leaf_of_every_count_to_the_root) {
    HashEngine const& engine = host::fastest_engine();
    auto const leaves = leaves_of(block_entries_max);
    for (std::size_t count = 1; count <= leaves.size(); count += count < 40 ? 1 : 27) {
        auto const part = std::span{leaves}.first(count);
        Hash256 const root = leaves_root(engine, part);
        for (std::size_t index = 0; index < count; ++index) {
            BlockPath const path = make_block_path(engine, part, index);
            auto const reached = root_from_block_path(engine, leaves[index], {index, count},
                                                      {path.begin(), path.size()});
            ASSERT_TRUE(reached);
            EXPECT_EQ(root, *reached) << index << " of " << count;
        }
    }
}

TEST(block_path, refuses_places_and_lengths_that_do_not_exist) {
    HashEngine const& engine = host::fastest_engine();
    auto const leaves = leaves_of(5);
    BlockPath const path = make_block_path(engine, leaves, 4);
    std::span<Hash256 const> const hashes{path.begin(), path.size()};
    EXPECT_EQ(Code::out_of_range,
              root_from_block_path(engine, leaves[4], {5, 5}, hashes).error().code);
    EXPECT_EQ(Code::out_of_range,
              root_from_block_path(engine, leaves[4], {0, 0}, hashes).error().code);
    EXPECT_EQ(Code::out_of_range,
              root_from_block_path(engine, leaves[4], {0, 257}, hashes).error().code);
    EXPECT_EQ(Code::bad_proof, root_from_block_path(engine, leaves[4], {4, 5}, {}).error().code);
    EXPECT_EQ(Code::bad_proof,
              root_from_block_path(engine, leaves[3], {3, 5}, hashes).error().code);
}

TEST(block_path, an_altered_byte_or_another_place_leads_elsewhere) {
    HashEngine const& engine = host::fastest_engine();
    auto const leaves = leaves_of(13);
    Hash256 const root = leaves_root(engine, leaves);
    for (std::size_t index = 0; index < leaves.size(); ++index) {
        BlockPath path = make_block_path(engine, leaves, index);
        auto const reach = [&](LeafPlace place) {
            return root_from_block_path(engine, leaves[index], place, {path.begin(), path.size()});
        };
        for (std::size_t hash = 0; hash < path.size(); ++hash) {
            for (std::size_t byte = 0; byte < 32; ++byte) {
                path[hash].bytes[byte] ^= std::byte{1};
                EXPECT_NE(root, *reach({index, leaves.size()}));
                path[hash].bytes[byte] ^= std::byte{1};
            }
        }
        for (std::size_t other = 0; other < leaves.size(); ++other) {
            auto const reached = reach({other, leaves.size()});
            EXPECT_EQ(other == index, reached && *reached == root) << index << " as " << other;
        }
    }
}

} // namespace

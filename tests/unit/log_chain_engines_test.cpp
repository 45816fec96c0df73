// Chaining a block in one go against hash after hash, for every engine, and the fold of an engine
// against links alone.

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <axiom/crypto/hash.hpp>
#include <axiom/log/chain.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

struct Block {
    std::vector<std::byte> bytes;
    std::vector<std::byte*> entries;
};

// Entries whose bodies have these lengths, with other bytes than zero everywhere a writer puts
// some.
Block make_block(std::vector<std::uint32_t> const& body_bytes) {
    std::size_t total = 0;
    for (std::uint32_t const length : body_bytes) {
        total += entry_bytes(length);
    }
    Block block{std::vector<std::byte>(total), {}};
    std::mt19937_64 random{total};
    std::byte* at = block.bytes.data();
    for (std::size_t index = 0; index < body_bytes.size(); ++index) {
        EntryHeader header;
        header.sequence = Sequence{index};
        header.producer_number = ProducerNumber{random()};
        header.body_bytes = body_bytes[index];
        std::memcpy(at, &header, sizeof header);
        for (std::uint32_t place = 0; place < body_bytes[index]; ++place) {
            at[entry_header_bytes + place] = static_cast<std::byte>(random());
        }
        block.entries.push_back(at);
        at += entry_bytes(body_bytes[index]);
    }
    return block;
}

class EveryEngineChains : public ::testing::TestWithParam<std::size_t> {
  public:
    [[nodiscard]] static HashEngine const& engine() { return host::hash_engines()[GetParam()]; }

    static void expect_chained(std::vector<std::uint32_t> const& body_bytes) {
        HashEngine const& plain = host::portable_engine();
        Block block = make_block(body_bytes);
        Block expected = make_block(body_bytes);
        Hash256 const previous =
            hash_bytes(plain, context::content, std::as_bytes(std::span{body_bytes}));
        std::vector<Hash256> leaves(block.entries.size());
        Hash256 const head = chain_entries(engine(), block.entries, previous, leaves);

        Hash256 link = previous;
        for (std::size_t index = 0; index < expected.entries.size(); ++index) {
            std::byte* const entry = expected.entries[index];
            EntryHeader header;
            std::memcpy(&header, entry, sizeof header);
            header.body_commitment = body_commitment(
                plain, {entry + entry_header_bytes, padded_bytes(header.body_bytes)});
            std::memcpy(entry, &header, sizeof header);
            Hash256 const leaf = leaf_of(plain, header);
            EXPECT_EQ(leaf, leaves[index]) << "entry " << index;
            link = link_of(plain, link, leaf);
        }
        EXPECT_EQ(expected.bytes, block.bytes);
        EXPECT_EQ(link, head);
    }
};

TEST_P(EveryEngineChains, blocks_of_every_size_with_bodies_of_one_length) {
    for (std::uint32_t const length : {0U, 1U, 64U, 65U, 200U, 1024U, 1025U}) {
        for (std::size_t count : {0, 1, 2, 15, 16, 17, 31, 32, 33, 48, 63, 64, 100, 255, 256}) {
            expect_chained(std::vector<std::uint32_t>(count, length));
        }
    }
}

TEST_P(EveryEngineChains, blocks_whose_bodies_differ_in_length) {
    std::mt19937_64 random{7};
    for (std::size_t count : {2, 16, 33, 256}) {
        std::vector<std::uint32_t> lengths(count);
        for (std::uint32_t& length : lengths) {
            length = static_cast<std::uint32_t>(random() % 1300);
        }
        expect_chained(lengths);
    }
    std::vector<std::uint32_t> last_differs(256, 64);
    last_differs.back() = 65;
    expect_chained(last_differs);
}

TEST_P(EveryEngineChains, folding_takes_every_leaf_in_order) {
    for (std::size_t count : {0, 1, 2, 3, 255}) {
        std::vector<Hash256> leaves(count);
        Hash256 link{};
        for (std::size_t index = 0; index < count; ++index) {
            leaves[index].bytes[index % 32] = static_cast<std::byte>(index + 1);
            link = link_of(host::portable_engine(), link, leaves[index]);
        }
        HashFold fold{.key = &context::entry_link.key, .head = {}, .leaves = leaves};
        engine().fold(fold);
        EXPECT_TRUE(fold.leaves.empty());
        EXPECT_EQ(link, fold.head);
    }
}

INSTANTIATE_TEST_SUITE_P(engines, EveryEngineChains,
                         ::testing::Range(std::size_t{0}, host::hash_engines().size()),
                         [](auto const& info) {
                             return std::string{host::hash_engines()[info.param].name};
                         });

} // namespace

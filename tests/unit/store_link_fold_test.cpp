// Links folded side by side lead where links folded one after the other do.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include <axiom/log/chain.hpp>
#include <axiom/store/link_fold.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::store {
namespace {

struct Block {
    BlockRecord record;
    std::vector<Hash256> leaves;
};

// Blocks whose records follow from one another, of every length that has a case of its own.
std::vector<Block> chain_of_blocks(std::size_t count) {
    test::Seeded choose{count};
    std::vector<Block> blocks;
    Hash256 head{};
    std::uint64_t next = 0;
    for (std::size_t index = 0; index < count; ++index) {
        Block block;
        std::size_t const entries = index % 3 == 0 ? block_entries_max : 1 + choose.below(40);
        for (std::size_t entry = 0; entry < entries; ++entry) {
            Hash256 leaf;
            for (std::byte& byte : leaf.bytes) {
                byte = static_cast<std::byte>(choose.next());
            }
            block.leaves.push_back(leaf);
        }
        block.record.first = Sequence{next};
        block.record.previous_head = head;
        head = links_of(host::portable_engine(), head, block.leaves);
        block.record.head = head;
        next += entries;
        blocks.push_back(block);
    }
    return blocks;
}

Result<void> fold(HashEngine const& engine, std::vector<Block> const& blocks) {
    auto const links = std::make_unique<LinkFold>();
    for (Block const& block : blocks) {
        TRY(links->add(engine, block.record, block.leaves));
    }
    return links->finish(engine);
}

TEST(LinkFoldTest, SoundBlocksOfAnyLengthHoldWithEveryEngine) {
    for (std::size_t count = 0; count < 40; ++count) {
        auto const blocks = chain_of_blocks(count);
        for (HashEngine const& engine : host::hash_engines()) {
            EXPECT_TRUE(fold(engine, blocks)) << count << " blocks, " << engine.name;
        }
    }
}

TEST(LinkFoldTest, ABlockWhoseLinksDoNotLeadToItsHeadIsNamed) {
    auto const blocks = chain_of_blocks(37);
    for (std::size_t damaged = 0; damaged < blocks.size(); ++damaged) {
        auto changed = blocks;
        changed[damaged].leaves.back().bytes[7] ^= std::byte{1};
        auto const leaf = fold(host::fastest_engine(), changed);
        ASSERT_FALSE(leaf);
        EXPECT_EQ(leaf.error(), (Error{Code::chain_break, blocks[damaged].record.first.value, 0}));

        changed = blocks;
        changed[damaged].record.head.bytes[0] ^= std::byte{1};
        EXPECT_FALSE(fold(host::fastest_engine(), changed));
    }
}

} // namespace
} // namespace axiom::store

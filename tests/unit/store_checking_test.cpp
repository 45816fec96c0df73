// The checking store names each rewrite of committed bytes, and nothing else; the failing store
// fails the operation it was asked to.

#include <gtest/gtest.h>

#include <vector>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/checking_store.hpp>
#include <tests/support/failing_store.hpp>

namespace axiom::test {

namespace {

constexpr StoreGeometry geometry{.storage_block_bytes = 4096, .segment_bytes = 8 * 4096};
constexpr std::uint64_t block = geometry.storage_block_bytes;
constexpr SlotIndex slot{0};

std::vector<std::byte> const one_block(block, std::byte{1});
std::vector<std::byte> const two_blocks(2 * block, std::byte{2});

} // namespace

class CheckingStoreTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(store_.extend().has_value());
        ASSERT_TRUE(store_.write({slot, 0}, two_blocks).has_value());
    }

    void flush() { ASSERT_TRUE(store_.flush().has_value()); }

    host::MemoryStore memory_{geometry};
    CheckingStore store_{memory_};
};

TEST_F(CheckingStoreTest, AppendingIsNoViolation) {
    flush();
    ASSERT_TRUE(store_.write({slot, 2 * block}, two_blocks).has_value());
    flush();
    EXPECT_TRUE(store_.violations().empty());
}

TEST_F(CheckingStoreTest, RewritingBeforeTheFlushIsNoViolation) {
    ASSERT_TRUE(store_.write({slot, block}, one_block).has_value());
    flush();
    EXPECT_TRUE(store_.violations().empty());
}

TEST_F(CheckingStoreTest, RewritingACommittedBlockIsNamedEvenWithTheSameBytes) {
    flush();
    ASSERT_TRUE(store_.write({slot, block}, Bytes{two_blocks}.first(block)).has_value());
    ASSERT_EQ(store_.violations().size(), 1U);
    EXPECT_EQ(store_.violations()[0], "slot 0 block 1 is rewritten");
}

TEST_F(CheckingStoreTest, DeclaredRewriteIsAllowedOnceAndOnlyThere) {
    flush();
    store_.allow_rewrite({slot, 0}, block);
    ASSERT_TRUE(store_.write({slot, 0}, one_block).has_value());
    EXPECT_TRUE(store_.violations().empty());
    ASSERT_TRUE(store_.write({slot, 0}, one_block).has_value());
    EXPECT_EQ(store_.violations().size(), 1U);
    ASSERT_TRUE(store_.write({slot, block}, one_block).has_value());
    EXPECT_EQ(store_.violations().size(), 2U);
}

TEST_F(CheckingStoreTest, DiscardOfCommittedBlocksMustBeDeclared) {
    flush();
    ASSERT_TRUE(store_.discard({slot, 2 * block}).has_value()); // holds nothing
    EXPECT_TRUE(store_.violations().empty());
    store_.allow_discard({slot, block});
    ASSERT_TRUE(store_.discard({slot, block}).has_value());
    EXPECT_TRUE(store_.violations().empty());
    ASSERT_TRUE(store_.write({slot, block}, one_block).has_value()); // is free again
    EXPECT_TRUE(store_.violations().empty());
    ASSERT_TRUE(store_.discard({slot, 0}).has_value());
    EXPECT_EQ(store_.violations().size(), 1U);
}

TEST_F(CheckingStoreTest, AllowanceToDiscardATailDoesNotReachBelowIt) {
    flush();
    store_.allow_discard({slot, block});
    ASSERT_TRUE(store_.discard({slot, 0}).has_value());
    EXPECT_EQ(store_.violations().size(), 1U);
}

TEST_F(CheckingStoreTest, WhatATestDeclaresCommittedIsWatchedToo) {
    store_.commit({slot, 4 * block}, 2 * block);
    ASSERT_TRUE(store_.write({slot, 5 * block}, one_block).has_value());
    EXPECT_EQ(store_.violations().size(), 1U);
}

TEST_F(CheckingStoreTest, ChangesAfterAFailedFlushAreNamed) {
    FailingStore failing{memory_};
    CheckingStore store{failing};
    failing.plan({.operation = 0});
    EXPECT_FALSE(store.flush().has_value());
    static_cast<void>(store.write({slot, 0}, one_block));
    static_cast<void>(store.flush());
    static_cast<void>(store.claim_epoch(Epoch{1}));
    EXPECT_EQ(store.violations().size(), 3U);
}

TEST(FailingStoreTest, FailsTheNthOperationOnceAndThenNoMore) {
    host::MemoryStore memory{geometry};
    FailingStore store{memory};
    ASSERT_TRUE(store.extend().has_value());
    store.plan({.operation = 1});
    EXPECT_TRUE(store.write({slot, 0}, one_block).has_value());
    EXPECT_EQ(store.write({slot, block}, one_block).error().code, Code::io_failed);
    EXPECT_TRUE(store.write({slot, block}, one_block).has_value());
    EXPECT_EQ(store.fired(), 1U);
    EXPECT_EQ(store.operations(), 3U);
    EXPECT_EQ(store.operations(Operation::write), 3U);
}

TEST(FailingStoreTest, FailsFromTheNthOperationOn) {
    host::MemoryStore memory{geometry};
    FailingStore store{memory};
    store.plan({.operation = 1, .from_then_on = true});
    EXPECT_TRUE(store.extend().has_value());
    EXPECT_EQ(store.extend().error().code, Code::store_full);
    EXPECT_EQ(store.flush().error().code, Code::flush_failed);
    EXPECT_EQ(store.claimed_epoch().error().code, Code::io_failed);
    EXPECT_EQ(store.fired(), 3U);
    EXPECT_EQ(memory.slots(), 1U);
}

TEST(FailingStoreTest, FailedOperationDoesNothingUnderneath) {
    host::MemoryStore memory{geometry};
    FailingStore store{memory};
    ASSERT_TRUE(store.extend().has_value());
    store.plan({.operation = 0});
    EXPECT_FALSE(store.write({slot, 0}, one_block).has_value());
    EXPECT_TRUE(is_zero(memory.slot_bytes(slot)));
}

} // namespace axiom::test

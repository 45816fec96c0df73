// The lying store lies exactly as asked, each lie visible as the fault model says, and by seed
// alone.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <set>
#include <vector>

#include <tests/support/lying_store.hpp>

namespace axiom::test {

namespace {

constexpr StoreGeometry geometry{.storage_block_bytes = 4096, .segment_bytes = 8 * 4096};
constexpr std::size_t block = geometry.storage_block_bytes;

std::vector<std::byte> filled(std::size_t bytes, unsigned value) {
    return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

/// A store with one slot, whose block 0 is durable with value 1.
class LyingStoreTest : public testing::Test {
  protected:
    LyingStore made(std::uint64_t seed) {
        LyingStore store{geometry, seed};
        EXPECT_TRUE(store.extend().has_value());
        EXPECT_TRUE(store.write({SlotIndex{0}, 0}, filled(block, 1)).has_value());
        EXPECT_TRUE(store.flush().has_value());
        return store;
    }

    static std::vector<std::byte> read(LyingStore& store, std::uint64_t offset,
                                       std::size_t bytes = block) {
        std::vector<std::byte> data(bytes);
        EXPECT_TRUE(store.read({SlotIndex{0}, offset}, data).has_value());
        return data;
    }

    /// How many of `seeds` runs end in a state for which `holds` is true.
    static unsigned count(unsigned seeds, std::function<bool(std::uint64_t)> const& holds) {
        unsigned hits = 0;
        for (unsigned seed = 0; seed < seeds; ++seed) {
            hits += holds(seed) ? 1 : 0;
        }
        return hits;
    }
};

} // namespace

TEST_F(LyingStoreTest, CrashKeepsWhatWasFlushed) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        LyingStore store = made(seed);
        ASSERT_TRUE(store.write({SlotIndex{0}, block}, filled(block, 2)).has_value());
        store.crash();
        EXPECT_EQ(read(store, 0), filled(block, 1)) << "seed " << seed;
    }
}

TEST_F(LyingStoreTest, CrashMayKeepLoseAndTearWhatWasNotFlushed) {
    unsigned whole = 0;
    unsigned lost = 0;
    unsigned torn_between_sectors = 0;
    unsigned torn_inside = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        LyingStore store = made(seed);
        ASSERT_TRUE(store.write({SlotIndex{0}, block}, filled(block, 2)).has_value());
        store.crash();
        std::vector<std::byte> const after = read(store, block);
        bool mixed = false;
        for (std::size_t at = 0; at < block; at += sector_bytes) {
            std::set<std::byte> const values(after.begin() + static_cast<std::ptrdiff_t>(at),
                                             after.begin() +
                                                 static_cast<std::ptrdiff_t>(at + sector_bytes));
            mixed = mixed || values.size() > 1;
        }
        whole += after == filled(block, 2) ? 1 : 0;
        lost += after == filled(block, 0) ? 1 : 0;
        torn_inside += mixed ? 1 : 0;
        torn_between_sectors +=
            !mixed && after != filled(block, 2) && after != filled(block, 0) ? 1 : 0;
    }
    EXPECT_GT(whole, 0U);
    EXPECT_GT(lost, 0U);
    EXPECT_GT(torn_between_sectors, 0U);
    EXPECT_GT(torn_inside, 0U);
}

TEST_F(LyingStoreTest, CrashReordersWritesBetweenFlushes) {
    EXPECT_GT(count(200,
                    [&](std::uint64_t seed) {
                        LyingStore store = made(seed);
                        static_cast<void>(store.write({SlotIndex{0}, block}, filled(block, 2)));
                        static_cast<void>(store.write({SlotIndex{0}, 2 * block}, filled(block, 3)));
                        store.crash();
                        return read(store, block) == filled(block, 0) &&
                               read(store, 2 * block) == filled(block, 3);
                    }),
              0U);
}

TEST_F(LyingStoreTest, SameSeedGivesTheSameMedium) {
    auto const run = [&](std::uint64_t seed) {
        LyingStore store = made(seed);
        store.plan_always(Fault::misdirected_write, 300);
        for (unsigned value = 2; value < 7; ++value) {
            static_cast<void>(store.write({SlotIndex{0}, value * block}, filled(block, value)));
        }
        store.crash();
        return read(store, 0, geometry.segment_bytes);
    };
    EXPECT_EQ(run(7), run(7));
    EXPECT_GT(count(20, [&](std::uint64_t seed) { return run(seed) != run(7); }), 0U);
}

TEST_F(LyingStoreTest, DroppedFlushSaysYesAndMayLoseWhatItCovered) {
    EXPECT_GT(count(50,
                    [&](std::uint64_t seed) {
                        LyingStore store = made(seed);
                        static_cast<void>(store.write({SlotIndex{0}, block}, filled(block, 2)));
                        store.plan(Fault::dropped_flush, 0);
                        EXPECT_TRUE(store.flush().has_value());
                        EXPECT_EQ(store.fired(Fault::dropped_flush), 1U);
                        store.crash();
                        return read(store, block) != filled(block, 2);
                    }),
              0U);
}

TEST_F(LyingStoreTest, FailedFlushLeavesPagesCleanAndALaterFlushDoesNotBringThem) {
    EXPECT_GT(count(50,
                    [&](std::uint64_t seed) {
                        LyingStore store = made(seed);
                        static_cast<void>(store.write({SlotIndex{0}, block}, filled(block, 2)));
                        store.plan(Fault::flush_error, 0);
                        EXPECT_EQ(store.flush().error().code, Code::flush_failed);
                        EXPECT_EQ(read(store, block), filled(block, 2)); // reads back all the same
                        EXPECT_TRUE(store.flush().has_value());          // and the second one lies
                        EXPECT_EQ(store.operations_after_failed_flush(), 1U);
                        store.crash();
                        return read(store, block) != filled(block, 2);
                    }),
              0U);
}

TEST_F(LyingStoreTest, FlushErrorForGoodFailsEveryLaterFlush) {
    LyingStore store = made(1);
    store.plan(Fault::flush_error_for_good, 0);
    for (int attempt = 0; attempt < 3; ++attempt) {
        EXPECT_EQ(store.flush().error().code, Code::flush_failed);
    }
}

TEST_F(LyingStoreTest, MisdirectedWriteLandsAtAnotherAlignedPlace) {
    LyingStore store = made(3);
    store.plan(Fault::misdirected_write, 0);
    ASSERT_TRUE(store.write({SlotIndex{0}, block}, filled(block, 9)).has_value());
    std::vector<std::byte> const all = read(store, 0, geometry.segment_bytes);
    EXPECT_EQ(read(store, block), filled(block, 0));
    EXPECT_EQ(std::ranges::count(all, std::byte{9}), static_cast<std::ptrdiff_t>(block));
}

TEST_F(LyingStoreTest, MisdirectedReadGivesAnotherPlacesBytes) {
    LyingStore store = made(4);
    ASSERT_TRUE(store.write({SlotIndex{0}, block}, filled(7 * block, 9)).has_value());
    store.plan(Fault::misdirected_read, 0);
    EXPECT_EQ(read(store, 0), filled(block, 9));
    EXPECT_EQ(read(store, 0), filled(block, 1));
}

TEST_F(LyingStoreTest, StaleReadGivesWhatWasThereBefore) {
    LyingStore store = made(5);
    ASSERT_TRUE(store.write({SlotIndex{0}, 0}, filled(block, 2)).has_value());
    ASSERT_TRUE(store.flush().has_value());
    store.plan(Fault::stale_read, 0);
    EXPECT_EQ(read(store, 0), filled(block, 1));
    EXPECT_EQ(read(store, 0), filled(block, 2));
}

TEST_F(LyingStoreTest, RotFlipsExactlyAsManyBitsAndSurvivesACrash) {
    LyingStore store = made(6);
    store.rot_anywhere({SlotIndex{0}, 0}, block, 3);
    store.crash();
    unsigned flipped = 0;
    for (std::byte const byte : read(store, 0)) {
        flipped +=
            static_cast<unsigned>(std::popcount(std::to_integer<unsigned>(byte ^ std::byte{1})));
    }
    EXPECT_EQ(flipped, 3U);
}

TEST_F(LyingStoreTest, LostSectorFailsReadsUntilItIsWrittenAgain) {
    LyingStore store = made(7);
    std::vector<std::byte> room(block);
    store.lose({SlotIndex{0}, sector_bytes}, 1);
    EXPECT_EQ(store.read({SlotIndex{0}, 0}, room).error().code, Code::io_failed);
    EXPECT_TRUE(store.read({SlotIndex{0}, block}, room).has_value());
    ASSERT_TRUE(store.write({SlotIndex{0}, 0}, filled(block, 8)).has_value());
    EXPECT_EQ(read(store, 0), filled(block, 8));
}

TEST_F(LyingStoreTest, ShortWriteAndFullDiskRefuseAndWriteAtMostAPart) {
    for (Fault const fault : {Fault::short_write, Fault::no_space}) {
        LyingStore store = made(8);
        store.plan(fault, 0);
        Result<void> const refused = store.write({SlotIndex{0}, block}, filled(4 * block, 9));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code,
                  fault == Fault::no_space ? Code::store_full : Code::short_transfer);
        std::vector<std::byte> const all = read(store, 0, geometry.segment_bytes);
        EXPECT_LT(std::ranges::count(all, std::byte{9}), static_cast<std::ptrdiff_t>(5 * block));
        EXPECT_EQ(read(store, 0), filled(block, 1));
    }
}

TEST_F(LyingStoreTest, NewSlotMayBeGoneOrShortAfterACrashUntilAFlush) {
    unsigned gone = 0;
    unsigned cut = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        LyingStore store{geometry, seed};
        store.plan_always(Fault::name_lag, 1000);
        ASSERT_TRUE(store.extend().has_value());
        store.crash();
        std::vector<std::byte> room(geometry.segment_bytes);
        gone += store.slots() == 0 ? 1 : 0;
        cut += store.slots() == 1 && !store.read({SlotIndex{0}, 0}, room) ? 1 : 0;
    }
    EXPECT_GT(gone, 0U);
    EXPECT_GT(cut, 0U);

    LyingStore store{geometry, 1};
    store.plan_always(Fault::name_lag, 1000);
    ASSERT_TRUE(store.extend().has_value());
    ASSERT_TRUE(store.flush().has_value());
    store.crash();
    EXPECT_EQ(read(store, 0, geometry.segment_bytes), filled(geometry.segment_bytes, 0));
}

TEST_F(LyingStoreTest, PowerCutFailsEverythingUntilTheCrashIsOver) {
    LyingStore store = made(9);
    store.plan(Fault::power_cut, store.operations());
    EXPECT_FALSE(store.write({SlotIndex{0}, block}, filled(block, 2)).has_value());
    EXPECT_FALSE(store.is_powered());
    std::vector<std::byte> room(block);
    EXPECT_EQ(store.read({SlotIndex{0}, 0}, room).error().code, Code::io_failed);
    EXPECT_EQ(store.flush().error().code, Code::io_failed);
    EXPECT_EQ(store.claim_epoch(Epoch{1}).error().code, Code::io_failed);
    EXPECT_EQ(store.extend().error().code, Code::io_failed);
    store.crash();
    EXPECT_EQ(read(store, 0), filled(block, 1));
    EXPECT_EQ(store.claimed_epoch().value(), Epoch{0});
}

TEST_F(LyingStoreTest, CutSlotEndsEarly) {
    LyingStore store = made(10);
    store.cut({SlotIndex{0}, 2 * block});
    std::vector<std::byte> room(2 * block);
    EXPECT_TRUE(store.read({SlotIndex{0}, 0}, room).has_value());
    EXPECT_EQ(store.read({SlotIndex{0}, block}, room).error().code, Code::size_changed);
}

} // namespace axiom::test

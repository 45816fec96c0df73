// Two stores as one: who answers for whom, who is dropped and when nobody is.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/mirror_store.hpp>
#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/failing_store.hpp>

namespace axiom::host {

namespace {

using test::FailingStore;
using test::Operation;

constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 8 * 512};
constexpr std::size_t block = geometry.storage_block_bytes;
constexpr SlotIndex slot{0};
constexpr MirrorSide first_side = MirrorSide::first;
constexpr MirrorSide second_side = MirrorSide::second;

std::vector<std::byte> filled(std::size_t bytes, unsigned value) {
    return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

/// Refuses the writes that begin with one value, and lets nobody go before `people` have written.
class MeetingStore final : public WrappedStore {
  public:
    MeetingStore(Store& inner, unsigned refused, unsigned people)
        : WrappedStore{inner}, refused_{refused}, people_{people} {}

    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        Result<void> outcome = from[0] == static_cast<std::byte>(refused_)
                                   ? fail(Code::io_failed, to.offset)
                                   : WrappedStore::write(to, from);
        written_.fetch_add(1);
        while (written_.load() % people_ != 0) {
            std::this_thread::yield();
        }
        return outcome;
    }

  private:
    unsigned refused_;
    unsigned people_;
    std::atomic<unsigned> written_{0};
};

} // namespace

/// A mirror of two memories behind failing stores, with one slot whose block 0 is written.
class MirrorStoreTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(mirror_.extend().has_value());
        ASSERT_TRUE(mirror_.write({slot, 0}, filled(block, 1)).has_value());
        ASSERT_TRUE(mirror_.flush().has_value());
    }

    static std::vector<std::byte> read_of(MirrorStore& mirror) {
        std::vector<std::byte> seen(block);
        EXPECT_TRUE(mirror.read({slot, 0}, seen).has_value());
        return seen;
    }
    std::vector<std::byte> read() { return read_of(mirror_); }

    bool are_equal(SlotIndex which = slot) {
        return equal_bytes(first_memory_.slot_bytes(which), second_memory_.slot_bytes(which));
    }

    MemoryStore first_memory_{geometry, 3};
    MemoryStore second_memory_{geometry, 3};
    FailingStore first_{first_memory_};
    FailingStore second_{second_memory_};
    MirrorStore mirror_{first_, second_};
};

TEST_F(MirrorStoreTest, EveryChangeReachesBoth) {
    ASSERT_TRUE(mirror_.write({slot, block}, filled(3 * block, 2)).has_value());
    ASSERT_TRUE(mirror_.discard({slot, 3 * block}).has_value());
    ASSERT_TRUE(mirror_.claim_epoch(Epoch{2}).has_value());
    EXPECT_TRUE(are_equal());
    EXPECT_EQ(first_memory_.claimed_epoch().value(), Epoch{2});
    EXPECT_EQ(second_memory_.claimed_epoch().value(), Epoch{2});
    EXPECT_EQ(first_.operations(Operation::flush), second_.operations(Operation::flush));
}

TEST_F(MirrorStoreTest, UnlikePairsAreRefused) {
    MemoryStore other{{.storage_block_bytes = 512, .segment_bytes = 1024}};
    EXPECT_EQ(MirrorStore::check_pair(first_memory_, other).error().code, Code::mirrors_differ);
    EXPECT_EQ(MirrorStore::check_pair(first_memory_, first_memory_).error().code,
              Code::mirrors_differ);
    EXPECT_TRUE(MirrorStore::check_pair(first_memory_, second_memory_).has_value());
}

TEST_F(MirrorStoreTest, FailedReadIsAnsweredByTheOtherAndCounted) {
    first_.plan({.operation = 0});
    EXPECT_EQ(read(), filled(block, 1));
    EXPECT_EQ(mirror_.state(first_side).failed_reads, 1U);
    EXPECT_TRUE(mirror_.state(first_side).is_live);
    first_.plan({.operation = 0});
    second_.plan({.operation = 0});
    std::vector<std::byte> room(block);
    EXPECT_EQ(mirror_.read({slot, 0}, room).error().code, Code::io_failed);
    EXPECT_EQ(mirror_.state(second_side).failed_reads, 1U);
}

TEST_F(MirrorStoreTest, SideThatFailsAChangeIsDroppedForAllToSeeAndNotReadAgain) {
    for (Operation const operation : {Operation::write, Operation::flush}) {
        MemoryStore left{geometry};
        MemoryStore right{geometry};
        FailingStore failing{left};
        MirrorStore mirror{failing, right};
        ASSERT_TRUE(mirror.extend().has_value());
        failing.plan({.operation = operation == Operation::write ? 0U : 1U});
        EXPECT_TRUE(mirror.write({slot, 0}, filled(block, 4)).has_value());
        EXPECT_TRUE(mirror.flush().has_value());
        MirrorSideState const state = mirror.state(first_side);
        EXPECT_FALSE(state.is_live);
        EXPECT_EQ(state.why_dropped.code,
                  operation == Operation::write ? Code::io_failed : Code::flush_failed);
        std::uint64_t const operations = failing.operations();
        std::vector<std::byte> seen(block);
        ASSERT_TRUE(mirror.read({slot, 0}, seen).has_value());
        EXPECT_EQ(seen, filled(block, 4));
        EXPECT_TRUE(mirror.write({slot, block}, filled(block, 5)).has_value());
        EXPECT_EQ(failing.operations(), operations); // left alone from then on
    }
}

TEST_F(MirrorStoreTest, WhenBothFailNobodyIsDroppedAndTheErrorIsTheAnswer) {
    first_.plan({.operation = 0});
    second_.plan({.operation = 0});
    EXPECT_EQ(mirror_.write({slot, block}, filled(block, 2)).error().code, Code::io_failed);
    first_.plan({.operation = 0});
    second_.plan({.operation = 0});
    EXPECT_EQ(mirror_.flush().error().code, Code::flush_failed);
    EXPECT_TRUE(mirror_.state(first_side).is_live);
    EXPECT_TRUE(mirror_.state(second_side).is_live);
}

TEST_F(MirrorStoreTest, LastSideThatFailsIsAnErrorAndNotDropped) {
    first_.plan({.operation = 0});
    ASSERT_TRUE(mirror_.flush().has_value()); // drops the first
    second_.plan({.operation = 0});
    EXPECT_EQ(mirror_.flush().error().code, Code::flush_failed);
    EXPECT_TRUE(mirror_.state(second_side).is_live);
    EXPECT_FALSE(mirror_.state(first_side).is_live);
}

TEST_F(MirrorStoreTest, ChangesAtOnceThatFailOnDifferentSidesLeaveOneLiveAndOneToldOfIt) {
    // Each of the two writes is on one side alone. Whoever is second has nothing that stays.
    for (unsigned round = 0; round < 3000; ++round) {
        MemoryStore left_memory{geometry};
        MemoryStore right_memory{geometry};
        MeetingStore left{left_memory, 7, 1};
        MeetingStore right{right_memory, 6, 2};
        MirrorStore mirror{left, right};
        ASSERT_TRUE(mirror.extend().has_value());
        std::array<bool, 2> succeeded{};
        auto const write = [&](unsigned who) {
            std::vector<std::byte> const data = filled(block, 6 + who);
            succeeded[who] = mirror.write({slot, who * block}, data).has_value();
        };
        {
            std::jthread const one{write, 0U};
            write(1);
        }
        ASSERT_NE(mirror.state(first_side).is_live, mirror.state(second_side).is_live)
            << "round " << round;
        ASSERT_NE(succeeded[0], succeeded[1]) << "round " << round;
        ASSERT_EQ(succeeded[0], mirror.state(first_side).is_live) << "round " << round;
        ASSERT_TRUE(mirror.flush().has_value());
    }
}

TEST_F(MirrorStoreTest, SideThatIsDroppedTakesItsExtraSlotAlong) {
    for (bool const small_fails : {true, false}) {
        MemoryStore small_memory{geometry, 1};
        MemoryStore large_memory{geometry, 4};
        FailingStore small{small_memory};
        FailingStore large{large_memory};
        MirrorStore mirror{small, large};
        ASSERT_TRUE(mirror.extend().has_value());
        ASSERT_EQ(mirror.extend().error().code, Code::store_full);
        ASSERT_EQ(large_memory.slots(), 2U);
        (small_fails ? small : large).plan({.operation = 0});
        ASSERT_TRUE(mirror.write({slot, 0}, filled(block, 3)).has_value());
        EXPECT_EQ(mirror.slots(), 1U);
        EXPECT_EQ(read_of(mirror), filled(block, 3));
        Result<SlotIndex> const next = mirror.extend();
        EXPECT_EQ(next.has_value(), small_fails);
        EXPECT_EQ(mirror.slots(), small_fails ? 2U : 1U);
    }
}

TEST_F(MirrorStoreTest, FullSideMakesTheMirrorFullAndNothingChanges) {
    for (bool const small_first : {true, false}) {
        MemoryStore small{geometry, 1};
        MemoryStore large{geometry, 4};
        MirrorStore mirror{small_first ? small : large, small_first ? large : small};
        while (mirror.slots() < 1) {
            ASSERT_TRUE(mirror.extend().has_value());
        }
        for (int attempt = 0; attempt < 3; ++attempt) {
            EXPECT_EQ(mirror.extend().error().code, Code::store_full);
            EXPECT_EQ(mirror.slots(), 1U);
        }
        EXPECT_TRUE(mirror.state(first_side).is_live && mirror.state(second_side).is_live);
        EXPECT_LE(large.slots(), 2U);
    }
}

TEST_F(MirrorStoreTest, SlotThatOneSideDidNotGetBeforeACrashIsTheNextOne) {
    ASSERT_TRUE(first_memory_.extend().has_value()); // and then power went
    MirrorStore again{first_, second_};
    EXPECT_EQ(again.slots(), 1U);
    ASSERT_EQ(again.extend(), SlotIndex{1});
    EXPECT_EQ(first_memory_.slots(), 2U);
    ASSERT_TRUE(again.write({SlotIndex{1}, 0}, filled(block, 8)).has_value());
    EXPECT_EQ(second_memory_.slots(), 2U);
    EXPECT_TRUE(are_equal(SlotIndex{1}));
}

TEST_F(MirrorStoreTest, ClaimOfEitherSideCounts) {
    ASSERT_TRUE(second_memory_.claim_epoch(Epoch{6}).has_value());
    EXPECT_EQ(mirror_.claimed_epoch().value(), Epoch{6});
    EXPECT_EQ(mirror_.claim_epoch(Epoch{6}).error(), (Error{Code::fenced, 6, 6}));
    EXPECT_EQ(first_memory_.claimed_epoch().value(), Epoch{0});
    EXPECT_TRUE(mirror_.claim_epoch(Epoch{7}).has_value());
    EXPECT_EQ(first_memory_.claimed_epoch().value(), Epoch{7});
}

} // namespace axiom::host

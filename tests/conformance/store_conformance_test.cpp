// What every store promises, checked against every store that there is (store_worlds.cpp lists
// them).

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include <tests/conformance/store_worlds.hpp>

namespace axiom::test {

namespace {

constexpr std::size_t block = small_geometry.storage_block_bytes;
constexpr std::size_t slot_bytes = small_geometry.segment_bytes;

std::vector<std::byte> filled(std::size_t bytes, unsigned value) {
    return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

std::vector<std::byte> read_slot(Store& store, SlotIndex slot) {
    std::vector<std::byte> bytes = filled(slot_bytes, 0xEE);
    EXPECT_TRUE(store.read({slot, 0}, bytes).has_value());
    return bytes;
}

} // namespace

class StoreConformance : public testing::TestWithParam<StoreKind> {
  protected:
    void SetUp() override { world_ = GetParam().make(); }

    Store& store() { return world_->store(); }
    StoreWorld& world() { return *world_; }

    SlotIndex extend() {
        Result<SlotIndex> const slot = store().extend();
        EXPECT_TRUE(slot.has_value());
        return slot.value_or(SlotIndex{});
    }

    /// `refused` is `code`, and every slot is as it was in `before`.
    void expect_refused(Result<void> const& refused, Code code,
                        std::vector<std::vector<std::byte>> const& before) {
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, code);
        ASSERT_EQ(store().slots(), before.size());
        for (std::uint32_t slot = 0; slot < before.size(); ++slot) {
            EXPECT_EQ(read_slot(store(), SlotIndex{slot}), before[slot]) << "slot " << slot;
        }
    }

  private:
    std::unique_ptr<StoreWorld> world_;
};

TEST_P(StoreConformance, GeometryIsTheOneItWasMadeWith) {
    EXPECT_EQ(store().geometry(), small_geometry);
    EXPECT_EQ(store().slots(), 0U);
}

TEST_P(StoreConformance, ExtendGivesConsecutiveSlotsOfZeros) {
    for (std::uint32_t expected = 0; expected < 3; ++expected) {
        EXPECT_EQ(extend().value, expected);
        EXPECT_EQ(store().slots(), expected + 1);
        EXPECT_EQ(read_slot(store(), SlotIndex{expected}), filled(slot_bytes, 0));
    }
}

TEST_P(StoreConformance, WriteIsReadBackAndTouchesNothingElse) {
    SlotIndex const first = extend();
    SlotIndex const second = extend();
    std::vector<std::byte> const data = filled(2 * block, 0x5A);
    ASSERT_TRUE(store().write({second, 3 * block}, data).has_value());

    std::vector<std::byte> expected = filled(slot_bytes, 0);
    std::ranges::copy(data, expected.begin() + 3 * block);
    EXPECT_EQ(read_slot(store(), second), expected);
    EXPECT_EQ(read_slot(store(), first), filled(slot_bytes, 0));
    EXPECT_TRUE(store().flush().has_value());
    EXPECT_EQ(read_slot(store(), second), expected);
}

TEST_P(StoreConformance, WholeSlotIsWrittenAndReadAtOnce) {
    SlotIndex const slot = extend();
    std::vector<std::byte> data = filled(slot_bytes, 0);
    for (std::size_t index = 0; index < data.size(); ++index) {
        data[index] = static_cast<std::byte>(index * 7 + index / block);
    }
    ASSERT_TRUE(store().write({slot, 0}, data).has_value());
    ASSERT_TRUE(store().flush().has_value());
    EXPECT_EQ(read_slot(store(), slot), data);
}

TEST_P(StoreConformance, LaterWriteReplacesEarlierOne) {
    SlotIndex const slot = extend();
    ASSERT_TRUE(store().write({slot, 0}, filled(2 * block, 1)).has_value());
    ASSERT_TRUE(store().write({slot, block}, filled(block, 2)).has_value());
    std::vector<std::byte> got = filled(2 * block, 0);
    ASSERT_TRUE(store().read({slot, 0}, got).has_value());
    EXPECT_EQ(got[block - 1], std::byte{1});
    EXPECT_EQ(got[block], std::byte{2});
}

TEST_P(StoreConformance, EmptyTransferAndEmptyDiscardDoNothing) {
    SlotIndex const slot = extend();
    ASSERT_TRUE(store().write({slot, 0}, filled(slot_bytes, 9)).has_value());
    EXPECT_TRUE(store().write({slot, slot_bytes}, {}).has_value());
    EXPECT_TRUE(store().read({slot, slot_bytes}, {}).has_value());
    EXPECT_TRUE(store().discard({slot, slot_bytes}).has_value());
    EXPECT_EQ(read_slot(store(), slot), filled(slot_bytes, 9));
}

TEST_P(StoreConformance, RangesThatAreNotWholeBlocksOfASlotAreRefused) {
    SlotIndex const slot = extend();
    ASSERT_TRUE(store().write({slot, 0}, filled(slot_bytes, 3)).has_value());
    std::vector<std::vector<std::byte>> const before{read_slot(store(), slot)};
    std::vector<std::byte> const data = filled(2 * block, 4);
    std::vector<std::byte> room = filled(2 * block, 0);
    Bytes const one{data.data(), block};

    expect_refused(store().write({slot, 1}, one), Code::out_of_range, before);
    expect_refused(store().write({slot, 0}, {data.data(), block - 1}), Code::out_of_range, before);
    expect_refused(store().write({slot, slot_bytes - block}, data), Code::out_of_range, before);
    expect_refused(store().write({slot, slot_bytes}, one), Code::out_of_range, before);
    expect_refused(store().write({slot, ~std::uint64_t{0} - block + 1}, data), Code::out_of_range,
                   before);
    expect_refused(store().write({SlotIndex{1}, 0}, one), Code::out_of_range, before);
    expect_refused(store().read({slot, 512}, MutableBytes{room}.first(block)), Code::out_of_range,
                   before);
    expect_refused(store().read({slot, slot_bytes - block}, room), Code::out_of_range, before);
    expect_refused(store().read({SlotIndex{~0U}, 0}, room), Code::out_of_range, before);
    expect_refused(store().discard({slot, 8}), Code::out_of_range, before);
    expect_refused(store().discard({SlotIndex{1}, 0}), Code::out_of_range, before);
    expect_refused(store().discard({slot, slot_bytes + block}), Code::out_of_range, before);
}

TEST_P(StoreConformance, DiscardZeroesFromItsPlaceToTheSlotsEndAndNoFurther) {
    SlotIndex const slot = extend();
    SlotIndex const next = extend();
    ASSERT_TRUE(store().write({slot, 0}, filled(slot_bytes, 5)).has_value());
    ASSERT_TRUE(store().write({next, 0}, filled(slot_bytes, 6)).has_value());
    ASSERT_TRUE(store().flush().has_value());
    ASSERT_TRUE(store().discard({slot, 4 * block}).has_value());
    ASSERT_TRUE(store().flush().has_value());

    std::vector<std::byte> expected = filled(slot_bytes, 0);
    std::fill_n(expected.begin(), 4 * block, std::byte{5});
    EXPECT_EQ(read_slot(store(), slot), expected);
    EXPECT_EQ(read_slot(store(), next), filled(slot_bytes, 6));
}

TEST_P(StoreConformance, DiscardedSlotTakesWritesAgain) {
    SlotIndex const slot = extend();
    ASSERT_TRUE(store().write({slot, 0}, filled(slot_bytes, 5)).has_value());
    ASSERT_TRUE(store().discard({slot, 0}).has_value());
    ASSERT_TRUE(store().flush().has_value());
    ASSERT_TRUE(store().write({slot, 0}, filled(block, 7)).has_value());
    ASSERT_TRUE(store().flush().has_value());
    std::vector<std::byte> expected = filled(slot_bytes, 0);
    std::fill_n(expected.begin(), block, std::byte{7});
    EXPECT_EQ(read_slot(store(), slot), expected);
    EXPECT_EQ(store().slots(), 1U);
}

TEST_P(StoreConformance, EpochOnlyRises) {
    EXPECT_EQ(store().claimed_epoch().value(), Epoch{0});
    EXPECT_TRUE(store().claim_epoch(Epoch{1}).has_value());
    EXPECT_EQ(store().claimed_epoch().value(), Epoch{1});
    EXPECT_TRUE(store().claim_epoch(Epoch{5}).has_value());
    for (std::uint64_t const late : {0U, 1U, 4U, 5U}) {
        Result<void> const refused = store().claim_epoch(Epoch{late});
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, Code::fenced);
        EXPECT_EQ(refused.error().where, 5U);
        EXPECT_EQ(store().claimed_epoch().value(), Epoch{5});
    }
    EXPECT_TRUE(store().claim_epoch(Epoch{~std::uint64_t{0}}).has_value());
    EXPECT_EQ(store().claimed_epoch().value(), Epoch{~std::uint64_t{0}});
}

TEST_P(StoreConformance, FlushWithNothingToFlushSucceeds) {
    EXPECT_TRUE(store().flush().has_value());
    static_cast<void>(extend());
    EXPECT_TRUE(store().flush().has_value());
    EXPECT_TRUE(store().flush().has_value());
}

TEST_P(StoreConformance, EverythingIsThereAfterReopening) {
    SlotIndex const slot = extend();
    SlotIndex const empty = extend();
    ASSERT_TRUE(store().write({slot, block}, filled(block, 0xA5)).has_value());
    ASSERT_TRUE(store().claim_epoch(Epoch{3}).has_value());
    ASSERT_TRUE(store().flush().has_value());
    std::vector<std::byte> const expected = read_slot(store(), slot);
    if (!world().reopen()) {
        return;
    }
    EXPECT_EQ(store().geometry(), small_geometry);
    EXPECT_EQ(store().slots(), 2U);
    EXPECT_EQ(read_slot(store(), slot), expected);
    EXPECT_EQ(read_slot(store(), empty), filled(slot_bytes, 0));
    EXPECT_EQ(store().claimed_epoch().value(), Epoch{3});
    EXPECT_EQ(store().claim_epoch(Epoch{3}).error().code, Code::fenced);
    EXPECT_EQ(extend().value, 2U);
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, testing::ValuesIn(store_kinds()),
                         [](auto const& info) { return info.param.name; });

} // namespace axiom::test

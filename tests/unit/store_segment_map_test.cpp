// Which slot holds which segment, when slots disagree.

#include <gtest/gtest.h>

#include <axiom/store/recovery.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/live_world.hpp>

namespace axiom::test {
namespace {

// Recovers what lies on the medium.
Result<store::Recovered> recovered(Store& medium) {
    std::vector<std::byte> memory(store::SegmentMap::bytes_for(64));
    Arena arena{memory};
    store::SegmentMap map{arena, 64};
    std::vector<std::byte> buffer(4U << 20U);
    store::SegmentWindow window{medium, buffer};
    TRY(map.load(host::portable_engine(), window));
    return store::recover(host::portable_engine(), window, map, nullptr);
}

class SegmentMapTest : public testing::Test {
  protected:
    SegmentMapTest() {
        EXPECT_TRUE(world_.create());
        auto live = world_.open();
        EXPECT_TRUE(live);
        for (std::uint64_t now = 1; now <= 200; ++now) {
            EXPECT_TRUE(LiveWorld::tick(**live, now));
            EXPECT_TRUE((*live)->commit((*live)->next_sequence()));
        }
        EXPECT_TRUE((*live)->close());
        EXPECT_GT(medium_.slots(), 3U);
    }

    // The slot that holds the newest segment.
    SlotIndex newest() {
        SlotIndex slot{};
        std::uint64_t number = 0;
        for (std::uint32_t index = 0; index < medium_.slots(); ++index) {
            Bytes const bytes = medium_.slot_bytes(SlotIndex{index});
            auto const header = store::decode_segment_header(host::portable_engine(), bytes);
            if (header && header->number.value >= number) {
                number = header->number.value;
                slot = SlotIndex{index};
            }
        }
        return slot;
    }

    host::MemoryStore medium_{tiny_segments, 64};
    LiveWorld world_{medium_};
};

TEST_F(SegmentMapTest, ASegmentWhoseHeaderReadsAsZerosIsMissedNotForgotten) {
    MutableBytes const bytes = medium_.slot_bytes(newest());
    zero_bytes(bytes.first(tiny_segments.storage_block_bytes));
    auto const outcome = recovered(medium_);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::rot_below_watermark);
}

TEST_F(SegmentMapTest, ASegmentWhoseHeaderIsDamagedIsMissedNotForgotten) {
    medium_.slot_bytes(newest())[100] ^= std::byte{1};
    auto const outcome = recovered(medium_);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::rot_below_watermark);
}

TEST_F(SegmentMapTest, AFencedWriterSSegmentOfTheSameNumberIsNotBelieved) {
    SlotIndex const slot = newest();
    auto const before = recovered(medium_);
    ASSERT_TRUE(before);
    auto forged =
        store::decode_segment_header(host::portable_engine(), medium_.slot_bytes(slot)).value();
    forged.epoch.value -= 1;
    forged.generation = 7;
    store::seal_header(host::portable_engine(), forged);
    auto const late = medium_.extend();
    ASSERT_TRUE(late);
    copy_bytes(medium_.slot_bytes(*late), store::header_bytes(forged));
    auto const after = recovered(medium_);
    ASSERT_TRUE(after) << text_of(after.error().code).name;
    EXPECT_EQ(after->chain.next, before->chain.next);
    EXPECT_EQ(after->chain.head, before->chain.head);
}

} // namespace
} // namespace axiom::test

// The medium of a log as its keeper answers for it: what a flush that failed means.

#include <gtest/gtest.h>

#include <vector>

#include <sim-host/devices/storage/medium.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/failing_store.hpp>

namespace axiom::host {
namespace {

using namespace store_api;

class DeviceMedium : public testing::Test {
  protected:
    void open_with_a_slot() {
        ASSERT_TRUE(medium_.on({}, Open{}));
        ASSERT_TRUE(medium_.on({}, Extend{}));
        ASSERT_TRUE(medium_.on({}, Write{.slot = 0, .offset = 0, .bytes = 512}));
    }

    static constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 16 * 512};
    MemoryStore memory_{geometry};
    test::FailingStore store_{memory_};
    std::vector<std::byte> shared_ = std::vector<std::byte>(4096);
    Medium medium_{shared_, [this]() -> Result<Store*> { return &store_; }};
};

TEST_F(DeviceMedium, AFlushThatFailedIsItsEnd) {
    open_with_a_slot();
    ASSERT_TRUE(medium_.on({}, Flush{}));
    EXPECT_TRUE(medium_.goes_on());
    store_.plan({.operation = 0});
    EXPECT_FALSE(medium_.on({}, Flush{}));
    EXPECT_FALSE(medium_.goes_on());
    ASSERT_TRUE(medium_.on({}, Flush{})); // what a disk says afterwards is not believed
    EXPECT_FALSE(medium_.goes_on());
}

TEST_F(DeviceMedium, AClaimThatFailedIsItsEnd) {
    open_with_a_slot();
    store_.plan({.operation = 0});
    EXPECT_FALSE(medium_.on({}, ClaimEpoch{.epoch = 7}));
    EXPECT_FALSE(medium_.goes_on());
}

TEST_F(DeviceMedium, AReadOrAWriteThatFailedIsAnAnswer) {
    open_with_a_slot();
    store_.plan({.operation = 0, .from_then_on = true});
    EXPECT_FALSE(medium_.on({}, Read{.slot = 0, .offset = 0, .bytes = 512}));
    EXPECT_FALSE(medium_.on({}, Write{.slot = 0, .offset = 0, .bytes = 512}));
    EXPECT_TRUE(medium_.goes_on());
}

TEST_F(DeviceMedium, WhoGoesOnWithOneThatNobodyHasOpenedIsToldThatThereIsNoLog) {
    auto const code = [](auto const& done) { return done ? Code{} : done.error().code; };
    EXPECT_EQ(code(medium_.on({}, Write{.slot = 0, .offset = 0, .bytes = 512})), Code::not_a_log);
    EXPECT_EQ(code(medium_.on({}, Flush{})), Code::not_a_log);
    EXPECT_EQ(code(medium_.on({}, Extend{})), Code::not_a_log);
    EXPECT_EQ(code(medium_.on({}, ClaimEpoch{.epoch = 1})), Code::not_a_log);
    EXPECT_TRUE(medium_.goes_on());
    EXPECT_EQ(store_.operations(), 0U);
}

TEST_F(DeviceMedium, NothingIsReadOrWrittenOutsideTheRegionOrTheSlot) {
    open_with_a_slot();
    std::uint64_t const before = store_.operations();
    for (std::uint64_t const bytes : {std::uint64_t{4608}, ~std::uint64_t{0}}) {
        EXPECT_FALSE(medium_.on({}, Read{.slot = 0, .offset = 0, .bytes = bytes}));
        EXPECT_FALSE(medium_.on({}, Write{.slot = 0, .offset = 0, .bytes = bytes}));
    }
    EXPECT_FALSE(medium_.on({}, Write{.slot = 1, .offset = 0, .bytes = 512}));
    EXPECT_FALSE(medium_.on({}, Write{.slot = 0, .offset = 16 * 512, .bytes = 512}));
    EXPECT_EQ(store_.operations(), before);
}

} // namespace
} // namespace axiom::host

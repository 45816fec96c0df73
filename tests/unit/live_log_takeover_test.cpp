// Two writers of one log (THREATS row 19): the newer fences the older one off, and nothing that the
// older one still writes is believed.

#include <functional>

#include <gtest/gtest.h>

#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/live_world.hpp>

namespace axiom::test {
namespace {

class Takeover : public testing::Test {
  protected:
    Takeover() { EXPECT_TRUE(world_.create()); }

    host::MemoryStore medium_{tiny_segments, 64};
    LiveWorld world_{medium_};
};

TEST_F(Takeover, TheOlderWriterIsFencedOffBeforeItAcknowledges) {
    auto older = world_.open();
    ASSERT_TRUE(older);
    auto newer = world_.open();
    ASSERT_TRUE(newer);
    ASSERT_TRUE(LiveWorld::tick(**older, 1));
    auto const refused = (*older)->commit((*older)->next_sequence());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::fenced);
    auto const more = LiveWorld::tick(**older, 2);
    ASSERT_FALSE(more) << "a fenced writer takes nothing more";
    EXPECT_EQ(more.error().code, Code::fenced);

    ASSERT_TRUE(LiveWorld::tick(**newer, 3));
    EXPECT_TRUE((*newer)->commit((*newer)->next_sequence()));
}

TEST_F(Takeover, ALateWriteLandsWhereReadersIgnoreItAndReportIt) {
    auto older = world_.open();
    ASSERT_TRUE(older);
    Sequence const kept = (*older)->watermark();
    auto newer = world_.open();
    ASSERT_TRUE(newer);
    ASSERT_TRUE(LiveWorld::tick(**older, 1));
    ASSERT_FALSE((*older)->commit((*older)->next_sequence())) << "written, but not acknowledged";
    ASSERT_TRUE(LiveWorld::tick(**newer, 2));
    ASSERT_TRUE((*newer)->close());

    SeenEntries seen;
    auto const again = world_.open(&seen);
    ASSERT_TRUE(again) << text_of(again.error().code).name;
    EXPECT_EQ((*again)->recovered().late_segments, 1U);
    EXPECT_EQ((*again)->recovered().chain.next, Sequence{kept.value + 2})
        << "the newer writer's boot and tick, nothing of the older one's";
    EXPECT_EQ((*again)->state().now(), LogTime{2});
}

TEST_F(Takeover, TheNextWriterMakesAllThatWasWrittenLateZeros) {
    auto first = world_.open();
    ASSERT_TRUE(first);
    auto second = world_.open();
    ASSERT_TRUE(second);
    auto third = world_.open();
    ASSERT_TRUE(third);
    for (auto* const fenced : {&first, &second}) {
        ASSERT_TRUE(LiveWorld::tick(***fenced, 1));
        ASSERT_FALSE((**fenced)->commit((**fenced)->next_sequence()));
    }
    ASSERT_TRUE((*third)->close());
    {
        auto const next = world_.open();
        ASSERT_TRUE(next);
        EXPECT_EQ((*next)->recovered().late_segments, 2U);
        ASSERT_TRUE((*next)->close());
    }
    auto const after = world_.open();
    ASSERT_TRUE(after);
    EXPECT_EQ((*after)->recovered().late_segments, 0U);
}

/// Lets somebody else at the medium just before each claim.
class BusyMedium final : public host::WrappedStore {
  public:
    BusyMedium(Store& store, std::function<void()> meanwhile)
        : host::WrappedStore{store}, meanwhile_{std::move(meanwhile)} {}

    Result<void> claim_epoch(Epoch epoch) noexcept override {
        meanwhile_();
        return WrappedStore::claim_epoch(epoch);
    }

  private:
    std::function<void()> meanwhile_;
};

TEST_F(Takeover, WhatTheOlderWriterStillAcknowledgesWhileTheNewerOneReadsIsKept) {
    auto older = world_.open();
    ASSERT_TRUE(older);
    BusyMedium busy{medium_, [&] {
                        EXPECT_TRUE(LiveWorld::tick(**older, 1));
                        EXPECT_TRUE((*older)->commit((*older)->next_sequence()));
                    }};
    auto const refused = LiveWorld{busy}.open();
    ASSERT_FALSE(refused) << "what it read is no longer the log's end";
    EXPECT_EQ(refused.error().code, Code::writer_alive);

    auto const again = world_.open();
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->state().now(), LogTime{1});
    EXPECT_FALSE(LiveWorld::tick(**older, 2) && (*older)->commit((*older)->next_sequence()));
}

TEST_F(Takeover, ARefusedOpeningClaimsNothing) {
    Epoch const before = *medium_.claimed_epoch();
    host::LiveLogOptions options = world_.options();
    options.admit = [](LogState const&) { return fail(Code::out_of_range); };
    ASSERT_FALSE(host::LiveLog::open(medium_, options, nullptr));
    EXPECT_EQ(*medium_.claimed_epoch(), before);
    ASSERT_TRUE(medium_.claim_epoch(Epoch{~std::uint64_t{0} - 1}));
    ASSERT_FALSE(world_.open());
    EXPECT_EQ(*medium_.claimed_epoch(), Epoch{~std::uint64_t{0} - 1});
}

TEST_F(Takeover, AClaimThatNoWriterMadeIsNotFollowedIntoTheLog) {
    constexpr std::uint64_t far = store::epoch_claims_ahead_max;
    ASSERT_TRUE(medium_.claim_epoch(Epoch{far / 2}));
    {
        auto const live = world_.open();
        ASSERT_TRUE(live) << "claims that came to nothing are passed over";
        EXPECT_EQ((*live)->state().epoch(), Epoch{far / 2 + 1});
    }
    for (std::uint64_t const epoch : {2 * far, ~std::uint64_t{0} - 1, ~std::uint64_t{0}}) {
        static_cast<void>(medium_.claim_epoch(Epoch{epoch})); // the last may be claimed already
        auto const refused = world_.open();
        ASSERT_FALSE(refused) << epoch;
        EXPECT_EQ(refused.error().code, Code::claims_ahead);
        EXPECT_NE(*medium_.claimed_epoch(), Epoch{0}) << "it never wraps";
    }
}

TEST_F(Takeover, AStateLargerThanAllowedIsRefusedBeforeItIsAllocated) {
    host::LiveLogOptions options = world_.options();
    options.state_bytes_max = 100;
    auto const refused = host::LiveLog::open(medium_, options, nullptr);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::state_too_large);
    EXPECT_EQ(refused.error().detail, 100U);
    EXPECT_TRUE(world_.open());
}

TEST_F(Takeover, EachWriterHasAnEpochOfItsOwn) {
    Epoch last{};
    for (int round = 0; round < 3; ++round) {
        auto live = world_.open();
        ASSERT_TRUE(live);
        EXPECT_GT((*live)->state().epoch(), last);
        last = (*live)->state().epoch();
        ASSERT_TRUE((*live)->close());
    }
}

TEST_F(Takeover, AnOrderlyEndIsCarriedOnInTheSameSegment) {
    ASSERT_TRUE((*world_.open())->close());
    auto const slots = medium_.slots();
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE((*world_.open())->close());
    }
    EXPECT_EQ(medium_.slots(), slots);
}

} // namespace
} // namespace axiom::test

// Recovery over a mirror: which side is believed where, what is repaired, and what is refused.

#include <tests/support/mirror_world.hpp>

#include <filesystem>

#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/file_store.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test {
namespace {

using host::MirrorSide;

constexpr std::array<MirrorSide, 2> both_sides{MirrorSide::first, MirrorSide::second};

void flip(host::MemoryStore& store, SlotIndex slot, std::uint64_t at, unsigned bit = 0) {
    store.slot_bytes(slot)[at] ^= std::byte{1} << bit;
}

std::string describe(Error const& error) {
    return std::string{text_of(error.code).name} + " at " + std::to_string(error.where);
}

// Where the first block of entries after the first segment's header's lies: what is acknowledged.
constexpr std::uint64_t content_of_entry_1 = 0xA00 + 0x180;

TEST(MirrorRecovery, EqualSidesAreReadAndLeftAlone) {
    MirrorWorld world;
    auto const report = world.recover();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->were_equal);
    EXPECT_TRUE(report->repairs.empty());
    EXPECT_TRUE(world.is_right());
}

TEST(MirrorRecovery, AFlippedBitOnEitherSideIsMendedFromTheOther) {
    MirrorWorld world;
    for (MirrorSide const side : both_sides) {
        for (std::uint32_t slot = 0; slot < world.first.slots(); ++slot) {
            for (std::uint64_t at = slot; at < small_geometry.segment_bytes; at += 83) {
                flip(world.side(side), SlotIndex{slot}, at, at % 8);
                auto const report = world.recover();
                std::string const place = std::to_string(slot) + ":" + std::to_string(at);
                ASSERT_TRUE(report) << place << " " << describe(report.error());
                ASSERT_TRUE(world.is_right()) << place;
                ASSERT_EQ(report->repairs.size(), 1U) << place;
                ASSERT_EQ(report->blocks_on(side), 1U) << place;
                ASSERT_EQ(report->repairs.front().slot.value, slot);
                ASSERT_EQ(report->repairs.front().offset, at - at % 512);
            }
        }
    }
}

TEST(MirrorRecovery, TheReportNamesTheEntriesThatWereRepaired) {
    MirrorWorld world;
    flip(world.second, SlotIndex{0}, content_of_entry_1);
    auto const report = world.recover();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->repairs.size(), 1U);
    EXPECT_EQ(report->repairs.front().side, MirrorSide::second);
    EXPECT_EQ(report->repairs.front().first.value, 1U);
    EXPECT_GT(report->repairs.front().end.value, 1U);
    EXPECT_GT(report->next.value, 100U);
}

TEST(MirrorRecovery, RotInDifferentPlacesOfBothSidesIsMendedFromBoth) {
    MirrorWorld world;
    Seeded seeded{7};
    for (int round = 0; round < 400; ++round) {
        std::set<std::uint64_t> granules;
        for (int each = 0; each < 4; ++each) {
            auto const slot = static_cast<std::uint32_t>(seeded.below(world.first.slots()));
            std::uint64_t const at = seeded.below(small_geometry.segment_bytes);
            if (granules.insert(slot * small_geometry.segment_bytes + at / 64).second) {
                flip(world.side(both_sides[each % 2]), SlotIndex{slot}, at);
            }
        }
        auto const report = world.recover();
        ASSERT_TRUE(report) << round << " " << describe(report.error());
        ASSERT_TRUE(world.is_right()) << round;
    }
}

TEST(MirrorRecovery, RotInOneStorageBlockOfBothSidesIsMendedFromBoth) {
    MirrorWorld world;
    flip(world.first, SlotIndex{0}, content_of_entry_1);
    flip(world.second, SlotIndex{0}, content_of_entry_1 - 64);
    auto const report = world.recover();
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->blocks_on(MirrorSide::first), 1U);
    EXPECT_EQ(report->blocks_on(MirrorSide::second), 1U);
    EXPECT_TRUE(world.is_right());
}

TEST(MirrorRecovery, HeadersThatAreRottenOnBothSidesInDifferentPlacesArePutTogether) {
    MirrorWorld world;
    flip(world.first, SlotIndex{1}, 8);
    flip(world.second, SlotIndex{1}, 200);
    ASSERT_TRUE(world.recover());
    EXPECT_TRUE(world.is_right());
}

TEST(MirrorRecovery, RotInOnePlaceOfBothSidesIsRefusedByTheEntry) {
    MirrorWorld world;
    flip(world.first, SlotIndex{0}, content_of_entry_1, 1);
    flip(world.second, SlotIndex{0}, content_of_entry_1, 2);
    Image const first{world.first};
    Image const second{world.second};
    auto const report = world.recover();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::rot_below_watermark);
    EXPECT_EQ(report.error().where, 1U);
    EXPECT_EQ(Image{world.first}.slots(), first.slots()) << "nothing is changed";
    EXPECT_EQ(Image{world.second}.slots(), second.slots());
}

// Recovery does not hash attachments, so that one of them is damaged on both sides must not hide
// what another has only on one.
TEST(MirrorRecovery, AnAttachmentThatIsDamagedOnBothSidesIsRefusedAndNothingIsWritten) {
    MirrorWorld world;
    auto const place_of = [&](Sequence wanted) {
        // From the end, because attachments lie behind the entries of their frame.
        for (std::uint64_t at = small_geometry.segment_bytes - 64; at != 0; at -= 64) {
            flip(world.first, SlotIndex{0}, at);
            host::Verdict const verdict = MirrorWorld::verify(world.first);
            world.restore();
            for (host::Finding const& finding : verdict.findings) {
                if (finding.code == Code::commitment_mismatch && finding.sequence == wanted) {
                    return at;
                }
            }
        }
        return std::uint64_t{0};
    };
    std::uint64_t const earlier = place_of(Sequence{44});
    std::uint64_t const later = place_of(Sequence{46});
    ASSERT_NE(earlier, 0U);
    ASSERT_NE(later, 0U);
    flip(world.first, SlotIndex{0}, earlier, 1);
    flip(world.second, SlotIndex{0}, earlier, 2);
    flip(world.first, SlotIndex{0}, later);
    Image const second{world.second};
    auto const report = world.recover();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::rot_below_watermark);
    EXPECT_EQ(report.error().where, 44U);
    EXPECT_EQ(Image{world.second}.slots(), second.slots());
}

TEST(MirrorRecovery, EqualSidesThatAreBothDamagedAreRefusedWhenTheyAreToBeProven) {
    MirrorWorld world;
    for (MirrorSide const side : both_sides) {
        flip(world.side(side), SlotIndex{0}, content_of_entry_1);
    }
    host::MirrorRecovery recovery{world.pair(),
                                  {.engine = &host::fastest_engine(), .prove_equal = true}};
    auto const report = recovery.run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::rot_below_watermark);
    EXPECT_EQ(report.error().where, 1U);
}

TEST(MirrorRecovery, ALostStretchOfOneSideIsMendedThoughItHidesWholeGroups) {
    MirrorWorld world;
    for (MirrorSide const side : both_sides) {
        for (std::uint32_t slot = 0; slot < world.first.slots(); ++slot) {
            for (std::uint64_t const from : {0U, 512U, 8192U, 16384U}) {
                zero_bytes(world.side(side).slot_bytes(SlotIndex{slot}).subspan(from, 9 * 512));
                auto const report = world.recover();
                ASSERT_TRUE(report) << slot << ":" << from << " " << describe(report.error());
                ASSERT_TRUE(world.is_right()) << slot << ":" << from;
            }
        }
    }
}

TEST(MirrorRecovery, ASlotThatIsGoneOrGarbageIsMadeAnew) {
    MirrorWorld world;
    Seeded seeded{3};
    for (MirrorSide const side : both_sides) {
        for (std::uint32_t slot = 0; slot < world.first.slots(); ++slot) {
            for (std::byte& byte : world.side(side).slot_bytes(SlotIndex{slot})) {
                byte = static_cast<std::byte>(seeded.below(256));
            }
            auto const report = world.recover();
            ASSERT_TRUE(report) << slot << " " << describe(report.error());
            ASSERT_TRUE(world.is_right()) << slot;
        }
    }
}

// A side that was away while the other went on, for as long as it likes.
TEST(MirrorRecovery, ASideThatLagsCatchesUp) {
    for (MirrorSide const away : both_sides) {
        MirrorWorld world;
        {
            SealedLog log{world.side(host::other(away)), seed_number(1), SealedLog::Existing{}};
            for (int boot = 0; boot < 4; ++boot) {
                log.open();
                log.add(60, 200);
                log.seal();
                log.close();
            }
        }
        ASSERT_FALSE(world.are_equal());
        Image const ahead{world.side(host::other(away))};
        auto const report = world.recover();
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_TRUE(world.are_equal());
        EXPECT_EQ(Image{world.side(away)}.slots(), ahead.slots()) << "the better side stays";
        EXPECT_EQ(report->blocks_on(host::other(away)), 0U);
        EXPECT_GT(report->blocks_on(away), 0U);
        EXPECT_EQ(MirrorWorld::verify(world.side(away)).soundness(),
                  MirrorWorld::verify(world.side(host::other(away))).soundness());
        EXPECT_EQ(*world.first.claimed_epoch(), *world.second.claimed_epoch());
    }
}

TEST(MirrorRecovery, ASideThatLagsMendsOneThatIsAheadAndRotten) {
    MirrorWorld world;
    {
        SealedLog log{world.second, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(80);
        log.seal();
        log.close();
    }
    Image const ahead{world.second};
    flip(world.second, SlotIndex{0}, content_of_entry_1);
    flip(world.second, SlotIndex{1}, 3);
    ASSERT_TRUE(world.recover());
    EXPECT_EQ(Image{world.second}.slots(), ahead.slots());
    EXPECT_TRUE(world.are_equal());
}

TEST(MirrorRecovery, WhatOnlyTheRottenSideHeldIsRefusedByTheEntry) {
    MirrorWorld world;
    std::uint64_t const held = MirrorWorld::verify(world.first).entries;
    std::uint32_t const slots = world.first.slots();
    SlotIndex fresh{0}; // the first slot that only the second side will have in use
    while (!is_zero(world.first.slot_bytes(fresh))) {
        ++fresh.value;
    }
    {
        SealedLog log{world.second, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(300);
        log.close();
    }
    ASSERT_GT(world.second.slots(), slots);
    flip(world.second, fresh, 1024 + 400);
    auto const report = world.recover();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::rot_below_watermark);
    EXPECT_GE(report.error().where, held);
}

TEST(MirrorRecovery, AnEmptySideIsMadeFromTheOther) {
    for (bool const first_is_empty : {false, true}) {
        MirrorWorld world;
        host::MemoryStore empty{small_geometry, 64};
        host::MirrorPair const pair = first_is_empty ? host::MirrorPair{empty, world.second}
                                                     : host::MirrorPair{world.first, empty};
        host::MirrorRecovery recovery{pair, {.engine = &host::fastest_engine()}};
        auto const report = recovery.run();
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_EQ(Image{empty}.slots(), Image{world.first}.slots());
        EXPECT_EQ(*empty.claimed_epoch(), *world.first.claimed_epoch());
        EXPECT_TRUE(world.is_right());
    }
}

// A disk that became full when one side had got its next slot and the other had not.
TEST(MirrorRecovery, ASideWithoutRoomForSlotsThatNothingWasWrittenToGoesOnWithoutThem) {
    for (bool const first_is_full : {false, true}) {
        MirrorWorld world;
        host::MemoryStore full{small_geometry, world.first.slots()};
        host::MirrorPair const pair = first_is_full ? host::MirrorPair{full, world.second}
                                                    : host::MirrorPair{world.first, full};
        Store& roomy = first_is_full ? pair.second : pair.first;
        for (int slots_ahead = 0; slots_ahead < 3; ++slots_ahead) {
            host::MirrorRecovery recovery{pair, {.engine = &host::fastest_engine()}};
            auto const report = recovery.run();
            ASSERT_TRUE(report) << describe(report.error());
            EXPECT_TRUE(slots_ahead == 0 || report->repairs.empty());
            EXPECT_EQ((host::MirrorStore{pair.first, pair.second}.slots()), full.slots());
            ASSERT_TRUE(roomy.extend());
        }
    }
}

TEST(MirrorRecovery, OnlyLookingCountsNoSlotThatNothingWasWrittenTo) {
    MirrorWorld world;
    ASSERT_TRUE(world.first.extend());
    host::MirrorRecovery recovery{world.pair(),
                                  {.engine = &host::fastest_engine(), .only_look = true}};
    auto const report = recovery.run();
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(report->repairs.empty());
}

TEST(MirrorRecovery, ASideWithoutRoomForWhatWasWrittenIsRefused) {
    MirrorWorld world;
    host::MemoryStore full{small_geometry, world.first.slots()};
    host::MirrorPair const pair{world.first, full};
    ASSERT_TRUE((host::MirrorRecovery{pair, {.engine = &host::fastest_engine()}}.run()));
    {
        SealedLog log{world.first, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(300);
        log.close();
    }
    host::MirrorRecovery recovery{pair, {.engine = &host::fastest_engine()}};
    auto const report = recovery.run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::store_full);
    EXPECT_EQ(recovery.failed_side(), MirrorSide::second);
}

TEST(MirrorRecovery, SidesOfTwoLogsAreRefused) {
    MirrorWorld world;
    MirrorWorld another{"another"};
    host::MirrorRecovery recovery{{world.first, another.second},
                                  {.engine = &host::fastest_engine()}};
    auto const report = recovery.run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::wrong_log);
    EXPECT_TRUE(world.is_right());
    EXPECT_TRUE(another.is_right());
}

TEST(MirrorRecovery, UnlikeGeometriesAreRefused) {
    MirrorWorld world;
    host::MemoryStore other{{.storage_block_bytes = 512, .segment_bytes = 64U << 10U}, 64};
    host::MirrorRecovery recovery{{world.first, other}, {.engine = &host::fastest_engine()}};
    auto const report = recovery.run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::mirrors_differ);
}

TEST(MirrorRecovery, TwoEmptySidesAreNoLogAndNoHarm) {
    host::MemoryStore first{small_geometry, 64};
    host::MemoryStore second{small_geometry, 64};
    host::MirrorRecovery recovery{{first, second}, {.engine = &host::fastest_engine()}};
    auto const report = recovery.run();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->were_equal);
}

TEST(MirrorRecovery, SidesThatWereWrittenApartAreRefusedByTheFirstEntryOfTwoVersions) {
    MirrorWorld world;
    std::uint64_t const shared = MirrorWorld::verify(world.first).entries;
    for (MirrorSide const side : both_sides) {
        SealedLog log{world.side(side), seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(side == MirrorSide::first ? 3 : 90, side == MirrorSide::first ? 40 : 0);
        log.close();
    }
    Image const first{world.first};
    Image const second{world.second};
    auto const report = world.recover();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::mirrors_differ);
    EXPECT_GE(report.error().where, shared);
    EXPECT_LE(report.error().where, shared + 1);
    EXPECT_EQ(Image{world.first}.slots(), first.slots());
    EXPECT_EQ(Image{world.second}.slots(), second.slots());
}

TEST(MirrorRecovery, AGroupThatOnlyOneSideGotWholeIsKept) {
    for (MirrorSide const torn : both_sides) {
        MirrorWorld world;
        {
            SealedLog log{world.side(host::other(torn)), seed_number(1), SealedLog::Existing{}};
            log.open();
            log.add(5, 0, 5);
            log.close();
        }
        // The torn side got the front of what the other got.
        Image const whole{world.side(host::other(torn))};
        MutableBytes const part = world.side(torn).slot_bytes(SlotIndex{2});
        Bytes const all{world.side(host::other(torn)).slot_bytes(SlotIndex{2})};
        for (std::size_t at = 0; at < all.size(); at += 512) {
            if (!equal_bytes(part.subspan(at, 512), all.subspan(at, 512))) {
                copy_bytes(part.subspan(at, 256), all.subspan(at, 256));
                break;
            }
        }
        auto const report = world.recover();
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_TRUE(world.are_equal());
        EXPECT_EQ(Image{world.side(torn)}.slots(), whole.slots());
    }
}

TEST(MirrorRecovery, AGroupThatIsTornOnBothSidesIsTheSameAfterwardsAndCutByTheNextWriter) {
    MirrorWorld world;
    std::uint64_t const entries = MirrorWorld::verify(world.first).entries;
    SlotIndex last{world.first.slots() - 1};
    while (is_zero(world.first.slot_bytes(last))) {
        --last.value;
    }
    std::uint64_t const end = [&] {
        Bytes const bytes{world.first.slot_bytes(last)};
        std::uint64_t at = bytes.size();
        while (at != 0 && is_zero(bytes.subspan(at - 512, 512))) {
            at -= 512;
        }
        return at;
    }();
    ASSERT_LT(end + 1024, small_geometry.segment_bytes);
    std::ranges::fill(world.first.slot_bytes(last).subspan(end, 100), std::byte{1});
    std::ranges::fill(world.second.slot_bytes(last).subspan(end, 80), std::byte{2});
    auto const report = world.recover();
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(report->torn);
    EXPECT_EQ(report->next.value, entries);
    EXPECT_TRUE(world.are_equal());
    host::MirrorStore mirror{world.first, world.second};
    SealedLog log{mirror, seed_number(1), SealedLog::Existing{}};
    log.open();
    log.close();
    EXPECT_TRUE(world.are_equal());
    EXPECT_EQ(MirrorWorld::verify(world.first).repairs, 1U);
}

TEST(MirrorRecovery, OnlyLookingSaysWhatWouldBeRepairedAndWritesNothing) {
    MirrorWorld world;
    flip(world.second, SlotIndex{0}, content_of_entry_1);
    Image const rotten{world.second};
    host::MirrorRecovery recovery{world.pair(),
                                  {.engine = &host::fastest_engine(), .only_look = true}};
    auto const report = recovery.run();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->were_equal);
    EXPECT_EQ(report->blocks_on(MirrorSide::second), 1U);
    EXPECT_EQ(Image{world.second}.slots(), rotten.slots());
}

TEST(MirrorRecovery, TheHigherClaimHoldsOnBothSides) {
    MirrorWorld world;
    Epoch const higher{world.first.claimed_epoch()->value + 7};
    ASSERT_TRUE(world.second.claim_epoch(higher));
    ASSERT_TRUE(world.recover());
    EXPECT_EQ(*world.first.claimed_epoch(), higher);
    EXPECT_EQ(*world.second.claimed_epoch(), higher);
}

TEST(MirrorRecovery, FilesThatAreCutOrGoneAreMadeAnew) {
    MirrorWorld world;
    TemporaryFolder folder;
    std::string const path = folder.name("side");
    {
        auto const store = std::move(*host::FileStore::create(path, small_geometry));
        host::MirrorRecovery recovery{{world.first, *store}, {.engine = &host::fastest_engine()}};
        ASSERT_TRUE(recovery.run());
    }
    std::filesystem::resize_file(path + "/segments/00000000.axm", 700);
    std::filesystem::remove(path + "/segments/00000001.axm");
    flip(world.first, SlotIndex{0}, 40); // what is left of the cut file is still needed
    auto const store = std::move(*host::FileStore::open(path, host::OpenMode::write));
    host::MirrorRecovery recovery{{world.first, *store}, {.engine = &host::fastest_engine()}};
    auto const report = recovery.run();
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(world.is_right());
    for (std::uint32_t slot = 0; slot < world.first.slots(); ++slot) {
        std::vector<std::byte> seen(small_geometry.segment_bytes);
        ASSERT_TRUE(store->read({SlotIndex{slot}, 0}, seen));
        EXPECT_TRUE(equal_bytes(seen, world.first.slot_bytes(SlotIndex{slot})));
    }
}

// Entry 48 of the tried log has an attachment; its bytes lie in a block of their own.
class MirrorErasure : public testing::Test {
  protected:
    static constexpr Sequence target{48};

    // Appends the Erase entry on both sides; the bytes stay.
    void name_it() {
        host::MirrorStore mirror{world_.first, world_.second};
        SealedLog log{mirror, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.erase(target);
        log.close();
        ASSERT_TRUE(world_.are_equal());
        world_.keep();
    }

    void make_zeros(MirrorSide side) {
        auto const report = host::complete_erasures(world_.side(side), host::fastest_engine(),
                                                    Sequence{~std::uint64_t{0}});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->completed, 1U);
    }

    MirrorWorld world_;
};

TEST_F(MirrorErasure, ZerosOnOneSideWinWhenAnEntryNamesThem) {
    name_it();
    for (MirrorSide const side : both_sides) {
        make_zeros(side);
        Image const erased{world_.side(side)};
        auto const report = world_.recover();
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_EQ(Image{world_.side(host::other(side))}.slots(), erased.slots());
        EXPECT_TRUE(world_.are_equal());
        EXPECT_EQ(MirrorWorld::verify(world_.first).erasures_owed, 0U);
        world_.restore();
    }
}

TEST_F(MirrorErasure, ZerosThatNoEntryNamesAreFilledFromTheOtherSide) {
    name_it();
    make_zeros(MirrorSide::first);
    // The entry is of the future: this pair does not have it.
    MirrorWorld before;
    for (MirrorSide const side : both_sides) {
        before.restore();
        Image const bytes{before.side(side)};
        std::uint64_t zeroed = 0;
        // How many empty slots a log made ahead before it was closed differs from run to run.
        std::uint32_t const slots = std::min(before.first.slots(), world_.first.slots());
        for (std::uint32_t slot = 0; slot < slots; ++slot) {
            MutableBytes const all = before.side(side).slot_bytes(SlotIndex{slot});
            Bytes const gone{world_.first.slot_bytes(SlotIndex{slot})};
            for (std::size_t at = 0; at < all.size(); at += 64) {
                bool const was_there = !is_zero(all.subspan(at, 64));
                if (was_there && is_zero(gone.subspan(at, 64))) {
                    zero_bytes(all.subspan(at, 64));
                    ++zeroed;
                }
            }
        }
        ASSERT_GT(zeroed, 0U);
        auto const report = before.recover();
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_TRUE(before.is_right());
    }
}

} // namespace
} // namespace axiom::test

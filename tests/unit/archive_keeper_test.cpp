// What is archived and when, what is not, and that a log is mended from its archive.

#include <gtest/gtest.h>

#include <sim-host/log/archive_keeper.hpp>
#include <sim-host/log/archive_shelf.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/mirror_recovery.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::host {

using test::Image;
using test::SealedLog;
using test::seed_number;
using test::small_geometry;

class ArchiveKeeperTest : public testing::Test {
  protected:
    static constexpr Sequence everything{~std::uint64_t{0}};

    void SetUp() override { test::make_sealed_log(log_); }

    std::unique_ptr<ArchiveKeeper> keeper(Store& log) {
        auto opened = ArchiveKeeper::open(path_, log, fastest_engine());
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
        return opened ? std::move(*opened) : nullptr;
    }

    std::unique_ptr<FileStore> archive() {
        auto opened = FileStore::open(path_, OpenMode::read);
        EXPECT_TRUE(opened);
        return opened ? std::move(*opened) : nullptr;
    }

    std::vector<std::byte> archived(std::uint32_t number) {
        auto const store = archive();
        std::vector<std::byte> bytes(small_geometry.segment_bytes);
        EXPECT_TRUE(store->read({SlotIndex{number}, 0}, bytes));
        return bytes;
    }

    // The slot of the newest segment. Behind it may lie the one that was made for the next.
    SlotIndex newest() {
        SlotIndex slot{log_.slots() - 1};
        while (is_zero(log_.slot_bytes(slot))) {
            --slot.value;
        }
        return slot;
    }

    MemoryStore log_{small_geometry, 64};
    test::TemporaryFolder folder_;
    std::string path_ = folder_.name("archive");
};

TEST_F(ArchiveKeeperTest, EverySegmentButTheNewestIsCopiedOnce) {
    auto const keep = keeper(log_);
    auto const first = keep->sweep(everything, 0);
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(first->copied, newest().value);
    EXPECT_EQ(keep->sweep(everything, 0)->copied, 0U);
    EXPECT_EQ(archive()->slots(), newest().value);
    for (std::uint32_t slot = 0; slot < newest().value; ++slot) {
        EXPECT_TRUE(equal_bytes(archived(slot), log_.slot_bytes(SlotIndex{slot})));
    }
}

TEST_F(ArchiveKeeperTest, WhatNoCheckpointCoversIsNotCopied) {
    auto const keep = keeper(log_);
    EXPECT_EQ(keep->sweep(Sequence{1}, 0)->copied, 0U);
}

TEST_F(ArchiveKeeperTest, ADamagedSegmentIsNotArchivedAndIsNamed) {
    log_.slot_bytes(SlotIndex{0})[0x1000] ^= std::byte{1};
    auto const keep = keeper(log_);
    auto const swept = keep->sweep(everything, 0);
    ASSERT_FALSE(swept);
    EXPECT_NE(swept.error().text.find("segment 0"), std::string::npos) << swept.error().text;
    EXPECT_EQ(archive()->slots(), 0U);
}

TEST_F(ArchiveKeeperTest, RotThatComesLaterDoesNotReachTheArchive) {
    ASSERT_TRUE(keeper(log_)->sweep(everything, 0));
    auto const before = archived(0);
    log_.slot_bytes(SlotIndex{0})[0x1000] ^= std::byte{1};
    ASSERT_TRUE(keeper(log_)->sweep(everything, 0));
    EXPECT_EQ(archived(0), before);
}

TEST_F(ArchiveKeeperTest, AnotherLogIsRefused) {
    ASSERT_TRUE(keeper(log_)->sweep(everything, 0));
    MemoryStore other{small_geometry, 64};
    test::make_sealed_log(other, "another");
    auto const refused = ArchiveKeeper::open(path_, other, fastest_engine());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.code, Code::wrong_log);
}

TEST_F(ArchiveKeeperTest, TwoKeepersOfOneArchiveAreRefused) {
    auto const keep = keeper(log_);
    auto const refused = ArchiveKeeper::open(path_, log_, fastest_engine());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.code, Code::writer_alive);
}

TEST_F(ArchiveKeeperTest, AnErasedAttachmentIsErasedInTheArchiveToo) {
    MemoryStore log{small_geometry, 64};
    SealedLog world{log, seed_number(1)};
    world.open();
    world.add(6, 300);
    world.seal();
    world.add(200);
    world.seal();
    world.close();
    ASSERT_GT(log.slots(), 1U);
    auto const keep = keeper(log);
    ASSERT_GT(keep->sweep(everything, 0)->copied, 0U);
    auto const whole = archived(0);
    world.open();
    world.erase(Sequence{3});
    world.close();
    ASSERT_EQ(complete_erasures(log, fastest_engine(), everything)->completed, 1U);
    auto const swept = keep->sweep(everything, 1);
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_EQ(swept->erased, 1U);
    EXPECT_NE(archived(0), whole);
    EXPECT_TRUE(equal_bytes(archived(0), log.slot_bytes(SlotIndex{0})));
    EXPECT_EQ(keep->sweep(everything, 1)->erased, 0U);
}

class ArchiveRepairTest : public ArchiveKeeperTest {
  protected:
    void SetUp() override {
        ArchiveKeeperTest::SetUp();
        ASSERT_TRUE(keeper(log_)->sweep(everything, 0));
    }

    Result<MirrorReport> repair() {
        auto const store = archive();
        ArchiveShelf shelf{log_, *store, fastest_engine()};
        MirrorRecovery recovery{
            {log_, shelf}, {.engine = &fastest_engine(), .prove_equal = true, .only_first = true}};
        return recovery.run();
    }
};

TEST_F(ArchiveRepairTest, AnUndamagedLogIsLeftAlone) {
    Image const before{log_};
    auto const report = repair();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->were_equal);
    EXPECT_EQ(Image{log_}.slots(), before.slots());
}

TEST_F(ArchiveRepairTest, RotInAFinishedSegmentIsMended) {
    Image const before{log_};
    for (std::uint64_t at = 0; at < small_geometry.segment_bytes; at += 1021) {
        log_.slot_bytes(SlotIndex{0})[at] ^= std::byte{1};
        auto const report = repair();
        ASSERT_TRUE(report) << at << " " << text_of(report.error().code).name;
        ASSERT_EQ(Image{log_}.slots(), before.slots()) << at;
    }
}

TEST_F(ArchiveRepairTest, ASegmentThatIsGoneIsPutBack) {
    Image const before{log_};
    for (SlotIndex slot{}; slot < newest(); ++slot.value) {
        zero_bytes(log_.slot_bytes(slot));
    }
    auto const report = repair();
    ASSERT_TRUE(report) << text_of(report.error().code).name;
    EXPECT_EQ(Image{log_}.slots(), before.slots());
}

TEST_F(ArchiveRepairTest, DamageInTheNewestSegmentIsRefusedAndNothingIsChanged) {
    log_.slot_bytes(newest())[0x400 + 0x180] ^= std::byte{1};
    Image const before{log_};
    auto const report = repair();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::rot_below_watermark);
    EXPECT_EQ(Image{log_}.slots(), before.slots());
}

} // namespace axiom::host

// An erasure and the archive: whatever stops the step that brings it there, what the archive holds
// is at every instant an honest log, from which another log can be begun.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include <sim-host/log/archive_keeper.hpp>
#include <sim-host/log/archive_shelf.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/mirror_recovery.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>
#include <tests/unit/syscall_faults.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

constexpr Sequence everything{~std::uint64_t{0}};
constexpr Sequence oldest_target{3};

class ArchiveErasure : public testing::Test {
  protected:
    // The archive has the first segments. Since then others were filled, and two attachments were
    // erased: one in the first segment, one in a segment that is not archived yet.
    void SetUp() override {
        world_.open();
        world_.add(6, 300);
        world_.add(200);
        world_.seal();
        world_.close();
        ASSERT_TRUE(sweep(archive_, 0));
        world_.open();
        Sequence const late_target = world_.live().next_sequence();
        world_.add(6, 300);
        world_.add(400);
        world_.seal();
        world_.erase(oldest_target);
        world_.erase(late_target);
        world_.seal();
        world_.close();
        ASSERT_EQ(host::complete_erasures(log_, host::fastest_engine(), everything)->completed, 2U);
    }

    void TearDown() override { plan_no_syscall_fault(); }

    bool sweep(std::string const& archive, std::uint64_t erased) {
        auto const keeper = host::ArchiveKeeper::open(archive, log_, host::fastest_engine());
        auto const swept =
            keeper ? (*keeper)->sweep(everything, erased)
                   : host::HostResult<host::ArchiveReport>{std::unexpected(keeper.error())};
        problem_ = swept ? "" : swept.error().text;
        return swept.has_value();
    }

    static host::Verdict verdict(std::string const& archive) {
        auto const store = host::FileStore::open(archive, host::OpenMode::read);
        EXPECT_TRUE(store);
        return host::verify(**store, verify_options());
    }

    // The log is lost: a copy of the archive becomes a log of its own.
    void expect_restorable(std::string const& archive, std::uint64_t at) {
        std::string const restored = folder_.name("restored" + std::to_string(at));
        fs::copy(archive, restored, fs::copy_options::recursive);
        auto const store = host::FileStore::open(restored, host::OpenMode::write);
        ASSERT_TRUE(store) << store.error().text;
        SealedLog log{**store, seed_number(1), SealedLog::Existing{}};
        log.fork(seed_number(2));
        log.open();
        log.add(3);
        ASSERT_TRUE(
            host::complete_erasures(**store, host::fastest_engine(), log.live().next_sequence()));
        log.seal();
        log.close();
        host::Verdict const now = host::verify(**store, verify_options());
        EXPECT_EQ(now.soundness(), host::Soundness::sealed);
        fs::remove_all(restored);
    }

    host::MemoryStore log_{small_geometry, 64};
    SealedLog world_{log_, seed_number(1)};
    TemporaryFolder folder_;
    std::string archive_ = folder_.name("archive");
    std::string problem_;
};

TEST_F(ArchiveErasure, TheArchiveReachesAsFarAsTheErasuresAndVerifies) {
    ASSERT_EQ(verdict(archive_).erased, 0U);
    ASSERT_TRUE(sweep(archive_, 2)) << problem_;
    host::Verdict const now = verdict(archive_);
    EXPECT_EQ(now.soundness(), host::Soundness::sealed);
    EXPECT_EQ(now.erased, 2U);
    EXPECT_EQ(now.erasures_owed, 0U);
    expect_restorable(archive_, 0);
}

TEST_F(ArchiveErasure, AnArchiveThatIsMadeAfterTheErasuresVerifiesToo) {
    std::string const late = folder_.name("late");
    ASSERT_TRUE(sweep(late, 2)) << problem_;
    EXPECT_EQ(verdict(late).soundness(), host::Soundness::sealed);
    EXPECT_EQ(verdict(late).erased, 2U);
}

TEST_F(ArchiveErasure, AfterwardsTheSegmentIsArchivedWholeAndMendsTheLog) {
    ASSERT_TRUE(sweep(archive_, 2)) << problem_;
    std::uint32_t const part = log_.slots() - 1;
    world_.open();
    world_.add(400);
    world_.seal();
    world_.close();
    {
        // The log's newest segment goes on where the archive's copy of it ends: no difference.
        auto const store = host::FileStore::open(archive_, host::OpenMode::read);
        Image const before{log_};
        for (std::uint64_t at = 0; at < small_geometry.segment_bytes / 2; at += 4093) {
            log_.slot_bytes(SlotIndex{0})[at] ^= std::byte{1};
            host::ArchiveShelf shelf{log_, **store, host::fastest_engine()};
            host::MirrorRecovery recovery{
                {log_, shelf},
                {.engine = &host::fastest_engine(), .prove_equal = true, .only_first = true}};
            ASSERT_TRUE(recovery.run()) << at;
            ASSERT_EQ(Image{log_}.slots(), before.slots()) << at;
        }
    }
    ASSERT_TRUE(sweep(archive_, 2)) << problem_;
    auto const store = host::FileStore::open(archive_, host::OpenMode::read);
    ASSERT_GT((*store)->slots(), part);
    for (std::uint32_t slot = 0; slot < (*store)->slots(); ++slot) {
        std::vector<std::byte> bytes(small_geometry.segment_bytes);
        ASSERT_TRUE((*store)->read({SlotIndex{slot}, 0}, bytes));
        EXPECT_TRUE(equal_bytes(bytes, log_.slot_bytes(SlotIndex{slot}))) << slot;
    }
    EXPECT_NE(verdict(archive_).soundness(), host::Soundness::tampering);
}

// From the n-th call of the system on nothing is done any more, for every n.
TEST_F(ArchiveErasure, WhateverStopsItTheArchiveIsAnHonestLogAndIsFinishedLater) {
    std::uint64_t owed = 0;
    bool finished = false;
    for (std::uint64_t nth = 0; !finished; ++nth) {
        std::string const archive = folder_.name("try" + std::to_string(nth));
        fs::copy(archive_, archive, fs::copy_options::recursive);
        plan_syscall_fault({.nth = nth, .error_number = EIO, .from_then_on = true}, true);
        bool const swept = sweep(archive, 2);
        finished = plan_no_syscall_fault() == 0;
        EXPECT_EQ(swept, finished) << nth;
        host::Verdict const then = verdict(archive);
        ASSERT_NE(then.soundness(), host::Soundness::tampering)
            << nth << ": " << then.findings.front().what;
        owed += then.erasures_owed != 0 ? 1 : 0;
        expect_restorable(archive, nth);
        ASSERT_TRUE(sweep(archive, 2)) << nth << ": " << problem_;
        host::Verdict const now = verdict(archive);
        EXPECT_EQ(now.soundness(), host::Soundness::sealed) << nth;
        EXPECT_EQ(now.erased, 2U) << nth;
        EXPECT_FALSE(fs::exists(archive + "/segments.unfinished")) << nth;
        fs::remove_all(archive);
    }
    EXPECT_GT(owed, 0U) << "between the entry's arrival and the zeros";
}

TEST_F(ArchiveErasure, WhatAKilledKeeperLeftUnfinishedIsRemoved) {
    fs::copy(archive_ + "/segments/00000000.axm", archive_ + "/segments/00000000.axm.1.unfinished");
    fs::create_directory(archive_ + "/segments.unfinished");
    fs::copy(archive_ + "/segments/00000000.axm", archive_ + "/segments.unfinished/00000000.axm");
    ASSERT_TRUE(sweep(archive_, 0)) << problem_;
    EXPECT_FALSE(fs::exists(archive_ + "/segments/00000000.axm.1.unfinished"));
    EXPECT_FALSE(fs::exists(archive_ + "/segments.unfinished"));
}

} // namespace
} // namespace axiom::test

// What a fenced writer wrote behind its segment's end: it is not archived, what an archive has of
// it becomes zeros there, and nothing else does.

#include <gtest/gtest.h>

#include <sim-host/log/archive_keeper.hpp>
#include <sim-host/log/erasure.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

constexpr Sequence everything{~std::uint64_t{0}};
constexpr SlotIndex left{0}; // the segment of the writer that was fenced off
constexpr Sequence target{3};

class ArchiveLateWrites : public testing::Test {
  protected:
    // Somebody else takes the log over while its writer is at work, and fills some segments. Then
    // the first writer writes once more.
    void SetUp() override {
        older_.work_alone(); // what falls idle writes too, and then knows that it was fenced off
        older_.open();
        older_.add(6, 300);
        newer_.open();
        newer_.add(300);
        newer_.seal();
        ASSERT_TRUE(LiveWorld::tick(older_.live(), 1000));
        auto const late = older_.live().commit(older_.live().next_sequence());
        ASSERT_FALSE(late);
        ASSERT_EQ(late.error().code, Code::fenced);
        newer_.close();

        end_ = header_of(*slot_of(1))->previous_end;
        ASSERT_NE(end_, 0U);
        ASSERT_FALSE(is_zero(Bytes{log_.slot_bytes(left)}.subspan(end_))) << "nothing was late";
    }

    [[nodiscard]] std::optional<store::SegmentHeader> header_of(SlotIndex slot) {
        auto const header = store::decode_segment_header(
            host::fastest_engine(),
            Bytes{log_.slot_bytes(slot)}.first(store::segment_header_bytes));
        return header ? std::optional{*header} : std::nullopt;
    }

    // Where the log has the segment of this number; a slot that was made ahead may be empty.
    [[nodiscard]] std::optional<SlotIndex> slot_of(std::uint64_t number) {
        for (SlotIndex slot{}; slot.value < log_.slots(); ++slot.value) {
            auto const header = header_of(slot);
            if (header && header->number.value == number) {
                return slot;
            }
        }
        return std::nullopt;
    }

    // Copies of the first segments with every byte of their slots, as they were made once.
    void archive_all_bytes_of(std::uint32_t segments) {
        auto archive = host::Archive::open(path_, small_geometry);
        ASSERT_TRUE(archive);
        for (SlotIndex number{}; number.value < segments; ++number.value) {
            ASSERT_TRUE(archive->put(log_, {.slot = *slot_of(number.value), .number = number}));
        }
        auto const bytes = archived(left);
        ASSERT_FALSE(is_zero(Bytes{bytes}.subspan(end_)));
    }

    host::ArchiveReport sweep(Sequence sealed, std::uint64_t erased = 0) {
        auto const keeper = host::ArchiveKeeper::open(path_, log_, host::fastest_engine());
        EXPECT_TRUE(keeper) << keeper.error().text;
        auto const report = (*keeper)->sweep(sealed, erased);
        EXPECT_TRUE(report) << report.error().text;
        return report ? *report : host::ArchiveReport{};
    }

    std::vector<std::byte> archived(SlotIndex slot) {
        auto const store = host::FileStore::open(path_, host::OpenMode::read);
        EXPECT_TRUE(store);
        std::vector<std::byte> bytes(small_geometry.segment_bytes);
        EXPECT_TRUE((*store)->read({slot, 0}, bytes));
        return bytes;
    }

    // As far as the frames go the archive has what the log has, and zeros from there on.
    void expect_clean() {
        auto const bytes = archived(left);
        Bytes const mine{log_.slot_bytes(left)};
        EXPECT_TRUE(equal_bytes(Bytes{bytes}.first(end_), mine.first(end_)));
        EXPECT_TRUE(is_zero(Bytes{bytes}.subspan(end_)));
        auto const store = host::FileStore::open(path_, host::OpenMode::read);
        host::Verdict const verdict = host::verify(**store, verify_options());
        EXPECT_EQ(verdict.late_segments, 0U);
        EXPECT_NE(verdict.soundness(), host::Soundness::tampering);
    }

    host::MemoryStore log_{small_geometry, 64};
    SealedLog older_{log_, seed_number(1)};
    SealedLog newer_{log_, seed_number(1), SealedLog::Existing{}};
    TemporaryFolder folder_;
    std::string path_ = folder_.name("archive");
    std::uint64_t end_{}; // of the frames of `left`
};

TEST_F(ArchiveLateWrites, AreNotArchived) {
    EXPECT_GT(sweep(everything).copied, 1U);
    expect_clean();
}

TEST_F(ArchiveLateWrites, ThatAnArchiveHasBecomeZerosWhenMoreIsArchived) {
    archive_all_bytes_of(2);
    EXPECT_GT(sweep(everything).copied, 0U);
    expect_clean();
}

TEST_F(ArchiveLateWrites, InAnArchivesNewestSegmentBecomeZerosThoughNothingThereSaysWhereItEnds) {
    archive_all_bytes_of(1);
    EXPECT_GT(sweep(everything).copied, 0U);
    expect_clean();
}

TEST_F(ArchiveLateWrites, BecomeZerosWithAnErasureThoughAllIsArchived) {
    newer_.open();
    newer_.erase(target);
    newer_.seal();
    newer_.close();
    ASSERT_TRUE(host::complete_erasures(log_, host::fastest_engine(), everything));
    // The log's next writer has made its own zeros; the archive is of before.
    ASSERT_TRUE(is_zero(Bytes{log_.slot_bytes(left)}.subspan(end_)));
    std::uint32_t used = 0; // segments
    while (slot_of(used)) {
        ++used;
    }
    log_.slot_bytes(left)[end_] = std::byte{'t'};
    archive_all_bytes_of(used);
    zero_bytes(log_.slot_bytes(left).subspan(end_));
    EXPECT_EQ(sweep(Sequence{}, 1).copied, 0U);
    expect_clean();
}

TEST_F(ArchiveLateWrites, AreLeftWhereTheFramesBeforeThemAreDamaged) {
    archive_all_bytes_of(2);
    std::uint64_t const at = small_geometry.storage_block_bytes + 8; // the first frame's offset
    auto damaged = archived(left);
    damaged[at] ^= std::byte{1};
    {
        auto const store = host::FileStore::open(path_, host::OpenMode::take_over);
        ASSERT_TRUE((*store)->write({left, 0}, damaged));
        ASSERT_TRUE((*store)->flush());
    }
    EXPECT_GT(sweep(everything).copied, 0U);
    EXPECT_EQ(archived(left), damaged) << "nobody knows where this segment ends";
}

TEST_F(ArchiveLateWrites, AreNotWhatTheSameWriterLeftAndStayToBeFound) {
    MutableBytes const second = log_.slot_bytes(*slot_of(1));
    archive_all_bytes_of(2);
    auto altered = std::vector<std::byte>(second.begin(), second.end());
    altered.back() = std::byte{1}; // segments 1 and 2 are of one writer
    {
        auto const store = host::FileStore::open(path_, host::OpenMode::take_over);
        ASSERT_TRUE((*store)->write({SlotIndex{1}, 0}, altered));
        ASSERT_TRUE((*store)->flush());
    }
    EXPECT_GT(sweep(everything).copied, 0U);
    EXPECT_EQ(archived(SlotIndex{1}), altered);
    auto const clean = archived(left);
    EXPECT_TRUE(is_zero(Bytes{clean}.subspan(end_)));
}

} // namespace
} // namespace axiom::test

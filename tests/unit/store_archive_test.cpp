// An archive holds whole segments under their numbers and opens as a log does.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include <sim-host/platform/archive.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {

namespace {

constexpr StoreGeometry geometry{.storage_block_bytes = 4096, .segment_bytes = 600 * 4096};
constexpr SlotIndex slot{0};

} // namespace

class ArchiveTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(store_.extend().has_value());
        MutableBytes const bytes = store_.slot_bytes(slot);
        for (std::size_t index = 0; index < bytes.size(); ++index) {
            bytes[index] = static_cast<std::byte>(index * 13 + index / 4096);
        }
    }

    Archive open() { return std::move(*Archive::open(path_, geometry)); }

    bool holds(SlotIndex number) {
        auto const reader = std::move(*FileStore::open(path_, OpenMode::read));
        std::vector<std::byte> seen(geometry.segment_bytes);
        return reader->read({number, 0}, seen) && equal_bytes(seen, store_.slot_bytes(slot));
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_.name("archive");
    MemoryStore store_{geometry};
};

TEST_F(ArchiveTest, CopyIsEqualAndReadableAsALog) {
    Archive archive = open();
    EXPECT_EQ(archive.put(store_, {slot, slot}).value(), ArchiveOutcome::added);
    EXPECT_TRUE(holds(slot));
    EXPECT_EQ(archive.put(store_, {slot, SlotIndex{3}}).value(), ArchiveOutcome::added);
    EXPECT_TRUE(holds(SlotIndex{3}));
}

TEST_F(ArchiveTest, SameBytesAgainChangeNothingAndOthersReplace) {
    Archive archive = open();
    ASSERT_TRUE(archive.put(store_, {slot, slot}).has_value());
    EXPECT_EQ(archive.put(store_, {slot, slot}).value(), ArchiveOutcome::unchanged);
    zero_bytes(store_.slot_bytes(slot).subspan(8192, 4096)); // an attachment was erased
    EXPECT_EQ(open().put(store_, {slot, slot}).value(), ArchiveOutcome::replaced);
    EXPECT_TRUE(holds(slot));
}

TEST_F(ArchiveTest, DamagedOrCutCopyIsReplaced) {
    Archive archive = open();
    ASSERT_TRUE(archive.put(store_, {slot, slot}).has_value());
    std::filesystem::resize_file(path_ + "/segments/00000000.axm", 100);
    EXPECT_EQ(archive.put(store_, {slot, slot}).value(), ArchiveOutcome::replaced);
    EXPECT_TRUE(holds(slot));
}

TEST_F(ArchiveTest, SourceThatCannotBeReadLeavesTheOldCopy) {
    Archive archive = open();
    ASSERT_TRUE(archive.put(store_, {slot, slot}).has_value());
    test::FailingStore failing{store_};
    failing.plan({.operation = 1, .from_then_on = true});
    auto const refused = archive.put(failing, {slot, slot});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().error.code, Code::io_failed);
    EXPECT_TRUE(holds(slot));
}

TEST_F(ArchiveTest, AnotherGeometryIsRefused) {
    static_cast<void>(open());
    StoreGeometry other = geometry;
    other.segment_bytes *= 2;
    EXPECT_EQ(Archive::open(path_, other).error().error.code, Code::mirrors_differ);
    MemoryStore unlike{other};
    EXPECT_EQ(open().put(unlike, {slot, slot}).error().error.code, Code::mirrors_differ);
    std::string const file = folder_.name("file");
    std::ofstream{file} << "text";
    EXPECT_EQ(Archive::open(file, geometry).error().error.code, Code::not_a_log);
}

} // namespace axiom::host

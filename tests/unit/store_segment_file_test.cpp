// Writing past the page cache: what is read afterwards is what was written, whatever way the bytes
// took.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fcntl.h>

#include <sim-host/platform/segment_file.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/unit/syscall_faults.hpp>

namespace axiom::host {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t pages = 8;

struct alignas(page) Pages {
    std::array<std::byte, pages * page> bytes{};

    explicit Pages(unsigned seed) {
        for (std::size_t index = 0; index < bytes.size(); ++index) {
            bytes[index] = static_cast<std::byte>(index * 31 + index / 251 + seed);
        }
    }
};

class SegmentFileTest : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        auto const made =
            HostFile::open(AT_FDCWD, path_, {.writable = true, .create_new = true}, path_);
        ASSERT_TRUE(made && made->write_zeros(0, pages * page));
        auto file = SegmentFile::open(AT_FDCWD, path_, true, path_);
        ASSERT_TRUE(file);
        file_.emplace(std::move(*file));
    }
    void TearDown() override { test::plan_no_syscall_fault(); }

    // Writes a part of `source` to the same place of the file.
    void write(Pages const& source, std::size_t from, std::size_t bytes) {
        ASSERT_TRUE(file_->write_through(from, Bytes{source.bytes}.subspan(from, bytes)));
        std::copy_n(source.bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes,
                    expected_.begin() + static_cast<std::ptrdiff_t>(from));
    }

    void expect_written() {
        std::vector<std::byte> found(pages * page);
        ASSERT_TRUE(file_->read(0, found));
        EXPECT_TRUE(found == expected_);
    }

    test::TemporaryFolder folder_{GetParam() ? test::TemporaryFolder::quick_parent()
                                             : std::filesystem::temp_directory_path()};
    std::string path_ = folder_.name("segment");
    std::optional<SegmentFile> file_;
    std::vector<std::byte> expected_ = std::vector<std::byte>(pages * page);
};

TEST_P(SegmentFileTest, WhatTheCacheHeldIsNotReadAgain) {
    expect_written(); // zeros, which the cache holds now
    write(Pages{1}, 0, pages * page);
    expect_written();
    write(Pages{2}, page, 2 * page);
    expect_written();
}

TEST_P(SegmentFileTest, PartsOfPagesAndWholeOnesMayFollowEachOther) {
    write(Pages{1}, 100, 700);
    write(Pages{2}, 0, page);
    write(Pages{3}, page - 1, page + 2);
    write(Pages{4}, page, page);
    expect_written();
    ASSERT_TRUE(file_->flush_data());
    expect_written();
}

TEST_P(SegmentFileTest, WhatIsCutShortInsideAPageGoesThroughTheCache) {
    Pages const source{5};
    test::plan_short_transfers(700);
    write(source, 0, pages * page);
    test::plan_no_syscall_fault();
    expect_written();
}

INSTANTIATE_TEST_SUITE_P(Folders, SegmentFileTest, testing::Values(false, true),
                         [](auto const& info) { return info.param ? "quick" : "disk"; });

} // namespace
} // namespace axiom::host

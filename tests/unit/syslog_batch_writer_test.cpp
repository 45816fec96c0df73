// Batches are kept in files of a bounded size, of which there is a bounded number.

#include <gtest/gtest.h>

#include <filesystem>

#include <sim-host/syslog/batch_writer.hpp>
#include <sim-host/syslog/kept_batches.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {
namespace {

class SyslogBatchWriter : public testing::Test {
  protected:
    // Nobody has sealed it, which the keeper does not look at.
    static std::vector<kernel::Record> batch(std::uint64_t first, std::uint32_t count) {
        std::vector<kernel::Record> records(1 + std::size_t{count});
        records.front() = std::bit_cast<kernel::Record>(
            kernel::BatchHeader{.boot = 1, .first = first, .count = count});
        return records;
    }
    static Bytes bytes_of(std::vector<kernel::Record> const& batch) {
        return std::as_bytes(std::span{batch});
    }
    HostResult<void> keep(std::uint64_t first, std::uint32_t count) {
        return writer_.keep(bytes_of(batch(first, count)));
    }
    [[nodiscard]] std::vector<std::uint64_t> kept() const {
        std::vector<std::uint64_t> firsts;
        EXPECT_TRUE(for_each_kept_batch(
            folder_.path(),
            [&](KeptBatch const& one) {
                EXPECT_EQ(one.batch.size(), 1 + one.header.count);
                firsts.push_back(one.header.first);
            },
            [](KeptRest const&) {}));
        return firsts;
    }

    axiom::test::TemporaryFolder folder_;
    BatchWriter writer_{folder_.path()};
};

TEST_F(SyslogBatchWriter, WhatIsKeptIsReadInItsOrder) {
    ASSERT_TRUE(keep(0, 3));
    ASSERT_TRUE(keep(3, 0));
    ASSERT_TRUE(keep(3, 1024));
    EXPECT_EQ(kept(), (std::vector<std::uint64_t>{0, 3, 3}));
}

TEST_F(SyslogBatchWriter, TheOldestFilesGoForNewOnes) {
    constexpr std::uint64_t batches_of_a_file = batch_file_bytes_max / (4097 * 64);
    for (std::uint64_t index = 0; index < batches_of_a_file * (batch_files_max + 2); ++index) {
        ASSERT_TRUE(keep(index, 4096));
    }
    auto const files = batch_files_in(folder_.path());
    ASSERT_TRUE(files);
    EXPECT_EQ(files->size(), batch_files_max);
    EXPECT_EQ(files->front(), 3U);
    EXPECT_EQ(kept().front(), 2 * batches_of_a_file);
}

TEST_F(SyslogBatchWriter, WhoBeginsAnewBeginsAFile) {
    ASSERT_TRUE(keep(0, 3));
    BatchWriter another{folder_.path()};
    ASSERT_TRUE(another.keep(bytes_of(batch(3, 1))));
    EXPECT_EQ(batch_files_in(folder_.path())->size(), 2U);
    EXPECT_EQ(kept(), (std::vector<std::uint64_t>{0, 3}));
}

TEST_F(SyslogBatchWriter, WhatIsNoBatchIsRefusedAndNothingIsWritten) {
    auto const whole = batch(0, 3);
    for (std::size_t const bytes : {0U, 63U, 64U, 192U, 255U}) {
        auto const refused = writer_.keep(bytes_of(whole).first(bytes));
        ASSERT_FALSE(refused) << bytes;
        EXPECT_EQ(refused.error().error.code, Code::out_of_range);
    }
    auto const too_many = batch(0, 4097);
    EXPECT_FALSE(writer_.keep(bytes_of(too_many)));
    EXPECT_EQ(batch_files_in(folder_.path())->size(), 0U);
}

TEST_F(SyslogBatchWriter, WhatIsBehindTheLastWholeBatchIsNone) {
    ASSERT_TRUE(keep(0, 3));
    ASSERT_TRUE(keep(3, 3));
    std::string const file = folder_.path().string() + "/" + batch_file_name(1);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 64);
    EXPECT_EQ(kept(), (std::vector<std::uint64_t>{0}));
}

TEST_F(SyslogBatchWriter, OtherFilesOfTheFolderAreLeftAlone) {
    std::filesystem::create_directory(folder_.path().string() + "/other");
    std::filesystem::copy_file("/proc/self/exe", folder_.path().string() + "/1.batches");
    ASSERT_TRUE(keep(0, 3));
    EXPECT_EQ(batch_files_in(folder_.path())->size(), 1U);
    EXPECT_EQ(kept(), (std::vector<std::uint64_t>{0}));
}

TEST_F(SyslogBatchWriter, WithoutItsFolderItSaysSo) {
    BatchWriter nowhere{folder_.path().string() + "/none"};
    EXPECT_FALSE(nowhere.keep(bytes_of(batch(0, 3))));
    EXPECT_TRUE(for_each_kept_batch(
        folder_.path().string() + "/none", [](KeptBatch const&) { ADD_FAILURE(); },
        [](KeptRest const&) { ADD_FAILURE(); }));
}

} // namespace
} // namespace axiom::host

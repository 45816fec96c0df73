// The host's stores against a system that interrupts, moves less than asked, and fails: each kind
// of refusal once, then every call of a whole run, one after the other.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sim-host/platform/archive.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/unit/syscall_faults.hpp>

namespace axiom::host {

namespace {

using test::Call;
using test::plan_no_syscall_fault;
using test::plan_short_transfers;
using test::plan_syscall_fault;

constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 8 * 512};
constexpr std::size_t block = geometry.storage_block_bytes;
constexpr SlotIndex slot{0};

std::vector<std::byte> pattern(std::size_t bytes) {
    std::vector<std::byte> data(bytes);
    for (std::size_t index = 0; index < bytes; ++index) {
        data[index] = static_cast<std::byte>(index * 31 + index / 256 + 1);
    }
    return data;
}

} // namespace

class StoreSyscalls : public testing::TestWithParam<bool> {
  protected:
    void TearDown() override { plan_no_syscall_fault(); }

    HostResult<std::unique_ptr<HostStore>> create() {
        if (GetParam()) {
            return ImageStore::create_file(path_, geometry, 4);
        }
        return FileStore::create(path_, geometry);
    }

    HostResult<std::unique_ptr<HostStore>> open(OpenMode mode) {
        if (GetParam()) {
            return ImageStore::open({.path = path_}, mode);
        }
        return FileStore::open(path_, mode);
    }

    /// A store with one slot, all of it written and flushed.
    std::unique_ptr<HostStore> filled() {
        auto store = std::move(*create());
        EXPECT_TRUE(store->extend().has_value());
        EXPECT_TRUE(store->write({slot, 0}, whole_).has_value());
        EXPECT_TRUE(store->flush().has_value());
        return store;
    }

    test::TemporaryFolder folder_{test::TemporaryFolder::quick_parent()};
    std::string path_ = folder_.name("log");
    std::vector<std::byte> whole_ = pattern(geometry.segment_bytes);
};

TEST_P(StoreSyscalls, InterruptedAndShortTransfersAreCarriedOn) {
    auto const store = std::move(*create());
    ASSERT_TRUE(store->extend().has_value());
    for (std::size_t const step : {1U, 7U, 511U, 4096U}) {
        std::vector<std::byte> const data = pattern(geometry.segment_bytes - step % 3 * block);
        plan_short_transfers(step);
        EXPECT_TRUE(store->write({slot, 0}, data).has_value());
        std::vector<std::byte> seen(data.size());
        EXPECT_TRUE(store->read({slot, 0}, seen).has_value());
        plan_no_syscall_fault();
        EXPECT_EQ(seen, data);
    }
    plan_short_transfers(5);
    EXPECT_TRUE(store->claim_epoch(Epoch{9}).has_value());
    EXPECT_EQ(store->claimed_epoch().value(), Epoch{9});
}

TEST_P(StoreSyscalls, FailedReadSaysWhereAndWhyAndIsNotFinal) {
    auto const store = filled();
    std::vector<std::byte> room(block);
    plan_syscall_fault({.call = Call::read, .error_number = EIO});
    Result<void> const refused = store->read({slot, 2 * block}, room);
    plan_no_syscall_fault();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), (Error{Code::io_failed, 2 * block, 0}));
    EXPECT_NE(store->last_problem().find("read: Input/output error"), std::string::npos);
    EXPECT_NE(store->last_problem().find(path_), std::string::npos);
    EXPECT_TRUE(store->read({slot, 2 * block}, room).has_value());
}

TEST_P(StoreSyscalls, FailedWritesHaveTheirOwnCodes) {
    auto const store = filled();
    auto const code_of = [&](int error_number) {
        plan_syscall_fault({.call = Call::write, .error_number = error_number});
        Result<void> const refused = store->write({slot, 0}, Bytes{whole_}.first(block));
        EXPECT_EQ(plan_no_syscall_fault(), 1U);
        return refused ? Code{} : refused.error().code;
    };
    EXPECT_EQ(code_of(EIO), Code::io_failed);
    EXPECT_EQ(code_of(ENOSPC), Code::store_full);
    EXPECT_EQ(code_of(EDQUOT), Code::store_full);
    EXPECT_EQ(code_of(EROFS), Code::read_only);
    EXPECT_EQ(code_of(0), Code::short_transfer);
    EXPECT_TRUE(store->write({slot, 0}, Bytes{whole_}.first(block)).has_value());
    EXPECT_TRUE(store->flush().has_value());
}

TEST_P(StoreSyscalls, FailedFlushIsFinalThoughTheSystemWouldSayYesNextTime) {
    for (int const error_number : {EIO, ENOSPC, EINTR}) {
        std::filesystem::remove_all(path_);
        auto store = filled();
        ASSERT_TRUE(store->write({slot, 0}, Bytes{whole_}.first(block)).has_value());
        plan_syscall_fault({.call = Call::flush, .error_number = error_number});
        EXPECT_EQ(store->flush().error().code, Code::flush_failed);
        EXPECT_EQ(plan_no_syscall_fault(), 1U);

        EXPECT_EQ(store->flush().error().code, Code::flush_failed);
        EXPECT_EQ(store->write({slot, 0}, {}).error().code, Code::flush_failed);
        EXPECT_EQ(store->discard({slot, 0}).error().code, Code::flush_failed);
        EXPECT_EQ(store->extend().error().code, Code::flush_failed);
        EXPECT_EQ(store->claim_epoch(Epoch{1}).error().code, Code::flush_failed);
        std::vector<std::byte> seen(geometry.segment_bytes);
        EXPECT_TRUE(store->read({slot, 0}, seen).has_value());

        store.reset();
        auto const again = open(OpenMode::write);
        ASSERT_TRUE(again.has_value());
        EXPECT_TRUE((*again)->flush().has_value());
    }
}

TEST_P(StoreSyscalls, FailedFlushOfAClaimIsFinalToo) {
    auto const store = filled();
    plan_syscall_fault({.call = Call::flush, .error_number = EIO});
    EXPECT_EQ(store->claim_epoch(Epoch{1}).error().code, Code::flush_failed);
    plan_no_syscall_fault();
    EXPECT_EQ(store->flush().error().code, Code::flush_failed);
}

// Each call of creating, growing, claiming and writing fails, once and from then on, with each of
// three errors. Whatever happened, what was flushed before is there, and a store that opens is
// whole.
TEST_P(StoreSyscalls, EveryCallFailsOnceAndForGoodAndWhatWasFlushedStays) {
    for (int const error_number : {EIO, ENOSPC, 0}) {
        for (bool const from_then_on : {false, true}) {
            bool fired = true;
            std::uint64_t nth = 0;
            for (; fired; ++nth) {
                ASSERT_LT(nth, 2000U);
                std::filesystem::remove_all(path_);
                filled().reset();
                auto store = std::move(*open(OpenMode::write));
                plan_syscall_fault(
                    {.nth = nth, .error_number = error_number, .from_then_on = from_then_on}, true);
                Result<SlotIndex> const extended = store->extend();
                Result<void> const claimed = store->claim_epoch(Epoch{1});
                Result<void> written = fail(Code::io_failed);
                if (extended) {
                    written = store->write({*extended, 0}, whole_);
                    written = written ? store->flush() : written;
                }
                fired = plan_no_syscall_fault() > 0;
                store.reset();

                auto const reopened = open(OpenMode::write);
                ASSERT_TRUE(reopened.has_value()) << reopened.error().text;
                Store& after = **reopened;
                std::vector<std::byte> seen(geometry.segment_bytes);
                ASSERT_TRUE(after.read({slot, 0}, seen).has_value());
                EXPECT_EQ(seen, whole_) << "call " << nth;
                EXPECT_LE(after.slots(), 2U);
                if (extended) {
                    ASSERT_EQ(after.slots(), 2U) << "call " << nth;
                }
                if (after.slots() == 2) { // made, though perhaps not said
                    ASSERT_TRUE(after.read({SlotIndex{1}, 0}, seen).has_value());
                    EXPECT_TRUE(seen == whole_ || !written) << "call " << nth;
                }
                Epoch const epoch = after.claimed_epoch().value();
                EXPECT_TRUE(epoch == Epoch{1} || (!claimed && epoch == Epoch{0})) << "call " << nth;
                EXPECT_TRUE(after.extend().has_value());
            }
            EXPECT_GT(nth, 10U); // the run did meet its calls
        }
    }
}

TEST_P(StoreSyscalls, EveryCallOfCreationFailsAndCreatingAgainWorks) {
    bool fired = true;
    for (std::uint64_t nth = 0; fired; ++nth) {
        ASSERT_LT(nth, 2000U);
        std::filesystem::remove_all(path_);
        plan_syscall_fault({.nth = nth, .error_number = EIO, .from_then_on = true}, true);
        bool const created = create().has_value();
        fired = plan_no_syscall_fault() > 0;
        EXPECT_TRUE(created || fired);
        if (created) {
            EXPECT_TRUE(open(OpenMode::write).has_value()) << "call " << nth;
            continue;
        }
        // A log that is whole, or none yet and room to make one.
        if (GetParam()) {
            auto const opened = open(OpenMode::write);
            auto const again = opened ? HostResult<std::unique_ptr<ImageStore>>{}
                                      : ImageStore::format({.path = path_}, geometry);
            EXPECT_TRUE(opened.has_value() || again.has_value()) << "call " << nth;
        } else {
            auto const again = FileStore::create(path_, geometry);
            EXPECT_TRUE(again.has_value() || again.error().error.code == Code::already_exists)
                << "call " << nth << ": " << again.error().text;
            EXPECT_TRUE(again.has_value() || open(OpenMode::write).has_value());
        }
    }
}

TEST_P(StoreSyscalls, EveryCallOfArchivingFailsAndTheArchiveKeepsWhatItHad) {
    auto const store = filled();
    std::string const archive_path = folder_.name("archive");
    bool fired = true;
    for (std::uint64_t nth = 0; fired; ++nth) {
        ASSERT_LT(nth, 2000U);
        std::filesystem::remove_all(archive_path);
        Archive archive = std::move(*Archive::open(archive_path, geometry));
        ASSERT_TRUE(archive.put(*store, {slot, slot}).has_value());
        ASSERT_TRUE(store->write({slot, 0}, std::vector<std::byte>(block)).has_value());
        plan_syscall_fault({.nth = nth, .error_number = EIO}, true);
        bool const put = archive.put(*store, {slot, slot}).has_value();
        fired = plan_no_syscall_fault() > 0;

        std::vector<std::byte> now(geometry.segment_bytes);
        ASSERT_TRUE(store->read({slot, 0}, now).has_value());
        auto const reader = std::move(*FileStore::open(archive_path, OpenMode::read));
        std::vector<std::byte> seen(geometry.segment_bytes);
        ASSERT_TRUE(reader->read({slot, 0}, seen).has_value());
        EXPECT_TRUE(seen == now || (!put && seen == whole_)) << "call " << nth;
        EXPECT_EQ(reader->slots(), 1U);
        auto const names =
            std::distance(std::filesystem::directory_iterator{archive_path + "/segments"}, {});
        EXPECT_EQ(names, 1) << "call " << nth; // nothing unfinished stays behind
        ASSERT_TRUE(store->write({slot, 0}, Bytes{whole_}.first(block)).has_value());
    }
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreSyscalls, testing::Values(false, true),
                         [](auto const& info) { return info.param ? "image" : "file"; });

} // namespace axiom::host

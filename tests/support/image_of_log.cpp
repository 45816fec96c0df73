// Making an image; see tests/support/image_of_log.hpp.

#include <tests/support/image_of_log.hpp>

#include <algorithm>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>
#include <tests/support/file_bytes.hpp>

namespace axiom::test {

namespace fs = std::filesystem;

void image_of_log(std::string const& folder, std::string const& image) {
    auto const log = host::FileStore::open(folder, host::OpenMode::read);
    ASSERT_TRUE(log) << log.error().text;
    std::vector<fs::path> segments;
    for (auto const& file : fs::directory_iterator{fs::path{folder} / "segments"}) {
        segments.push_back(file.path());
    }
    std::ranges::sort(segments);
    auto const store = std::move(*host::ImageStore::create_file(
        image, {.storage_block_bytes = 4096, .segment_bytes = std::uint64_t{1} << 20U}, 8));
    for (fs::path const& file : segments) {
        auto const slot = store->extend();
        ASSERT_TRUE(slot);
        std::string const bytes = bytes_in(file);
        ASSERT_TRUE(store->write({*slot, 0}, bytes_of(bytes)));
    }
    ASSERT_TRUE(store->claim_epoch(*(*log)->claimed_epoch()));
    ASSERT_TRUE(store->flush());
}

} // namespace axiom::test

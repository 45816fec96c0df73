#include <sim-host/platform/segment_file.hpp>

#include <cerrno>
#include <utility>

#include <sys/stat.h>

namespace axiom::host {

namespace {

// What every disk takes: sectors are of 512 or of 4,096 bytes.
constexpr std::uint64_t page_bytes = 4096;

bool is_whole_pages(std::uint64_t offset, Bytes bytes) noexcept {
    auto const address = reinterpret_cast<std::uintptr_t>(bytes.data());
    return (offset | bytes.size() | address) % page_bytes == 0;
}

bool is_same_file(HostFile const& one, HostFile const& other) noexcept {
    struct stat first{};
    struct stat second{};
    return ::fstat(one.descriptor(), &first) == 0 && ::fstat(other.descriptor(), &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

} // namespace

SegmentFile::SegmentFile(SegmentFile&& other) noexcept
    // NOLINTNEXTLINE(bugprone-use-after-move): only the base is moved from
    : HostFile{std::move(other)}, direct_{std::move(other.direct_)},
      goes_direct_{other.goes_direct_.load()} {}

HostResult<SegmentFile> SegmentFile::open(int folder, std::string const& name, bool writable,
                                          std::string const& shown_path) {
    HostFile file = TRY(HostFile::open(folder, name, {.writable = writable}, shown_path));
    if (writable) {
        auto direct =
            HostFile::open(folder, name, {.writable = true, .past_cache = true}, shown_path);
        if (direct && is_same_file(file, *direct)) {
            return SegmentFile{std::move(file), std::move(*direct)};
        }
    }
    return SegmentFile{std::move(file), HostFile{}};
}

HostResult<void> SegmentFile::write_through(std::uint64_t offset, Bytes from) const {
    if (goes_direct_.load(std::memory_order_relaxed) && is_whole_pages(offset, from)) {
        HostResult<void> done = direct_.write(offset, from);
        // Where the system found place or length unfit it may have moved a part: all of it goes
        // once more, the same bytes to the same place.
        if (done || done.error().error_number != EINVAL) {
            return done;
        }
        goes_direct_.store(false, std::memory_order_relaxed);
    }
    return write(offset, from);
}

} // namespace axiom::host

#pragma once
// SegmentFile: one segment's file, and a second way to it that goes past the page cache.
//
// What a writer puts into a segment is hardly ever read soon, and the flush behind it waits for the
// disk whatever was copied before. Whole storage pages go to the disk from the group's own buffer:
//
//     through the cache   copy ─ mark dirty │ flush: find what is dirty ─ to the disk ─ its cache
//     past it             to the disk       │ flush: its cache
//
// The same promise, with less to do between a write and its end. A file system that has no such way
// gets everything through the cache.

#include <atomic>

#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

class SegmentFile final : public HostFile {
  public:
    /// Opens `name` seen from `folder`, for writing in both ways if `writable`.
    [[nodiscard]] static HostResult<SegmentFile> open(int folder, std::string const& name,
                                                      bool writable, std::string const& shown_path);

    /// Moved only before it is shared.
    SegmentFile(SegmentFile&& other) noexcept;
    SegmentFile(SegmentFile const&) = delete;
    SegmentFile& operator=(SegmentFile&&) = delete;
    SegmentFile& operator=(SegmentFile const&) = delete;
    ~SegmentFile() = default;

    /// As `write`, past the cache where bytes, place and length are whole pages and the system can.
    /// Durable after `flush_data` and not before.
    [[nodiscard]] HostResult<void> write_through(std::uint64_t offset, Bytes from) const;

  private:
    SegmentFile(HostFile file, HostFile direct) noexcept
        : HostFile{std::move(file)}, direct_{std::move(direct)}, goes_direct_{direct_.is_open()} {}

    HostFile direct_;
    mutable std::atomic<bool> goes_direct_;
};

} // namespace axiom::host

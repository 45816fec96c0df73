#pragma once
// A store in one regular file or block device: the medium area, then the slots, at fixed places.
//
//      start            start + 256 KiB
//      | medium area    | slot 0 | slot 1 | … | slot slots_max - 1 |
//
// `start` may lie anywhere, so that a partition of a disk image is opened in place. How many slots
// are in use stands in the record of claims. Invariants: nothing outside `[start, end of the last
// slot)` is read or written; a medium too small for the slots in use is never wrapped: writers
// refuse it, a reader finds `size_changed` where it ends; a slot is filled with zeros when it comes
// into use, whatever lay there. Writers lock the header's place, within the file, so that two
// partitions of one image have a writer each.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <sim-host/platform/host_store.hpp>
#include <sim-host/platform/medium_mending.hpp>

namespace axiom::host {

struct ImagePlace {
    std::string path{};
    std::uint64_t start{}; // bytes; a multiple of 512
    std::uint64_t bytes{}; // room of the medium; 0 is all that follows
};

class ImageStore final : public HostStore {
  public:
    /// Makes a medium in an existing file or device whose medium area holds nothing but zeros, with
    /// as many slots as fit, and opens it for writing. `already_exists` when something is there,
    /// `store_full` when not even one slot fits, `out_of_range` for an impossible geometry or
    /// start.
    [[nodiscard]] static HostResult<std::unique_ptr<ImageStore>> format(ImagePlace const& place,
                                                                        StoreGeometry geometry);

    /// Makes a new file with room for `slots_max` slots, then formats it.
    [[nodiscard]] static HostResult<std::unique_ptr<ImageStore>>
    create_file(std::string const& path, StoreGeometry geometry, std::uint32_t slots_max);

    /// `not_a_log`, `writer_alive`, `size_changed` when the slots in use do not fit any more and
    /// it is to be written, or more than `missing_max` are gone, ...
    /// `place.bytes` is not needed here.
    [[nodiscard]] static HostResult<std::unique_ptr<ImageStore>> open(ImagePlace const& place,
                                                                      OpenMode mode);

    /// Makes the image's medium area what it must be (medium_mending.hpp), durable when it returns;
    /// with `allowed` as the only writer, else only looks.
    [[nodiscard]] static HostResult<std::vector<MediumMend>> mend(ImagePlace const& place,
                                                                  bool allowed);

    /// More slots than this beyond the medium's end are no cut: the record is not to be believed.
    static constexpr std::uint32_t missing_max = 1024;

    [[nodiscard]] std::uint32_t slots_max() const noexcept { return header_.slots_max; }

    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;

  private:
    ImageStore(HostFile file, std::uint64_t start, MediumHeader header, OpenMode mode)
        : HostStore{std::move(file), start, header.geometry, mode}, header_{header}, start_{start} {
    }

    [[nodiscard]] static HostResult<HostFile> open_file(ImagePlace const& place, OpenMode mode);
    [[nodiscard]] static HostResult<std::unique_ptr<ImageStore>>
    assemble(HostFile file, ImagePlace const& place, OpenMode mode);

    [[nodiscard]] std::uint64_t place_of(SlotOffset at) const noexcept {
        return start_ + header_.slots_start + at.slot.value * header_.geometry.segment_bytes +
               at.offset;
    }
    [[nodiscard]] HostResult<SlotIndex> extend_locked();

    MediumHeader header_;
    std::uint64_t start_;
    std::uint32_t readable_max_{}; // slots, those that were cut off included
    std::mutex flush_mutex_; // around what flushes the file, so that nobody takes another's error
    std::atomic<bool> dirty_{false};
    mutable std::atomic<std::uint32_t> slots_{};
};

} // namespace axiom::host

#pragma once
// A folder to which sealed segments are copied.
//
//      ARCHIVE/medium, ARCHIVE/segments/…      as in the folder of a log, so that every reader
//      opens it
//
// Invariants: a segment is there whole and durable under its name or not at all: it is copied under
// another name, flushed, read back from the device, compared, and renamed over what was there.
// Several can be made to appear in one step: beside `segments` a folder is made that has the new
// ones and links to those that are there, and the two change places.
// Copying the same bytes again changes nothing. Which segments are copied, how far, and that an
// erased attachment is erased here too, is decided above (sim-host/log/archive_keeper.hpp).

#include <span>
#include <string>

#include <sim-host/platform/log_folder.hpp>

namespace axiom::host {

enum class ArchiveOutcome : std::uint8_t { unchanged, added, replaced };

/// What is copied: a slot of the log up to `end`, zeros from there on, and the number of its
/// segment, which is its name here.
struct ArchivePiece {
    SlotIndex slot;
    SlotIndex number;
    std::uint64_t end{~std::uint64_t{0}};
};

class Archive {
  public:
    /// Makes the folder and its medium if need be. `mirrors_differ` when it holds another geometry.
    [[nodiscard]] static HostResult<Archive> open(std::string const& path, StoreGeometry geometry);

    /// Copies a piece of `from`. On a refusal what was there before is still there.
    [[nodiscard]] HostResult<ArchiveOutcome> put(Store& from, ArchivePiece const& piece);

    /// Copies all of `pieces`; whatever stops it, they are all there or none is. Where the folder's
    /// file system cannot have two folders change places, they appear one after the other.
    [[nodiscard]] HostResult<void> put_together(Store& from, std::span<ArchivePiece const> pieces);

    /// Removes copies that were never finished. Nobody else may be making one.
    [[nodiscard]] HostResult<void> remove_unfinished() const;

    /// Whether segment `number` is there.
    [[nodiscard]] HostResult<bool> holds(SlotIndex number) const;

  private:
    Archive(HostFile folder, HostFile segments, StoreGeometry geometry) noexcept
        : folder_{std::move(folder)}, segments_{std::move(segments)}, geometry_{geometry} {}

    [[nodiscard]] HostResult<HostFile> open_segment(std::string const& name, OpenFile how) const;
    [[nodiscard]] HostResult<HostFile> open_inside(char const* name) const;
    [[nodiscard]] HostResult<bool> fill_next(HostFile const& next, Store& from,
                                             std::span<ArchivePiece const> pieces) const;
    [[nodiscard]] HostResult<void> remove_next() const;
    [[nodiscard]] HostResult<void> copy_to(HostFile const& file, Store& from,
                                           ArchivePiece const& piece) const;

    HostFile folder_;
    HostFile segments_;
    StoreGeometry geometry_;
};

} // namespace axiom::host

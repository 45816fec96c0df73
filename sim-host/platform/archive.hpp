#pragma once
// A folder to which sealed segments are copied.
//
//      ARCHIVE/medium, ARCHIVE/segments/…      as in the folder of a log, so that every reader
//      opens it
//
// Invariants: a segment is there whole and durable under its name or not at all: it is copied under
// another name, flushed, read back from the device, compared, and renamed over what was there.
// Copying the same bytes again changes nothing. Which segments are copied, and that an erased
// attachment is erased here too, is decided above (sim-host/log/archive_keeper.hpp).

#include <string>

#include <sim-host/platform/log_folder.hpp>

namespace axiom::host {

enum class ArchiveOutcome : std::uint8_t { unchanged, added, replaced };

class Archive {
  public:
    /// Makes the folder and its medium if need be. `mirrors_differ` when it holds another geometry.
    [[nodiscard]] static HostResult<Archive> open(std::string const& path, StoreGeometry geometry);

    /// Copies `slot` of `from`, whole, as segment `number` of the archive. On a refusal what was
    /// there before is still there.
    [[nodiscard]] HostResult<ArchiveOutcome> put(Store& from, SlotIndex slot, SlotIndex number);

    /// Whether segment `number` is there.
    [[nodiscard]] HostResult<bool> holds(SlotIndex number) const;

  private:
    Archive(HostFile segments, StoreGeometry geometry) noexcept
        : segments_{std::move(segments)}, geometry_{geometry} {}

    [[nodiscard]] HostResult<HostFile> open_segment(std::string const& name, OpenFile how) const;
    [[nodiscard]] HostResult<void> copy_to(HostFile const& file, Store& from, SlotIndex slot) const;

    HostFile segments_;
    StoreGeometry geometry_;
};

} // namespace axiom::host

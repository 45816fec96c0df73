#pragma once
// The segment files of a folder: one file per slot, named by its index, a bounded number of them
// open.
//
// Invariant: a file under its final name has its full length, written with zeros and durable, name
// included: it is made under another name and renamed. So nothing on the append path grows a file
// or changes its extents, and a crash while a slot is made leaves no half slot. A file that is in
// use is not closed, only dropped from the table.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <axiom/port/store.hpp>
#include <sim-host/platform/segment_file.hpp>

namespace axiom::host {

/// `00000007.axm`
[[nodiscard]] std::string segment_file_name(SlotIndex slot);

class SlotFiles {
  public:
    using Handle = std::shared_ptr<SegmentFile const>;

    static constexpr std::size_t open_files_max = 64;
    static constexpr std::uint32_t slots_max = 100'000'000; // what eight digits can name
    static constexpr std::uint32_t missing_max = 1024;

    SlotFiles(HostFile folder, std::uint64_t segment_bytes, bool writable) noexcept
        : folder_{std::move(folder)}, segment_bytes_{segment_bytes}, writable_{writable} {}

    /// One more than the highest slot that has a file. `size_changed` when more than `missing_max`
    /// below it have none: a stray name does not make a log of a hundred million slots.
    [[nodiscard]] HostResult<std::uint32_t> count() const;

    /// Whether `slot` has a file.
    [[nodiscard]] bool exists(SlotIndex slot) const;

    /// The file of `slot`, opened if need be. `size_changed` when there is none.
    [[nodiscard]] HostResult<Handle> open(SlotIndex slot);

    /// Makes the file of `slot`: zeros, durable. `already_exists` when there is one; on any refusal
    /// nothing is left behind.
    [[nodiscard]] HostResult<void> create(SlotIndex slot);

    /// Removes what a crash during `create` left.
    [[nodiscard]] HostResult<void> remove_unfinished();

    [[nodiscard]] HostFile const& folder() const noexcept { return folder_; }

  private:
    struct OpenSlot {
        SlotIndex slot;
        std::uint64_t last_use;
        Handle file;
    };

    [[nodiscard]] std::string shown_path(std::string const& name) const;
    [[nodiscard]] HostResult<void> fill_and_name(std::string const& unfinished,
                                                 SlotIndex slot) const;

    HostFile folder_;
    std::uint64_t segment_bytes_;
    bool writable_;
    std::mutex mutex_;
    std::uint64_t uses_{};
    std::vector<OpenSlot> open_;
};

} // namespace axiom::host

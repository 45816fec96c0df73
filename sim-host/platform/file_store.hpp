#pragma once
// A store in a folder of the host: one preallocated file per slot.
//
//      DATA/medium                   geometry and the record of claims (medium_header.hpp)
//      DATA/lock                     locked by the writer; says its process id, for people
//      DATA/segments/00000000.axm    slot 0, segment_bytes long from its birth
//
// Invariants: at most one writer holds the lock; nothing on the append path changes the length, the
// extents or the name of a file, so that a flush is one flush of data; a failed flush ends all
// writing. A reader takes no lock, writes nothing, and works on a log that is being appended to and
// on a read-only medium. `create` makes `medium` last: a folder without it is not a log yet.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <axiom/port/store.hpp>
#include <sim-host/platform/medium_area.hpp>
#include <sim-host/platform/slot_files.hpp>

namespace axiom::host {

enum class OpenMode : std::uint8_t {
    read,      // no lock, nothing is written
    write,     // `writer_alive` when another process holds the lock
    take_over, // writes even then: only for a writer known to be dead or about to be fenced off
};

class FileStore final : public Store {
  public:
    /// Makes the folder if need be and a medium in it, and opens it for writing. `already_exists`
    /// when the folder has one; `out_of_range` for a geometry that no medium can have.
    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>> create(std::string const& folder,
                                                                       StoreGeometry geometry);

    /// `not_a_log` when there is no medium here, `writer_alive`, `access_refused`, `read_only`.
    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>> open(std::string const& folder,
                                                                     OpenMode mode);

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return geometry_; }
    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// What the last refusal was about, with the path and the system's words; empty before the
    /// first.
    [[nodiscard]] std::string last_problem() const;

  private:
    struct Parts {
        HostFile lock; // open only when writing
        HostFile medium;
        HostFile segments;
        StoreGeometry geometry;
        OpenMode mode;
    };

    FileStore(Parts parts, std::uint32_t slots);

    [[nodiscard]] static HostResult<HostFile> lock_folder(HostFile const& folder, OpenMode mode);
    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>>
    assemble(HostFile folder, HostFile lock, OpenMode mode);

    /// Refuses a change when opened for reading or after a failed flush.
    [[nodiscard]] Result<void> check_writable() const noexcept;
    [[nodiscard]] Result<void> check_range(SlotOffset at, std::uint64_t bytes) const noexcept;
    [[nodiscard]] Failure refuse(Problem problem, SlotIndex slot) noexcept;
    void mark_dirty(SlotFiles::Handle const& file);

    HostFile lock_;
    HostFile medium_file_;
    MediumArea medium_{medium_file_, 0};
    StoreGeometry geometry_;
    OpenMode mode_;
    mutable SlotFiles files_;
    mutable std::atomic<std::uint32_t> slots_;
    std::atomic<bool> flush_failed_{false};
    std::vector<SlotFiles::Handle> flushing_; // used by the one thread that flushes
    mutable std::mutex mutex_;                // guards what follows
    std::vector<SlotFiles::Handle> dirty_;
    std::string last_problem_;
};

} // namespace axiom::host

#pragma once
// A store in a folder of the host: one preallocated file per slot (log_folder.hpp has the names).
//
// Invariants: at most one writer holds the lock; nothing on the append path changes the length, the
// extents or the name of a file, so that a flush is one flush of data; a failed flush ends all
// writing. A reader takes no lock, writes nothing, and works on a log that is being appended to and
// on a read-only medium. A missing or shortened segment file is damage that reads report; `discard`
// from 0 makes it anew.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sim-host/platform/host_store.hpp>
#include <sim-host/platform/log_folder.hpp>
#include <sim-host/platform/medium_mending.hpp>
#include <sim-host/platform/slot_files.hpp>

namespace axiom::host {

class FileStore final : public HostStore {
  public:
    /// Makes the folder if need be and a medium in it, and opens it for writing. `already_exists`
    /// when the folder has one; `out_of_range` for a geometry that no medium can have.
    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>> create(std::string const& folder,
                                                                       StoreGeometry geometry);

    /// `not_a_log` when there is no log here, `frame_damaged` when there are only its segments and
    /// nobody mends, `writer_alive`, `access_refused`, `read_only`.
    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>>
    open(std::string const& folder, OpenMode mode, Mending const& mending = {});

    /// What of the medium was mended when it was opened.
    [[nodiscard]] std::vector<MediumMend> const& medium_mends() const noexcept { return mends_; }

    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;

  private:
    FileStore(HostFile lock, HostFile medium, HostFile segments, StoreGeometry geometry,
              OpenMode mode);

    [[nodiscard]] static HostResult<std::unique_ptr<FileStore>>
    assemble(LogFolder const& folder, HostFile lock, OpenMode mode, StoreGeometry geometry);

    [[nodiscard]] HostResult<void> write_into(SlotOffset to, Bytes from);
    [[nodiscard]] HostResult<void> zero_tail(SlotOffset from);
    void mark_dirty(SlotFiles::Handle const& file);

    HostFile lock_; // open only when writing
    std::vector<MediumMend> mends_;
    mutable SlotFiles files_;
    mutable std::atomic<std::uint32_t> slots_{};
    std::mutex flush_mutex_; // one flush at a time: none returns before another's writes are safe
    std::vector<SlotFiles::Handle> flushing_; // used by the one thread that flushes
    std::mutex dirty_mutex_;
    std::vector<SlotFiles::Handle> dirty_;
};

} // namespace axiom::host

#pragma once
// The snapshots that lie beside a log.
//
//      DATA/snapshots/00000000000000000041.axs    the state after entry 41
//      DATA/snapshots/unfinished                  one that is being written
//
// A file here proves nothing: it counts only when the log's entry right behind its sequence names
// its length and digest (docs/state.md, 6). So the folder may be deleted at any time, and whatever
// else lies in it is left alone. A snapshot appears under its name whole or not at all.

#include <optional>
#include <vector>

#include <axiom/log/ids.hpp>
#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

/// No snapshot that this program writes or reads is larger.
inline constexpr std::uint64_t snapshot_file_bytes_max = std::uint64_t{1} << 30U;

class SnapshotFolder {
  public:
    /// `log` is the log's data folder, which must exist for `write` only.
    explicit SnapshotFolder(std::string const& log);

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// The path of the snapshot after `sequence`, whether it is there or not.
    [[nodiscard]] std::string file(Sequence sequence) const;

    /// The sequences that files are named by, rising. Empty when there is no folder.
    [[nodiscard]] HostResult<std::vector<Sequence>> listed() const;

    /// The same, empty also when the folder cannot be listed; std::bad_alloc for want of memory.
    [[nodiscard]] std::vector<Sequence> list() const;

    /// Exactly `bytes` bytes. `size_changed` when the file has another length, and what opening and
    /// reading refuse.
    [[nodiscard]] HostResult<std::vector<std::byte>> read(Sequence sequence,
                                                          std::uint64_t bytes) const;

    /// Whatever the file holds, if it is no longer than any snapshot.
    [[nodiscard]] HostResult<std::vector<std::byte>> read(Sequence sequence) const;

    /// Writes a snapshot, durable with its name when this returns; one of the same name is replaced
    /// whole.
    [[nodiscard]] HostResult<void> write(Sequence sequence, Bytes snapshot) const;

    /// Removes one; it is no loss when that fails.
    void remove(Sequence sequence) const noexcept;

  private:
    HostResult<std::vector<std::byte>> read_if(Sequence sequence,
                                               std::optional<std::uint64_t> bytes) const;

    std::string log_;
    std::string path_;
};

} // namespace axiom::host

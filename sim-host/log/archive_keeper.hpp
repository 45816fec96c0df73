#pragma once
// Keeps an archive beside a log: which segments are copied, and when.
//
//     complete (a successor is there) and sealed (under a checkpoint) ─▶ checked ─▶ copied
//     named by an Erase entry                                         ─▶ zeros here too
//
// Invariants: a segment is hashed again before it is copied, attachments included, so that nothing
// rotten is archived; one that is archived is never replaced, so that what pruning reduces in the
// log stays here whole; the archive is of this log or refused. Nothing of this is on the path of an
// append.

#include <memory>
#include <set>

#include <axiom/port/hash_engine.hpp>
#include <sim-host/platform/archive.hpp>
#include <sim-host/platform/file_store.hpp>

namespace axiom::host {

struct ArchiveReport {
    std::uint64_t copied{}; // segments
    std::uint64_t erased{}; // attachments made zeros in the archive
};

class ArchiveKeeper {
  public:
    /// Makes the folder if need be. `wrong_log` when it archives another log.
    [[nodiscard]] static HostResult<std::unique_ptr<ArchiveKeeper>>
    open(std::string const& path, Store& log, HashEngine const& engine);

    /// Copies what is complete, sealed (entries below `sealed`) and not there yet; with
    /// `has_erasures` honours them in what is there.
    [[nodiscard]] HostResult<ArchiveReport> sweep(Sequence sealed, bool has_erasures);

    /// One past the last entry that was in the archive when it was swept last. A snapshot of a
    /// later moment there would say that the archive has lost entries.
    [[nodiscard]] Sequence end() const noexcept { return end_; }

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    ArchiveKeeper(std::string path, Store& log, HashEngine const& engine, Archive archive,
                  HostFile lock)
        : path_{std::move(path)}, log_{log}, engine_{engine}, archive_{std::move(archive)},
          lock_{std::move(lock)} {}

    HostResult<std::uint64_t> copy_missing(Sequence sealed);
    HostResult<void> raise_claim();
    HostResult<std::uint64_t> erase(Sequence sealed);
    [[nodiscard]] HostResult<void> check_same_log() const;

    std::string path_;
    Store& log_;
    HashEngine const& engine_;
    Archive archive_;
    HostFile lock_; // one keeper at a time
    std::set<std::uint64_t> there_;
    Sequence end_{};
};

} // namespace axiom::host

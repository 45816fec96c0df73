#pragma once
// Keeps an archive beside a log: which segments are copied, and when.
//
//     complete (a successor is there) and sealed (under a checkpoint) ─▶ checked ─▶ copied
//     up to the last Erase entry, complete or not                     ─▶ checked ─▶ copied at once
//     named by an Erase entry                                         ─▶ zeros here too
//     behind the end of a segment's frames (late_writes.hpp)          ─▶ zeros here
//
// Invariants: zeros for an attachment are in the archive only with the entry that explains them, so
// that at no instant an honest erasure reads as tampering, and the bytes go without waiting for the
// segment with that entry to be finished: it is copied as far as it goes, and once more when it is
// complete. A segment is hashed again before it is copied, attachments included, so that nothing
// rotten is archived; one that is archived whole is never replaced, so that what pruning reduces in
// the log stays here; the archive is of this log or refused. Nothing of this is on the path of an
// append.

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <axiom/port/hash_engine.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/archive.hpp>
#include <sim-host/platform/file_store.hpp>

namespace axiom::host {

struct ArchiveReport {
    std::uint64_t copied{}; // segments
    std::uint64_t erased{}; // attachments made zeros in the archive
};

class ArchiveKeeper {
  public:
    /// Makes the folder if need be, and mends its medium. `wrong_log` when it archives another
    /// log.
    [[nodiscard]] static HostResult<std::unique_ptr<ArchiveKeeper>>
    open(std::string const& path, Store& log, HashEngine const& engine);

    /// Copies what is complete, sealed (entries below `sealed`) and not there yet, and honours the
    /// erasures, of which the log has `erased`, when it has not honoured so many. For those nothing
    /// may be on its way to the log's store: everything is durable, or the log is closed.
    [[nodiscard]] HostResult<ArchiveReport> sweep(Sequence sealed, std::uint64_t erased);

    /// One past the last entry that was in the archive when it was swept last. A snapshot of a
    /// later moment there would say that the archive has lost entries.
    [[nodiscard]] Sequence end() const noexcept { return end_; }

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// What of the archive's medium was mended when it was opened.
    [[nodiscard]] std::vector<MediumMend> const& medium_mends() const noexcept { return mends_; }

  private:
    ArchiveKeeper(std::string path, Store& log, HashEngine const& engine, Archive archive,
                  HostFile lock)
        : path_{std::move(path)}, log_{log}, engine_{engine}, archive_{std::move(archive)},
          lock_{std::move(lock)} {}

    struct Wanted {
        std::size_t segment{}; // of the log
        ArchivePiece piece;
        Sequence first{};
        Sequence end{}; // one past its last entry
    };
    // The archive's newest segment: after an erasure perhaps a part of the log's.
    struct Newest {
        std::uint64_t number{};
        Hash256 check{}; // of its header
        Sequence end{};  // one past its last entry
    };
    struct Walk;

    HostResult<std::uint64_t> copy_missing(Sequence sealed, Sequence erasures_end, bool together);
    HostResult<std::vector<Wanted>> missing(Walk& walk, Sequence sealed, Sequence erasures_end);
    HostResult<void> check(Walk& walk, Wanted& wanted) const;
    void is_there(Wanted const& wanted, std::span<store::SegmentPlace const> segments);
    HostResult<void> look_at_newest();
    HostResult<void> clear_late_writes(Walk const& walk);
    HostResult<void> raise_claim();
    HostResult<std::uint64_t> erase(ErasureTargets const& targets);
    [[nodiscard]] HostResult<void> check_same_log() const;

    std::string path_;
    Store& log_;
    HashEngine const& engine_;
    Archive archive_;
    HostFile lock_; // one keeper at a time
    std::vector<MediumMend> mends_;
    std::set<std::uint64_t> there_; // complete segments
    std::optional<Newest> newest_;
    std::uint64_t honoured_{}; // erasures
    bool looked_for_late_writes_{};
    Sequence end_{};
};

} // namespace axiom::host

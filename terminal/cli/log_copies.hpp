#pragma once
// The copies that a writer keeps: a mirror that gets every write, an archive that gets finished
// segments.
//
// A log's folder notes where they are (sim-host/platform/copies_note.hpp), so that a verb which is
// not told keeps them too; a copy that is noted and not there stops the verb, with the way out. A
// mirror is made equal to the log before anything is written, and whichever side fails meanwhile is
// said at once and in the verb's exit status: what was acknowledged is safe on the other.

#include <memory>
#include <optional>
#include <string>

#include <sim-host/log/archive_keeper.hpp>
#include <sim-host/platform/copies_note.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/log_sides.hpp>

namespace axiom::cli {

/// `--mirror DIR` and `--archive DIR`, for every verb that writes.
[[nodiscard]] OptionRow mirror_option();
[[nodiscard]] OptionRow archive_option();

/// What the verb was told; `none` forgets a copy.
struct WantedCopies {
    std::optional<std::string> mirror;
    std::optional<std::string> archive;
};
[[nodiscard]] WantedCopies wanted_copies(Invocation const& given);

/// Exit::usage when one of the wanted copies is, lies in or holds the log or the other copy.
void check_copies_apart(std::string const& log, WantedCopies const& wanted);

/// Whether a log is to be had though nothing is at its path: from the mirror that was named.
[[nodiscard]] bool mirror_has_log(WantedCopies const& wanted);

/// After a side was made anew: notes there what the other side, which notes it, knows of the copies
/// of both.
void note_as_before(std::string const& log, std::string const& mirror);

class CopiedLog {
  public:
    /// Opens the log at `path` and what copies of it are noted or wanted, and mends them.
    CopiedLog(std::string const& path, WantedCopies const& wanted, Console& console);

    [[nodiscard]] Store& store() noexcept;

    /// Says once, on stderr, that a side has failed since.
    void watch();

    /// Copies what is complete and sealed to the archive, if there is one, and honours the log's
    /// erasures there (ArchiveKeeper::sweep).
    void archive(Sequence sealed, std::uint64_t erased);

    /// Throws when the archive could not be brought up to date.
    void check_archive() const;

    /// After the log is closed: brings snapshots over; throws when a copy failed.
    void finish();

    /// The words of the store that failed last.
    [[nodiscard]] std::string last_problem() const;

  private:
    void check_notes_this_log() const;
    void open_archive(bool is_named);
    void check_archive_is_ours() const;
    void open_mirror(bool may_make_it);
    void note(std::string const& folder, std::string const& other) const;
    [[nodiscard]] Failure lost(host::MirrorSide side) const;

    Console& console_;
    LogSides names_;
    host::Copies copies_;
    OpenSides sides_;
    std::unique_ptr<host::MirrorStore> mirror_;
    std::unique_ptr<host::ArchiveKeeper> archive_;
    std::optional<host::Problem> archive_problem_;
    bool loss_was_said_{};
};

} // namespace axiom::cli

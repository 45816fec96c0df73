// Keeping copies of a log; see terminal/cli/log_copies.hpp.

#include <terminal/cli/log_copies.hpp>

#include <filesystem>

#include <sim-host/log/snapshot_folder.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/snapshot_copies.hpp>
#include <terminal/cli/whole_path.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view no_copy = "none";

std::string absolute(std::string const& path) {
    std::error_code error;
    fs::path const whole = fs::weakly_canonical(fs::absolute(path, error), error);
    throw_if_no_memory(error);
    if (error) {
        throw usage("`" + path + "` names no folder: " + error.message());
    }
    std::string text = whole.string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

// What is noted, changed by what the verb was told.
std::optional<std::string> choose(std::optional<std::string> const& noted,
                                  std::optional<std::string> const& wanted) {
    if (!wanted) {
        return noted;
    }
    return *wanted == no_copy ? std::nullopt : std::optional{absolute(*wanted)};
}

void remove_others(std::string const& from, std::string const& to) {
    host::SnapshotFolder const source{from};
    host::SnapshotFolder const target{to};
    for (Sequence const sequence : target.list()) {
        std::error_code error;
        if (!fs::exists(source.file(sequence), error) && !error) {
            target.remove(sequence);
        }
    }
}

void write_if_new(std::string const& folder, host::Copies const& copies) {
    auto const noted = host::read_copies(folder);
    if (!noted || *noted != copies) {
        value_or_stop(host::write_copies(folder, copies));
    }
}

} // namespace

OptionRow mirror_option() {
    return {.name = "mirror",
            .kind = ValueKind::path,
            .value = "DIR",
            .sentence = "a second folder that gets every write, made if it is absent; by default "
                        "the one that the log notes; `none` forgets it"};
}

OptionRow archive_option() {
    return {.name = "archive",
            .kind = ValueKind::path,
            .value = "DIR",
            .sentence = "a folder to which finished, sealed segments are copied; by default the "
                        "one that the log notes; `none` forgets it"};
}

WantedCopies wanted_copies(Invocation const& given) {
    return {.mirror = given.given("mirror"), .archive = given.given("archive")};
}

bool mirror_has_log(WantedCopies const& wanted) {
    return wanted.mirror && *wanted.mirror != no_copy && holds_log(*wanted.mirror);
}

void check_copies_apart(std::string const& log, WantedCopies const& wanted) {
    struct Place {
        std::string_view what;
        std::string path;
    };
    std::vector<Place> places{{"log", log}};
    auto const add = [&](std::string_view what, std::optional<std::string> const& path) {
        if (path && *path != no_copy) {
            places.push_back({what, *path});
        }
    };
    add("mirror", wanted.mirror);
    add("archive", wanted.archive);
    for (Place const& inner : places) {
        for (Place const& outer : places) {
            if (&inner != &outer && lies_in_log(inner.path, outer.path)) {
                bool const same = lies_in_log(outer.path, inner.path);
                throw usage("the " + std::string{inner.what} + " " + inner.path +
                                (same ? " is the " : " lies in the ") + std::string{outer.what} +
                                (same ? " itself" : " " + outer.path),
                            "name another folder");
            }
        }
    }
}

void note_as_before(std::string const& log, std::string const& mirror) {
    auto const note_on = [](std::string const& side, std::string const& other) {
        auto const own = host::read_copies(side);
        auto const of_other = host::read_copies(other);
        if (own && *own == host::Copies{} && of_other && of_other->mirror == absolute(side)) {
            value_or_stop(host::write_copies(
                side, {.mirror = absolute(other), .archive = of_other->archive, .log = {}}));
        }
    };
    note_on(log, mirror);
    note_on(mirror, log);
}

CopiedLog::CopiedLog(std::string const& path, WantedCopies const& wanted, Console& console)
    : console_{console}, names_{path, {}} {
    host::Copies noted;
    if (holds_log(path)) {
        noted = value_or_stop(host::read_copies(path), "the note of the log's copies is damaged");
    } else if (mirror_has_log(wanted)) { // which knows where its log's archive is
        auto const of_mirror =
            value_or_stop(host::read_copies(*wanted.mirror), "the note in the mirror is damaged");
        noted.archive = of_mirror.mirror == absolute(path) ? of_mirror.archive : std::nullopt;
    }
    copies_.mirror = choose(noted.mirror, wanted.mirror);
    copies_.archive = choose(noted.archive, wanted.archive);
    check_copies_apart(path, {.mirror = copies_.mirror, .archive = copies_.archive});
    if (!copies_.mirror || !holds_log(*copies_.mirror)) {
        check_log_path(path); // else the log is made anew from its mirror
    }
    if (copies_.mirror) {
        names_.mirror = *copies_.mirror;
        if (!wanted.mirror) {
            check_notes_this_log();
        }
        open_mirror(wanted.mirror.has_value());
    } else {
        if (copies_.archive && lost_segments(path, *copies_.archive)) {
            throw lost_but_archived(path, *copies_.archive);
        }
        if (lacks_segments(path)) {
            throw lost_uncopied(path);
        }
        sides_.first = value_or_stop(host::FileStore::open(path, host::OpenMode::write),
                                     "the log cannot be opened for writing");
        remark_mends(console, sides_.first->medium_mends(), path, false);
    }
    if (copies_.archive) {
        open_archive(wanted.archive.has_value());
    }
    if (copies_ != noted || copies_.mirror) {
        note(path, names_.mirror);
    }
    if (noted.mirror && noted.mirror != copies_.mirror) {
        console_.remark("the mirror " + *noted.mirror + " is no longer kept");
    }
    if (noted.archive && noted.archive != copies_.archive) {
        console_.remark("the archive " + *noted.archive + " is no longer kept");
    }
}

// A clone of the folder carries the note with it, and shall not write to the mirror of the log that
// it was cloned from.
void CopiedLog::check_notes_this_log() const {
    if (!holds_log(names_.mirror)) {
        return; // is said when it is opened
    }
    auto const noted =
        value_or_stop(host::read_copies(names_.mirror), "the note in the mirror is damaged").mirror;
    if (noted != absolute(names_.log)) {
        throw Failure{.exit = Exit::environment,
                      .code = "mirror_of_another",
                      .sentence = "the mirror " + names_.mirror + " is that of " +
                                  noted.value_or("no log") + ", not of " + absolute(names_.log),
                      .cause = noted ? "the log was moved, or this is a clone of it"
                                     : "what made the mirror was cut short before it noted the log",
                      .next = (noted ? "if it was moved: --mirror " : "keep it: --mirror ") +
                              names_.mirror +
                              (noted ? "; for a clone: --mirror none"
                                     : "; or go on without one: --mirror none")};
    }
}

// The archive notes whose it is before the log notes the archive.
void CopiedLog::open_archive(bool is_named) {
    if (!is_named) {
        check_archive_is_ours();
    }
    archive_ =
        value_or_stop(host::ArchiveKeeper::open(*copies_.archive, store(), host::fastest_engine()),
                      "the archive cannot be kept; go on without it: --archive none");
    remark_mends(console_, archive_->medium_mends(), *copies_.archive, false);
    if (is_named) {
        write_if_new(*copies_.archive, {.mirror = {}, .archive = {}, .log = absolute(names_.log)});
    }
}

// As for the mirror: what a clone or a fork erases or goes on with is none of the archive's.
void CopiedLog::check_archive_is_ours() const {
    std::string const& archive = *copies_.archive;
    std::string const keep = "--archive " + archive;
    if (!holds_log(archive)) {
        throw Failure{.exit = Exit::environment,
                      .code = "archive_missing",
                      .sentence = "the archive of this log is not there: " + archive,
                      .cause = "the log's folder notes it, and writing without it would leave it "
                               "behind",
                      .next = "bring it back, make it anew with " + keep +
                              ", or go on without one: --archive none"};
    }
    auto const owner =
        value_or_stop(host::read_copies(archive), "the note in the archive is damaged").log;
    if (owner != absolute(names_.log) &&
        (names_.mirror.empty() || owner != absolute(names_.mirror))) {
        throw Failure{.exit = Exit::environment,
                      .code = "archive_of_another",
                      .sentence = "the archive " + archive + " is that of " +
                                  owner.value_or("no log") + ", not of " + absolute(names_.log),
                      .cause = "the log was moved, or this is a clone of it",
                      .next = "if it was moved: " + keep + "; for a clone: --archive none"};
    }
}

// Each side notes the other, so that whichever is named, both are kept.
void CopiedLog::note(std::string const& folder, std::string const& other) const {
    write_if_new(folder, copies_);
    if (!other.empty()) {
        write_if_new(
            other, host::Copies{.mirror = absolute(folder), .archive = copies_.archive, .log = {}});
    }
}

void CopiedLog::open_mirror(bool may_make_it) {
    sides_ = open_sides(names_, may_make_it);
    remark_mends(console_, sides_.first->medium_mends(), names_.log, false);
    remark_mends(console_, sides_.second->medium_mends(), names_.mirror, false);
    host::MirrorPair const pair{*sides_.first, *sides_.second};
    host::MirrorRecovery recovery{pair, {.engine = &host::fastest_engine()}};
    bool const was_empty[] = {sides_.first->slots() == 0, sides_.second->slots() == 0};
    auto const report = recovery.run();
    if (!report) {
        throw mirror_failure(report.error(), recovery.failed_side(), names_,
                             words_of(sides_, recovery.failed_side()));
    }
    for (host::MirrorSide const side : {host::MirrorSide::first, host::MirrorSide::second}) {
        std::uint64_t const blocks = report->blocks_on(side);
        if (blocks != 0) {
            bool const made = was_empty[side == host::MirrorSide::first ? 0 : 1];
            console_.remark((made ? "made " : "repaired ") + names_.at(side) + " from " +
                            names_.at(host::other(side)) + ": " +
                            counted(blocks, "storage block", "storage blocks"));
        }
    }
    mirror_ = std::make_unique<host::MirrorStore>(*sides_.first, *sides_.second);
    copy_snapshots(names_.mirror, names_.log);
    copy_snapshots(names_.log, names_.mirror);
}

Store& CopiedLog::store() noexcept {
    if (mirror_) {
        return *mirror_;
    }
    return *sides_.first;
}

Failure CopiedLog::lost(host::MirrorSide side) const {
    host::FileStore const& store = side == host::MirrorSide::first ? *sides_.first : *sides_.second;
    return {.exit = Exit::storage,
            .code = "mirror_lost",
            .sentence = names_.at(side) +
                        " failed and was left behind; what was acknowledged is "
                        "safe in " +
                        names_.at(host::other(side)),
            .cause = store.last_problem(),
            .next = "when it works again: axiom repair --from " + names_.log};
}

void CopiedLog::watch() {
    if (!mirror_ || loss_was_said_) {
        return;
    }
    for (host::MirrorSide const side : {host::MirrorSide::first, host::MirrorSide::second}) {
        if (!mirror_->state(side).is_live) {
            Failure const failure = lost(side);
            console_.remark("warning: " + failure.sentence + ": " + failure.cause);
            loss_was_said_ = true;
        }
    }
}

void CopiedLog::archive(Sequence sealed, std::uint64_t erased) {
    if (!archive_ || archive_problem_) {
        return;
    }
    auto const report = archive_->sweep(sealed, erased);
    if (!report) {
        archive_problem_ = report.error();
        console_.remark("warning: the archive is not complete: " + archive_problem_->text);
    }
}

void CopiedLog::check_archive() const {
    if (archive_problem_) {
        Failure failure = failure_of(*archive_problem_, "the archive " + archive_->path() +
                                                            " is not complete; the log is");
        failure.exit = Exit::storage;
        failure.next = "check the archive, then run the verb again: it goes on where it stopped";
        throw Failure{std::move(failure)};
    }
}

void CopiedLog::finish() {
    if (mirror_) {
        for (host::MirrorSide const side : {host::MirrorSide::first, host::MirrorSide::second}) {
            if (!mirror_->state(side).is_live) {
                throw lost(side);
            }
        }
        copy_snapshots(names_.log, names_.mirror);
        remove_others(names_.log, names_.mirror);
    }
    check_archive();
    if (archive_) {
        copy_snapshots(names_.log, archive_->path(), archive_->end());
    }
}

std::string CopiedLog::last_problem() const {
    std::string const first = sides_.first->last_problem();
    return first.empty() && sides_.second ? sides_.second->last_problem() : first;
}

} // namespace axiom::cli

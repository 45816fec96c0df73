// Logs and entries by their names; see terminal/cli/log_access.hpp.

#include <terminal/cli/log_access.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <sys/stat.h>

#include <axiom/log/log_kinds.hpp>
#include <sim-host/inspect/log_medium.hpp>
#include <sim-host/platform/copies_note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/log_sides.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

Failure reference_failure(host::Problem const& problem) {
    switch (problem.error.code) {
    case Code::bad_text:
    case Code::out_of_range:
        return usage(problem.text, "axiom log --oneline");
    case Code::no_such_row:
        return not_found(problem.text, "axiom log --oneline");
    default:
        return failure_of(problem);
    }
}

// Names that mean whatever the caller happened to redirect.
bool is_stream_name(std::string const& path) {
    return path == "/dev/stdin" || path == "/dev/stdout" || path == "/dev/stderr" ||
           path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

} // namespace

OptionRow entry_option(Needed needed) {
    return {.name = "entry",
            .kind = ValueKind::reference,
            .value = "REF",
            .sentence = "the entry",
            .positional = true,
            .required = needed == Needed::yes};
}

void check_log_path(std::string const& path) {
    struct stat status{};
    if (is_stream_name(path)) {
        throw usage(path + " is a stream, not a log", "name a data folder, a log file or a disk");
    }
    if (::stat(path.c_str(), &status) != 0) {
        bool const absent = errno == ENOENT || errno == ENOTDIR;
        throw Failure{.exit = absent ? Exit::not_found : Exit::environment,
                      .code = absent ? "not_found" : "access_refused",
                      .sentence = "there is no log at " + path,
                      .cause = std::strerror(errno),
                      .next = absent ? "name one with --from, or make one: axiom ingest --to LOG"
                                     : "check the permissions"};
    }
    if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
        throw usage(path + " cannot be a log: it is neither a folder, a regular file nor a disk",
                    "name a data folder, a log file or a disk image with --from");
    }
}

void check_is_written_here(std::string const& path) {
    struct stat status{};
    bool const is_file =
        ::stat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
    if (!is_file) {
        return;
    }
    // Of a file that is no log at all whoever opens it says so.
    auto const image = host::open_log_medium(path);
    if (image || image.error().error.code != Code::not_a_log) {
        throw usage(path + " is no data folder: images and disks are only read here",
                    "read it: axiom log --from " + path +
                        "; the system whose disk it is writes to it");
    }
}

std::size_t state_bytes_allowed() {
    char const* const words = std::getenv("AXIOM_STATE_MIB");
    if (words == nullptr || *words == '\0') {
        return host::state_bytes_default;
    }
    constexpr std::uint64_t mib_max = 1U << 20U;
    auto const mib = parse_number(words);
    if (!mib || *mib == 0 || *mib > mib_max) {
        throw usage("AXIOM_STATE_MIB is a number of MiB from 1 to " + std::to_string(mib_max) +
                        ", not `" + words + "`",
                    "unset AXIOM_STATE_MIB");
    }
    return *mib << 20U;
}

Failure unopened(std::string const& path, host::Problem const& problem, std::string sentence) {
    auto const copies = host::read_copies(path);
    if (copies && copies->mirror && lost_segments(path, *copies->mirror)) {
        Failure failure = failure_of(problem, std::move(sentence));
        failure.next = "axiom repair --from " + path + ": it is made anew from its mirror";
        return failure;
    }
    if (copies && copies->archive && lost_segments(path, *copies->archive)) {
        return lost_but_archived(path, *copies->archive);
    }
    return has_medium_alone(path) ? lost_uncopied(path) : failure_of(problem, std::move(sentence));
}

std::unique_ptr<host::OpenedLog> open_log(std::string const& path) {
    check_log_path(path);
    check_segment_files(path);
    auto opened = host::OpenedLog::open(path, host::fastest_engine());
    if (!opened) {
        throw unopened(path, opened.error(), "the log cannot be opened");
    }
    auto log = std::move(*opened);
    log->allow_state(state_bytes_allowed());
    if (log->is_cut()) {
        std::uint64_t const end = log->end().value;
        Console::warn("the medium of " + path + " ends too early: what is read is " +
                      (end == 0 ? "nothing" : "entries 0 to " + std::to_string(end - 1)) +
                      ", and what came behind is not here (axiom verify --from " + path + ")");
    }
    return log;
}

std::unique_ptr<host::OpenedLog> open_log(Invocation const& given) {
    return open_log(given.log_path());
}

Sequence entry_named(host::OpenedLog& log, std::string const& text) {
    auto const sequence = host::resolve_reference(log, text);
    if (!sequence) {
        throw reference_failure(sequence.error());
    }
    return *sequence;
}

bool ends_with_checkpoint(host::OpenedLog& log) {
    if (log.end().value == 0) {
        return false;
    }
    auto const newest = value_or_stop(log.entry(Sequence{log.end().value - 1}));
    EntryHeader const& header = newest.view.entry.header;
    return !newest.view.reduced && header.domain == DomainNumber::log &&
           header.kind == static_cast<std::uint16_t>(LogKind::checkpoint);
}

Failure is_pruned(host::OpenedLog const& log, Sequence sequence) {
    auto const copies = host::read_copies(log.path());
    bool const archived = copies && copies->archive.has_value();
    Failure failure = not_found(
        "entry " + std::to_string(sequence.value) + " is pruned: only its leaf is left",
        archived ? "look in this log's archive: --from " + printable(*copies->archive)
                 : "what was kept whole from before the pruning has it, if anything was: --from "
                   "COPY; what is left here: axiom log");
    failure.cause = archived ? "an archive keeps what was finished before it was pruned"
                             : "this log notes no archive";
    return failure;
}

host::EntryRange range_named(host::OpenedLog& log, std::string const& text) {
    auto const range = host::resolve_range(log, text);
    if (!range) {
        throw reference_failure(range.error());
    }
    if (range->end <= range->first && range->first < log.end()) {
        throw usage("the range `" + text + "` ends before it begins", "axiom log --help");
    }
    return *range;
}

} // namespace axiom::cli

// Two sides of a mirror; see terminal/cli/log_sides.hpp.

#include <terminal/cli/log_sides.hpp>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <sim-host/platform/copies_note.hpp>
#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/want_of_memory.hpp>
#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

bool is_empty_folder(std::string const& path) {
    auto const names = host::folder_names(path);
    if (!names) {
        host::throw_if_no_memory(names.error().error);
    }
    return names && names->empty();
}

bool has_segments(std::string const& folder) {
    return std::ranges::any_of(host::names_if_any(folder + "/segments"),
                               [](std::string const& name) { return name.ends_with(".axm"); });
}

std::string entries_text(host::MirrorRepair const& repair) {
    if (repair.first == repair.end) {
        return "no entries";
    }
    std::string const first = std::to_string(repair.first.value);
    std::string const last = std::to_string(repair.end.value - 1);
    return first == last ? "entry " + first : "entries " + first + " to " + last;
}

} // namespace

bool is_blank(std::string const& folder) {
    auto const names = host::folder_names(folder);
    if (!names) {
        host::throw_if_no_memory(names.error().error);
        return names.error().error_number == ENOENT;
    }
    return std::ranges::all_of(*names, [&](std::string const& name) {
        return name == "lock" || name == "medium.unfinished" || name == "copies" ||
               name == "snapshots" || (name == "segments" && is_empty_folder(folder + "/" + name));
    });
}

bool holds_log(std::string const& folder) {
    std::error_code error;
    return fs::exists(fs::path{folder} / "medium", error) || has_segments(folder);
}

bool lacks_segments(std::string const& folder) {
    std::error_code error;
    auto const there = fs::symlink_status(fs::path{folder} / "segments", error).type();
    return there == fs::file_type::not_found && fs::exists(fs::path{folder} / "medium", error);
}

bool has_medium_alone(std::string const& folder) {
    std::error_code error;
    auto const copies = host::read_copies(folder);
    bool const is_archive = copies && copies->log; // which may have got none yet
    bool const is_listed = !is_archive && host::folder_names(folder + "/segments").has_value();
    return lacks_segments(folder) ||
           (is_listed && !has_segments(folder) && fs::exists(fs::path{folder} / "medium", error));
}

void check_segment_files(std::string const& folder) {
    fs::path const segments = fs::path{folder} / "segments";
    for (std::string const& name : host::names_if_any(segments.string())) {
        std::error_code error;
        fs::path const path = segments / name;
        auto const type = fs::symlink_status(path, error).type();
        if (name.ends_with(".axm") && type != fs::file_type::regular &&
            type != fs::file_type::not_found && type != fs::file_type::none) {
            throw Failure{
                .exit = Exit::incomplete,
                .code = "no_regular_file",
                .sentence = path.string() + " is no file, so a segment of this log is missing",
                .cause = "segments are regular files, and links are not followed",
                .next = "put the file there again; or move what is there away, and if the "
                        "log has a mirror or an archive: axiom repair --from " +
                        folder};
        }
    }
}

bool lost_segments(std::string const& folder, std::string const& other) {
    return lacks_segments(folder) && has_segments(other);
}

// An empty folder of segments is filled from the other side like any that lags.
void give_segments_folder(std::string const& folder, std::string const& other) {
    if (lost_segments(folder, other)) {
        auto const opened = value_or_stop(host::LogFolder::open(folder));
        value_or_stop(opened.make_segments(), "the folder of segments cannot be made anew");
    }
}

Failure lost_but_archived(std::string const& log, std::string const& archive) {
    return not_found("the segments of " + log + " are gone",
                     "axiom repair --from " + log + " --from-archive " + archive +
                         ": it gives back all but the newest");
}

Failure lost_uncopied(std::string const& log) {
    bool const is_there = !lacks_segments(log);
    Failure failure =
        not_found("the folder " + log + "/segments is " + (is_there ? "empty" : "missing") +
                      ", and with it every entry of this log is gone",
                  "put it back from where it went, or from a copy of the log: axiom "
                  "repair --from " +
                      log + " --mirror COPY, or --from-archive DIR");
    failure.cause = log + "/medium is there, and no mirror or archive that has segments is noted";
    return failure;
}

std::optional<StoreGeometry> geometry_in(std::string const& folder) {
    auto const opened = host::LogFolder::open(folder);
    auto const geometry = opened ? host::rightful_geometry(*opened)
                                 : host::HostResult<StoreGeometry>{std::unexpected(opened.error())};
    if (!geometry) {
        host::throw_if_no_memory(geometry.error().error);
        return std::nullopt;
    }
    return *geometry;
}

std::vector<host::MediumMend> look_at_medium(std::string const& folder,
                                             std::optional<std::string> const& otherwise) {
    auto const opened = value_or_stop(host::LogFolder::open(folder));
    return value_or_stop(host::mend_medium(
        opened,
        {.allowed = false, .otherwise = otherwise ? geometry_in(*otherwise) : std::nullopt}));
}

void remark_mends(Console& console, std::vector<host::MediumMend> const& mends,
                  std::string const& folder, bool only_look) {
    for (host::MediumMend const& mend : mends) {
        console.remark((only_look ? "to be repaired, " : "repaired ") + folder + ": its medium, " +
                       std::string{mend.what} + ", from byte " + std::to_string(mend.offset));
    }
}

OpenSides open_sides(LogSides const& sides, bool may_make_mirror, bool mends_media) {
    std::error_code error;
    if (fs::equivalent(sides.log, sides.mirror, error)) {
        throw usage("the mirror is the log itself: " + sides.log, "name another folder");
    }
    bool const first_is_blank = !holds_log(sides.log) && is_blank(sides.log);
    bool const second_is_blank = !holds_log(sides.mirror) && is_blank(sides.mirror);
    if (first_is_blank && second_is_blank) {
        throw not_found("there is no log in " + sides.log + ", nor in " + sides.mirror,
                        "make one: axiom ingest --to LOG");
    }
    if (second_is_blank && !may_make_mirror) {
        throw Failure{.exit = Exit::environment,
                      .code = "mirror_missing",
                      .sentence = "the mirror of this log is not there: " + sides.mirror,
                      .cause = "the log's folder notes it, and writing without it would leave it "
                               "behind",
                      .next = "bring it back, make it anew with --mirror " + sides.mirror +
                              ", or go on without one: --mirror none"};
    }
    if (mends_media) {
        give_segments_folder(sides.log, sides.mirror);
        give_segments_folder(sides.mirror, sides.log);
    }
    OpenSides opened;
    if (!first_is_blank) {
        opened.first = value_or_stop(
            host::FileStore::open(sides.log, host::OpenMode::write,
                                  {.allowed = mends_media, .otherwise = geometry_in(sides.mirror)}),
            "the log cannot be opened for writing");
    }
    if (!second_is_blank) {
        opened.second = value_or_stop(
            host::FileStore::open(sides.mirror, host::OpenMode::write,
                                  {.allowed = mends_media, .otherwise = geometry_in(sides.log)}),
            "the mirror cannot be opened for writing");
    }
    if (first_is_blank) {
        opened.first = value_or_stop(host::FileStore::create(sides.log, opened.second->geometry()),
                                     "the log cannot be made anew from its mirror");
    }
    if (second_is_blank) {
        opened.second =
            value_or_stop(host::FileStore::create(sides.mirror, opened.first->geometry()),
                          "the mirror cannot be made");
    }
    return opened;
}

std::string words_of(OpenSides const& sides, std::optional<host::MirrorSide> side) {
    if (!side) {
        return {};
    }
    return *side == host::MirrorSide::first ? sides.first->last_problem()
                                            : sides.second->last_problem();
}

void remark_repairs(Console& console, host::MirrorReport const& report, LogSides const& sides,
                    bool only_look) {
    constexpr std::size_t lines_max = 20;
    std::size_t lines = 0;
    for (host::MirrorRepair const& repair : report.repairs) {
        if (++lines > lines_max) {
            console.remark("… and " + std::to_string(report.repairs.size() - lines_max) +
                           " more stretches");
            break;
        }
        console.remark((only_look ? "to be repaired, " : "repaired ") + sides.at(repair.side) +
                       ": slot " + std::to_string(repair.slot.value) + ", " +
                       counted(repair.blocks, "storage block", "storage blocks") + " from byte " +
                       std::to_string(repair.offset) + " (" + entries_text(repair) + ")");
    }
}

Failure mirror_failure(Error const& error, std::optional<host::MirrorSide> failed,
                       LogSides const& sides, std::string cause) {
    Failure failure = failure_of(error, {}, std::move(cause));
    std::string const entry = std::to_string(error.where);
    if (failed) {
        failure.exit = Exit::storage;
        failure.sentence =
            sides.at(*failed) + " cannot be made equal to " + sides.at(host::other(*failed));
        failure.next = "check the disk that it is on; what the other side holds is untouched";
    } else if (error.code == Code::wrong_log) {
        failure.exit = Exit::tampering;
        failure.sentence = sides.mirror + " holds another log than " + sides.log;
        failure.next = "name the right pair; nothing was changed";
    } else if (error.code == Code::mirrors_differ && error.where == 0) {
        failure.sentence = "the segments of " + sides.mirror + " and " + sides.log +
                           " have different lengths, so they cannot be a mirror";
        failure.next = "name an absent or empty folder as the mirror";
    } else if (error.code == Code::mirrors_differ) {
        failure.sentence = "from entry " + entry + " on, " + sides.log + " and " + sides.mirror +
                           " were written apart: each holds what the other does not";
        failure.next = "decide which to keep, move the other folder aside, and run this again: it "
                       "is made anew; nothing was changed";
    } else if (error.code == Code::rot_below_watermark) {
        failure.sentence = "entry " + entry + " was acknowledged and is whole neither in " +
                           sides.log + " nor in " + sides.mirror;
        failure.next = "mend it from an archive: axiom repair --from " + sides.log +
                       " --from-archive DIR; nothing was changed";
    } else {
        failure.sentence = "the two sides cannot be compared";
    }
    return failure;
}

} // namespace axiom::cli

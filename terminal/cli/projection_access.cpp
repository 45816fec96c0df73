// The projection of a log; see terminal/cli/projection_access.hpp.

#include <terminal/cli/projection_access.hpp>

#include <cstdlib>
#include <filesystem>
#include <set>

#include <axiom/codec/value.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/log_kinds.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/time_text.hpp>
#include <terminal/cli/whole_path.hpp>

namespace axiom::cli {

namespace {

host::ProjectionRow row_of(host::EntryView const& view) {
    host::ProjectionRow row;
    row.hash = short_hash(view.link, 64);
    if (view.reduced) {
        return row;
    }
    EntryHeader const& header = view.entry.header;
    row.kind = kind_text(header);
    row.domain = row.kind.substr(0, row.kind.find('.'));
    row.time = time_text(header.time);
    if (header.producer.value != 0) {
        row.producer = producer_text(header.producer);
    }
    if (KindInfo const* const kind = kind_of(header); kind != nullptr) {
        StringSink body;
        kind->json(body, view.entry.body);
        row.body = body.take();
        if (kind->gated) {
            // A gated body opens with the rule that allowed it (policy/decision.hpp).
            Reader reader{view.entry.body};
            policy::Decision decision{};
            if (decode_value(reader, decision)) {
                row.verdict_rule = std::to_string(decision.rule);
            }
        }
    }
    row.object = object_of(view);
    if (header.domain == DomainNumber::log &&
        header.kind == static_cast<std::uint16_t>(LogKind::erase)) {
        if (auto const erase = decode_whole<Gated<Erase>>(view.entry.body)) {
            row.erases = erase->content.sequence.value;
        }
    }
    if (header.domain == DomainNumber::log &&
        header.kind == static_cast<std::uint16_t>(LogKind::prune)) {
        if (auto const prune = decode_whole<Gated<Prune>>(view.entry.body)) {
            row.prunes = host::EntryRange{prune->content.first, prune->content.end};
        }
    }
    if (header.domain == DomainNumber::log &&
        header.kind == static_cast<std::uint16_t>(LogKind::mark)) {
        if (auto const mark = decode_whole<Gated<Mark>>(view.entry.body)) {
            row.mark = mark->content.name;
            row.mark_sequence = mark->content.sequence.value;
        }
    }
    return row;
}

// SQLite, told to follow no link, refuses links among the folders too: those are the caller's.
std::string resolved_folder(std::string const& path) {
    std::error_code error;
    std::filesystem::path const whole = std::filesystem::absolute(path, error);
    std::filesystem::path const folder = std::filesystem::canonical(whole.parent_path(), error);
    throw_if_no_memory(error);
    return error ? path : (folder / whole.filename()).string();
}

// Empty when the environment names no place for caches.
std::filesystem::path cache_folder() {
    char const* const cache = std::getenv("XDG_CACHE_HOME");
    char const* const home = std::getenv("HOME");
    if (cache != nullptr && *cache != '\0') {
        return std::filesystem::path{cache} / "axiom";
    }
    if (home != nullptr && *home != '\0') {
        return std::filesystem::path{home} / ".cache" / "axiom";
    }
    return {};
}

std::string projection_name(Hash256 const& log_id) {
    return short_hash(log_id, 32) + ".sqlite";
}

// The log's, and those of the logs that it was before it was forked.
std::set<std::string> projection_names(host::OpenedLog& log) {
    std::set<std::string> names{projection_name(log.log_id())};
    auto const segments = log.segments().segments();
    if (!segments.empty() && segments.front().header.log_id != log.log_id()) {
        auto const walked = log.for_each({Sequence{}, log.end()}, [&](host::EntryView const& view) {
            names.insert(projection_name(view.record->log_id));
            return true;
        });
        value_or_stop(walked);
    }
    return names;
}

} // namespace

std::string cached_projection_path(host::OpenedLog const& log) {
    std::filesystem::path const folder = cache_folder();
    if (folder.empty()) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_cache_folder",
                      .sentence = "there is no place for the projection",
                      .cause = "neither XDG_CACHE_HOME nor HOME is set",
                      .next = "give --out FILE"};
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_cache_folder",
                      .sentence = "the folder for the projection cannot be made",
                      .cause = folder.string() + ": " + error.message(),
                      .next = "give --out FILE"};
    }
    return (folder / projection_name(log.log_id())).string();
}

void update_projection(std::string const& path, host::ProjectionPlace place, host::OpenedLog& log,
                       Console& console) {
    refuse_inside_log(path, log.path());
    auto projection = host::Projection::open(path, place, log.log_id());
    if (!projection && projection.error().error.code == Code::already_exists) {
        throw usage(projection.error().text,
                    "remove it yourself if it is not needed, or name another file");
    }
    auto const opened = value_or_stop(std::move(projection), "the projection cannot be opened");
    Progress progress{console, "reading entries", log.end().value};
    value_or_stop(opened->update(log, row_of, [&](Sequence next) { progress.update(next.value); }));
}

std::string current_projection(std::optional<std::string> const& named, host::OpenedLog& log,
                               Console& console) {
    std::string const path = resolved_folder(named ? *named : cached_projection_path(log));
    update_projection(path, named ? host::ProjectionPlace::named : host::ProjectionPlace::cached,
                      log, console);
    return path;
}

std::optional<Failure> remove_projections(std::string const& path) {
    std::filesystem::path const folder = cache_folder();
    std::error_code error;
    if (folder.empty() || !std::filesystem::exists(folder, error)) {
        return std::nullopt;
    }
    std::optional<Failure> stays;
    try {
        auto const log = open_log(path);
        for (std::string const& name : projection_names(*log)) {
            // SQLite's journals of it hold the same.
            for (std::string_view const suffix : {"-journal", "-wal", "-shm", ""}) {
                std::filesystem::path const file = folder / (name + std::string{suffix});
                std::filesystem::remove(file, error);
                throw_if_no_memory(error);
                if (error && !stays) {
                    stays = Failure{.exit = Exit::storage,
                                    .code = "projection_stays",
                                    .sentence = "the log is done, but not its database for `axiom "
                                                "sql`: what went from the log may still be in " +
                                                file.string(),
                                    .cause = error.message(),
                                    .next = "remove " + file.string()};
                }
            }
        }
    } catch (Failure const& unreadable) {
        return unreadable;
    }
    return stays;
}

} // namespace axiom::cli

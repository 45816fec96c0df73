// axiom export: a log's entries for other programs, as NDJSON, one JSON document, or SQLite.

#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/host_file.hpp>
#include <terminal/cli/entry_filter.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/projection_access.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

// The new file, or stdout when none was named.
class Target {
  public:
    Target(std::optional<std::string> const& path, Console& console) : console_{console} {
        if (path) {
            file_ =
                value_or_stop(host::HostFile::open(AT_FDCWD, *path,
                                                   {.writable = true, .create_new = true}, *path),
                              "the output file cannot be made");
            unfinished_ = *path;
        }
    }
    // A file that is there is a whole export.
    ~Target() {
        if (!unfinished_.empty()) {
            ::unlink(unfinished_.c_str());
        }
    }
    Target(Target const&) = delete;
    Target& operator=(Target const&) = delete;

    void write(std::string_view text) {
        if (!file_.is_open()) {
            console_.raw(text);
            return;
        }
        buffer_ += text;
        if (buffer_.size() >= (1U << 20U)) {
            drain();
        }
    }

    void finish() {
        if (file_.is_open()) {
            drain();
            value_or_stop(file_.flush_data());
            unfinished_.clear();
        }
    }

  private:
    void drain() {
        value_or_stop(file_.write(written_, bytes_of(buffer_)));
        written_ += buffer_.size();
        buffer_.clear();
    }

    Console& console_;
    host::HostFile file_;
    std::string unfinished_; // the file's path until it is whole
    std::string buffer_;
    std::uint64_t written_{};
};

// Before anything is read; that nothing is written over is made sure of when the file is made.
void check_output(std::string const& output, std::string const& log) {
    refuse_inside_log(output, log);
    std::error_code error;
    if (fs::exists(fs::symlink_status(output, error))) {
        throw usage(output + " exists already", "remove it, or name another file with --out");
    }
}

Exit export_sqlite(std::string const& output, host::OpenedLog& log, Console& console) {
    static_cast<void>(current_projection(output, log, console));
    return Exit::success;
}

Exit run(Invocation const& given, Console& console) {
    EntryFilter const filter{given};
    auto const log = open_log(given);
    auto const output = given.given("out");
    if (output) {
        check_output(*output, given.log_path());
    }
    std::string const format = given.text("format");
    host::EntryRange range{.first = {}, .end = log->end()};
    if (auto const text = given.given("RANGE")) {
        range = range_named(*log, *text);
    }
    if (format == "sqlite") {
        if (!output) {
            throw usage("--format sqlite needs --out FILE", "axiom export --help");
        }
        if (given.has("RANGE") || !filter.takes_all()) {
            throw usage("--format sqlite exports the whole log",
                        "use --format ndjson for a part of it");
        }
        return export_sqlite(*output, *log, console);
    }
    Target target{output, console};
    bool const document = format == "json";
    if (document) {
        target.write("{\"schema\":\"axiom.export/1\",\"log\":\"" + short_hash(log->log_id(), 64) +
                     "\",\"entries\":[");
    }
    bool first = true;
    std::optional<Progress> progress; // no bar between the lines of what is exported
    if (output || !console.out_is_terminal()) {
        progress.emplace(console, "exporting", range.end.value - range.first.value);
    }
    value_or_stop(log->for_each(range, [&](host::EntryView const& view) {
        if (progress) {
            progress->update(view.sequence.value - range.first.value);
        }
        if (!filter.takes(view)) {
            return true;
        }
        Json entry = Json::object();
        if (!document) {
            entry["schema"] = "axiom.entry/1";
        }
        entry.update(entry_json(view));
        std::string const separator = !document ? "\n" : first ? "" : ",\n";
        std::string const text = entry.dump(-1, ' ', false, Json::error_handler_t::replace);
        target.write(document ? separator + text : text + separator);
        first = false;
        return true;
    }));
    if (document) {
        target.write("]}\n");
    }
    target.finish();
    return Exit::success;
}

std::vector<OptionRow> options() {
    std::vector<OptionRow> rows{
        {.name = "RANGE",
         .kind = ValueKind::reference,
         .sentence = "A..B, both included; by default everything",
         .positional = true},
        {.name = "format",
         .kind = ValueKind::choice,
         .value = "FORMAT",
         .sentence = "the form",
         .fallback = "ndjson",
         .choices = "ndjson|json|sqlite"},
        {.name = "out",
         .letter = 'o',
         .kind = ValueKind::path,
         .value = "FILE",
         .sentence = "a new file; what is there is never overwritten. By default stdout"}};
    for (OptionRow const& row : filter_options()) {
        rows.push_back(row);
    }
    return rows;
}

} // namespace

extern VerbRow const export_verb;
VerbRow const export_verb{
    .name = "export",
    .group = "read",
    .sentence = "write entries as NDJSON, as one JSON document, or into a SQLite file",
    .text = "Erased attachments are not exported: nothing of them is left.",
    .reads_log = true,
    .ends_unread = true,
    .options = options(),
    .examples = {{"axiom export | jq .kind", "entries to a program"},
                 {"axiom export --format sqlite --out log.sqlite",
                  "the views of docs/sql.md in a file"}},
    .run = run};

} // namespace axiom::cli

// axiom log: the entries of a log, newest first.

#include <chrono>
#include <deque>
#include <map>
#include <thread>

#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_filter.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

constexpr std::uint64_t chunk_entries = 1024;
constexpr std::chrono::milliseconds follow_every{200};

enum class Form : std::uint8_t { full, oneline, graph, json };

// An entry as it will be printed: rendered while it can be seen, printed when its turn comes.
struct Rendered {
    std::string sequence;
    std::string hash;
    std::string head;
    std::string rest;
    Json json = Json::object();
};

std::string causes_text(EntryHeader const& header) {
    std::string text;
    for (Sequence const cause : header.causes) {
        if (cause.value != 0) {
            text += (text.empty() ? "" : " ") + std::to_string(cause.value);
        }
    }
    return text;
}

Rendered render(host::EntryView const& view, Form form, std::size_t columns) {
    Rendered out;
    if (form == Form::json) {
        out.json = entry_json(view);
        return out;
    }
    EntryHeader const& header = view.entry.header;
    out.sequence = std::to_string(view.sequence.value);
    out.hash = short_hash(view.link);
    std::string const kind = view.reduced ? "pruned" : kind_text(header);
    std::string const time = view.reduced ? "-" : time_text(header.time);
    std::string const object = printable_cut(object_of(view), 64);
    if (form != Form::full) {
        out.head = kind + (object.empty() ? "" : " " + object);
        std::size_t const used = out.sequence.size() + out.hash.size() + out.head.size() + 4;
        out.rest = summary_of(view, columns > used + 16 ? columns - used : 16);
        if (std::string const causes = causes_text(header);
            form == Form::graph && !causes.empty()) {
            out.rest += "\n|\\\n| caused by " + causes;
        }
        return out;
    }
    out.head = kind + "  " + time;
    out.rest = "    actor " + std::to_string(header.principal.value);
    out.rest += object.empty() ? "" : "  object " + object;
    if (std::string const causes = causes_text(header); !causes.empty()) {
        out.rest += "  caused by " + causes;
    }
    out.rest += "\n    " + summary_of(view, columns > 24 ? columns - 5 : 20) + "\n";
    return out;
}

void print(Console& console, Rendered const& entry, Form form) {
    switch (form) {
    case Form::json:
        console.record("axiom.log/1", entry.json);
        return;
    case Form::full:
        console.write("entry ")
            .write(Style::yellow, entry.sequence)
            .write("  " + entry.hash + "  ");
        console.write(Style::bold, entry.head).line().line(entry.rest);
        return;
    case Form::graph:
        console.write("* ");
        [[fallthrough]];
    case Form::oneline:
        console.write(Style::yellow, entry.sequence).write(" " + entry.hash + " ");
        console.write(Style::bold, entry.head).write(" ").line(entry.rest);
        return;
    }
}

// Says how far a search has come that shows nothing yet. The first entry ends it on a terminal,
// where the bar would stand between the lines.
class Search {
  public:
    Search(Console const& console, host::EntryRange range)
        : progress_{console, "searching", range.end.value - range.first.value},
          ends_{console.out_is_terminal()} {}

    void came_to(std::uint64_t entries) {
        if (!ended_) {
            progress_.update(entries);
        }
    }
    void found() {
        if (ends_ && !ended_) {
            progress_.clear();
            ended_ = true;
        }
    }

  private:
    Progress progress_;
    bool ends_;
    bool ended_{};
};

class LogView {
  public:
    LogView(Invocation const& given, Console& console)
        : console_{console}, filter_{given}, form_{console.json()         ? Form::json
                                                   : given.has("graph")   ? Form::graph
                                                   : given.has("oneline") ? Form::oneline
                                                                          : Form::full},
          left_{given.has("count") && !given.has("follow") ? given.number("count") : UINT64_MAX} {}

    void forward(host::OpenedLog& log, host::EntryRange range) {
        Search search{console_, range};
        value_or_stop(log.for_each(range, [&](host::EntryView const& view) {
            search.came_to(view.sequence.value - range.first.value);
            if (left_ != 0 && filter_.takes(view)) {
                --left_;
                any_ = true;
                search.found();
                print(console_, render(view, form_, console_.columns()), form_);
            }
            return left_ != 0;
        }));
    }

    // Backwards in chunks: each is read forwards and shown from its end.
    void backward(host::OpenedLog& log, host::EntryRange range) {
        Search search{console_, range};
        Sequence const end = range.end;
        while (left_ != 0 && range.first < range.end) {
            std::uint64_t const count =
                std::min(chunk_entries, range.end.value - range.first.value);
            Sequence const first{range.end.value - count};
            std::deque<Rendered> kept;
            value_or_stop(log.for_each({first, range.end}, [&](host::EntryView const& view) {
                if (filter_.takes(view)) {
                    kept.push_back(render(view, form_, console_.columns()));
                    if (kept.size() > left_) {
                        kept.pop_front();
                    }
                }
                return true;
            }));
            for (auto entry = kept.rbegin(); entry != kept.rend(); ++entry) {
                any_ = true;
                search.found();
                print(console_, *entry, form_);
                --left_;
            }
            range.end = first;
            search.came_to(end.value - first.value);
        }
    }

    /// Whether an entry was shown.
    [[nodiscard]] bool any() const noexcept { return any_; }

    [[noreturn]] void follow(std::string const& path, Sequence next) {
        while (true) {
            auto const log = open_log(path);
            forward(*log, {next, log->end()});
            next = log->end();
            console_.flush();
            std::this_thread::sleep_for(follow_every);
        }
    }

  private:
    Console& console_;
    EntryFilter filter_;
    Form form_;
    std::uint64_t left_;
    bool any_{};
};

struct KindCount {
    std::uint64_t entries{};
    std::uint64_t body_bytes{};
    std::uint64_t attachment_bytes{};
};

Exit print_statistics(Invocation const& given, Console& console, host::OpenedLog& log,
                      host::EntryRange range) {
    EntryFilter const filter{given};
    std::map<std::string, KindCount> kinds;
    value_or_stop(log.for_each(range, [&](host::EntryView const& view) {
        if (filter.takes(view)) {
            KindCount& count = kinds[view.reduced ? "pruned" : kind_text(view.entry.header)];
            ++count.entries;
            count.body_bytes += view.entry.header.body_bytes;
            count.attachment_bytes += view.entry.header.attachment_bytes;
        }
        return true;
    }));
    if (console.json()) {
        Json rows = Json::array();
        for (auto const& [kind, count] : kinds) {
            rows.push_back({{"kind", kind},
                            {"entries", count.entries},
                            {"body_bytes", count.body_bytes},
                            {"attachment_bytes", count.attachment_bytes}});
        }
        console.document("axiom.log.stat/1", {{"kinds", rows}});
        return kinds.empty() ? Exit::answer_is_no : Exit::success;
    }
    console.line("   entries   body bytes  attachment bytes  kind");
    for (auto const& [kind, count] : kinds) {
        auto const column = [](std::uint64_t value, std::size_t width) {
            std::string const text = std::to_string(value);
            return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
        };
        console.write(column(count.entries, 10)).write(column(count.body_bytes, 13));
        console.write(column(count.attachment_bytes, 18)).write("  ").line(kind);
    }
    return kinds.empty() ? Exit::answer_is_no : Exit::success;
}

Exit run(Invocation const& given, Console& console) {
    LogView view{given, console};
    auto const log = open_log(given);
    host::EntryRange range{.first = {}, .end = log->end()};
    if (auto const text = given.given("RANGE")) {
        range = range_named(*log, *text);
        if (text->find("..") == std::string::npos) {
            range.first = {}; // one reference: everything up to it, as people know it from git
        }
    }
    if (given.has("stat")) {
        return print_statistics(given, console, *log, range);
    }
    if (given.has("follow")) {
        std::uint64_t const shown = given.has("count") ? given.number("count") : 10;
        Sequence const first{range.end.value > shown ? range.end.value - shown : 0};
        view.follow(given.log_path(), std::max(range.first, first));
    }
    console.start_pager();
    if (given.has("reverse")) {
        view.forward(*log, range);
    } else {
        view.backward(*log, range);
    }
    return view.any() ? Exit::success : Exit::answer_is_no;
}

std::vector<OptionRow> options() {
    std::vector<OptionRow> rows{
        {.name = "RANGE",
         .kind = ValueKind::reference,
         .sentence = "A..B, both included; or one reference: everything up to it",
         .positional = true},
        {.name = "count",
         .letter = 'n',
         .kind = ValueKind::number,
         .value = "N",
         .sentence = "at most N entries"},
        {.name = "follow",
         .letter = 'f',
         .kind = ValueKind::flag,
         .sentence = "show new entries as they come"},
        {.name = "reverse", .letter = 'r', .kind = ValueKind::flag, .sentence = "oldest first"},
        {.name = "oneline", .kind = ValueKind::flag, .sentence = "one line an entry"},
        {.name = "graph",
         .kind = ValueKind::flag,
         .sentence = "one line an entry, and what caused it"},
        {.name = "stat", .kind = ValueKind::flag, .sentence = "entries and bytes by kind instead"},
    };
    for (OptionRow const& row : filter_options()) {
        rows.push_back(row);
    }
    return rows;
}

} // namespace

extern VerbRow const log_verb;
VerbRow const log_verb{
    .name = "log",
    .group = "read",
    .sentence = "show entries, newest first",
    .text =
        "References: a sequence, a prefix of an entry's hash, @ (the newest), @~3, boot:-1 (where "
        "the newest boot began), or a mark. Every entry that is shown has been hashed on the way; "
        "whether the log as a whole is sound is what `axiom verify` says.\n\n"
        "Times are what the writer's clock said; the order is the log's own.\n\n"
        "Exit 1 when no entry is shown, like grep.",
    .reads_log = true,
    .ends_unread = true,
    .options = options(),
    .examples = {{"axiom log -n 20 --oneline", "the newest twenty"},
                 {"axiom log -f --kind records", "what is being ingested"},
                 {"axiom log boot:-1.. -r --json", "everything since the newest boot began"}},
    .run = run};

} // namespace axiom::cli

// axiom trace: what was called, as strace shows it, from the SysLog's batches that are kept.

#include <map>
#include <unordered_map>

#include <kernel/abi/call_table.hpp>
#include <sim-host/syslog/call_history.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

using host::CallSeen;
using kernel::CallInfo;

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

CallInfo const* info_of(std::uint16_t call) {
    return call < kernel::call_table.size() ? &kernel::call_table[call] : nullptr;
}

std::string name_of(std::uint16_t call) {
    CallInfo const* const info = info_of(call);
    return info != nullptr ? std::string{info->name} : "call_" + std::to_string(call);
}

std::vector<std::string> words_of(std::string_view rest) {
    std::vector<std::string> names;
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find(' '), rest.size());
        names.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
}

std::vector<std::string> argument_names(std::uint16_t call) {
    CallInfo const* const info = info_of(call);
    return words_of(info != nullptr ? info->arguments : std::string_view{});
}

std::string value_text(std::uint64_t value) {
    constexpr std::uint64_t readable = 1'000'000'000'000;
    if (value == all_ones) {
        return "~0";
    }
    return value < readable ? std::to_string(value) : hex_number(value);
}

// A record holds the first four.
std::string arguments_text(kernel::RequestRecord const& request) {
    std::string text;
    std::vector<std::string> const names = argument_names(request.call);
    std::size_t const held = request.arguments.size();
    for (std::size_t index = 0; index < std::min(names.size(), held); ++index) {
        text +=
            (text.empty() ? "" : ", ") + names[index] + '=' + value_text(request.arguments[index]);
    }
    return names.size() > held ? text + ", …" : text;
}

std::string refusal_text(CallSeen const& call) {
    std::string text = "refused: " + std::string{kernel::sentence_of(call.response->check)};
    std::vector<std::string> const names = argument_names(call.request.call);
    if (call.response->argument < names.size()) {
        text += " (" + names[call.response->argument] + ')';
    }
    return text;
}

// Which entry a call made, by its mark: the entry says which call that was.
using EntriesMade = std::unordered_map<std::uint64_t, std::uint64_t>;

EntriesMade entries_made(host::OpenedLog& log, std::uint32_t boot) {
    EntriesMade made;
    value_or_stop(log.for_each({Sequence{0}, log.end()}, [&](host::EntryView const& view) {
        SyslogPosition const& call = view.entry.header.syslog;
        if (!view.reduced && call != SyslogPosition{} && call.boot == boot) {
            made[kernel::mark_of(call.index, call.ring / 2).value] = view.sequence.value;
        }
        return true;
    }));
    return made;
}

std::optional<std::uint64_t> entry_of(CallSeen const& call, EntriesMade const& made) {
    auto const found = made.find(kernel::mark_of(call.request.index, call.cpu).value);
    return found == made.end() ? std::nullopt : std::optional{found->second};
}

// Of an answer the first word is recorded.
std::string answer_text(CallSeen const& call) {
    CallInfo const* const info = info_of(call.request.call);
    std::vector<std::string> const names =
        words_of(info != nullptr ? info->answers : std::string_view{});
    if (names.empty() || names.front() == "zero") {
        return "done";
    }
    return names.front() + ' ' + value_text(call.response->value);
}

std::string outcome_text(CallSeen const& call, EntriesMade const& made) {
    std::string const text = !call.response   ? "?"
                             : call.refused() ? refusal_text(call)
                                              : answer_text(call);
    auto const entry = entry_of(call, made);
    return entry ? text + ", entry " + std::to_string(*entry) : text;
}

std::string seconds_text(std::uint64_t nanoseconds) {
    std::string micros = std::to_string(nanoseconds / 1000 % 1'000'000);
    micros.insert(0, 6 - micros.size(), '0');
    std::string const seconds = std::to_string(nanoseconds / 1'000'000'000);
    return std::string(5 - std::min<std::size_t>(5, seconds.size()), ' ') + seconds + '.' + micros;
}

Json json_of(CallSeen const& call, std::uint32_t boot, EntriesMade const& made) {
    Json arguments = Json::object();
    std::vector<std::string> const names = argument_names(call.request.call);
    for (std::size_t index = 0; index < std::min(names.size(), call.request.arguments.size());
         ++index) {
        arguments[names[index]] = call.request.arguments[index];
    }
    Json row{{"boot", boot},
             {"cpu", call.cpu},
             {"index", call.request.index},
             {"time_ns", call.request.time_ns},
             {"process", call.request.process},
             {"thread", call.request.thread},
             {"account", call.request.account},
             {"sealed", call.sealed},
             {"call", name_of(call.request.call)},
             {"arguments", arguments},
             {"outcome", !call.response   ? "unknown"
                         : call.refused() ? "refused"
                                          : "done"}};
    if (call.refused()) {
        row["check"] = static_cast<int>(call.response->check);
        row["why"] = kernel::sentence_of(call.response->check);
    }
    if (call.response) {
        row[call.refused() ? "detail" : "value"] = call.response->value;
        row["answered_ns"] = call.response->time_ns;
    }
    if (auto const entry = entry_of(call, made)) {
        row["entry"] = *entry;
    }
    return row;
}

class Wanted {
  public:
    explicit Wanted(Invocation const& given)
        : refused_{given.has("refused")}, call_{given.given("call")} {
        if (auto const words = given.given("process")) {
            take_process(*words);
        }
        bool const known = !call_ || std::ranges::any_of(kernel::call_table, [&](auto const& row) {
            return row.name == *call_;
        });
        if (!known) {
            throw usage("there is no call `" + *call_ + "`", "docs/syscalls.md lists them");
        }
    }

    bool operator()(CallSeen const& call) const {
        return (!refused_ || call.refused()) && (!process_ || call.request.process == *process_) &&
               (!thread_ || call.request.thread == *thread_) &&
               (!call_ || name_of(call.request.call) == *call_);
    }

  private:
    // PROCESS or PROCESS/THREAD, as they are printed.
    void take_process(std::string const& words) {
        std::size_t const slash = words.find('/');
        process_ = parse_number(words.substr(0, slash));
        thread_ = slash == std::string::npos ? std::nullopt : parse_number(words.substr(slash + 1));
        if (!process_ || (slash != std::string::npos && !thread_)) {
            throw usage("`" + words + "` is neither PROCESS nor PROCESS/THREAD",
                        "name them as axiom trace prints them: -p 3, -p 3/4");
        }
    }

    bool refused_;
    std::optional<std::string> call_;
    std::optional<std::uint64_t> process_;
    std::optional<std::uint64_t> thread_;
};

struct CallCount {
    std::uint64_t calls{};
    std::uint64_t refused{};
    std::uint64_t answered{};
    std::uint64_t nanoseconds{}; // until their answers, waiting included
};

std::uint64_t unsealed_among(std::vector<CallSeen const*> const& shown) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(shown, [](CallSeen const* call) { return !call->sealed; }));
}

// What is not shown because it is not there, and what nobody vouches for.
Json gaps_json(host::CallHistory const& history, std::vector<CallSeen const*> const& shown) {
    auto const gone = [](host::BatchesGone const& what) {
        return Json{{"batches", what.batches}, {"records", what.records}};
    };
    return {{"boot", history.boot},
            {"lost_records", history.lost},
            {"dropped", gone(history.dropped)},
            {"missing", gone(history.missing)},
            {"left_out_batches", history.left_out},
            {"torn_bytes", history.torn_bytes},
            {"unsealed_calls", unsealed_among(shown)}};
}

bool has_gaps(host::CallHistory const& history) {
    return history.lost + history.dropped.batches + history.missing.batches + history.left_out +
               history.torn_bytes !=
           0;
}

void remark_gaps(Console& console, host::CallHistory const& history,
                 std::vector<CallSeen const*> const& shown) {
    auto const gone = [](host::BatchesGone const& what) {
        return counted(what.batches, "sealed batch", "sealed batches") + " (" +
               counted(what.records, "record", "records") + ")";
    };
    bool const one_dropped = history.dropped.batches == 1;
    bool const one_missing = history.missing.batches == 1;
    if (history.lost != 0) {
        console.remark(counted(history.lost, "record", "records") +
                       " went before anybody kept them");
    }
    if (history.dropped.batches != 0) {
        console.remark(gone(history.dropped) + (one_dropped ? " is" : " are") +
                       " older than what is kept, and gone");
    }
    if (history.missing.batches != 0) {
        console.remark(gone(history.missing) + (one_missing ? " is" : " are") +
                       " missing between or behind those that are kept: what was called then is "
                       "not shown");
    }
    if (history.left_out != 0) {
        console.remark(counted(history.left_out, "batch is", "batches are") +
                       " not what the log sealed, and left out: axiom verify");
    }
    if (history.torn_bytes != 0) {
        console.remark(counted(history.torn_bytes, "byte", "bytes") +
                       " at the end of what is kept are a torn batch, or none, and not shown");
    }
    if (std::uint64_t const unsealed = unsealed_among(shown); unsealed != 0) {
        console.remark(counted(unsealed, "of these calls is", "of these calls are") +
                       " under no seal: the log does not vouch for them");
    }
}

void print_summary(Console& console, host::CallHistory const& history,
                   std::vector<CallSeen const*> const& shown) {
    std::map<std::string, CallCount> counts;
    for (CallSeen const* const call : shown) {
        CallCount& count = counts[name_of(call->request.call)];
        ++count.calls;
        count.refused += call->refused() ? 1 : 0;
        if (call->response && call->response->time_ns >= call->request.time_ns) {
            ++count.answered;
            count.nanoseconds += call->response->time_ns - call->request.time_ns;
        }
    }
    if (console.json()) {
        Json rows = Json::array();
        for (auto const& [name, count] : counts) {
            rows.push_back({{"call", name},
                            {"calls", count.calls},
                            {"refused", count.refused},
                            {"answered", count.answered},
                            {"nanoseconds", count.nanoseconds}});
        }
        return console.document("axiom.trace.summary/1",
                                {{"calls", rows}, {"gaps", gaps_json(history, shown)}});
    }
    std::vector<std::pair<std::string, CallCount>> rows{counts.begin(), counts.end()};
    std::ranges::sort(rows, {}, [](auto const& row) {
        return std::pair{all_ones - row.second.calls, row.first};
    });
    auto const right = [](std::uint64_t number, std::size_t width) {
        std::string const text = std::to_string(number);
        return std::string(width - std::min(width, text.size()), ' ') + text;
    };
    console.write(Style::bold, "     CALLS   REFUSED  MEAN us  CALL").line();
    for (auto const& [name, count] : rows) {
        std::uint64_t const mean =
            count.answered == 0 ? 0 : count.nanoseconds / count.answered / 1000;
        console.line(right(count.calls, 10) + right(count.refused, 10) + right(mean, 9) + "  " +
                     name);
    }
}

void print_calls(Console& console, std::uint32_t boot, EntriesMade const& made,
                 std::vector<CallSeen const*> const& shown) {
    console.start_pager();
    for (CallSeen const* const call : shown) {
        if (console.json()) {
            console.record("axiom.trace/1", json_of(*call, boot, made));
            continue;
        }
        console.write(Style::dim, seconds_text(call->request.time_ns));
        console.write(" " + std::to_string(call->request.process) + '/' +
                      std::to_string(call->request.thread) + ' ');
        console.write(Style::bold, name_of(call->request.call));
        console.write('(' + arguments_text(call->request) + ") = ");
        console.write(call->refused() ? Style::red : Style::plain, outcome_text(*call, made))
            .line();
    }
}

Exit run(Invocation const& given, Console& console) {
    std::string const folder = host::batches_beside(given.log_path());
    auto const boot = given.has("boot")
                          ? std::optional{static_cast<std::uint32_t>(given.number("boot"))}
                          : std::nullopt;
    Wanted const wanted{given};
    auto const log = open_log(given);
    auto const history = value_or_stop(host::read_calls(*log, folder, boot),
                                       "cannot read what is kept of the SysLog");
    if (!history) {
        throw not_found(boot ? "no call of boot " + std::to_string(*boot) + " is kept in " + folder
                             : "no calls are kept in " + folder,
                        "only a system that ran (axiom run --data DIR) keeps them: --from DIR");
    }
    std::vector<CallSeen const*> shown;
    for (CallSeen const& call : history->calls) {
        if (wanted(call)) {
            shown.push_back(&call);
        }
    }
    if (given.has("count") && shown.size() > given.number("count")) {
        shown.erase(shown.begin(),
                    shown.end() - static_cast<std::ptrdiff_t>(given.number("count")));
    }
    if (given.has("summary")) {
        print_summary(console, *history, shown);
    } else {
        print_calls(console, history->boot, entries_made(*log, history->boot), shown);
        if (console.json() && has_gaps(*history)) {
            console.record("axiom.trace.gaps/1", gaps_json(*history, shown));
        }
    }
    remark_gaps(console, *history, shown);
    return shown.empty() ? Exit::answer_is_no : Exit::success;
}

} // namespace

extern VerbRow const trace_verb;
VerbRow const trace_verb{
    .name = "trace",
    .group = "read",
    .sentence = "show what was called in a system, call by call, and how each ended",
    .text =
        "Shows the system calls of a boot, the newest unless --boot names another, a line each: "
        "seconds since the machine started, PROCESS/THREAD, the call with its arguments (the first "
        "four are recorded), and how it ended: its answer (the first word is recorded) and the "
        "entry that it made, if any; or the check that refused it, with the argument at fault. "
        "`?` stands where no answer is kept.\n\n"
        "The records come from the batches of the SysLog that lie beside the log. They are "
        "evidence: the oldest go after 64 MiB, the newest are in memory until their ring is "
        "sealed. What is not there is counted on stderr: records that were overwritten before they "
        "were read, batches that the log seals and that are gone, older than what is kept or "
        "missing among it, torn bytes; so is what is not what was sealed, which is left out. With "
        "--json a last object, axiom.trace.gaps/1, says the same when there is any, and the "
        "summary has it as `gaps`. `axiom verify` holds what is kept against the seals in the "
        "log.\n\n"
        "Exit 0: calls were shown. Exit 1: none is as was asked for. Exit 7: nothing is kept.",
    .reads_log = true,
    .ends_unread = true,
    .options =
        {{.name = "boot",
          .kind = ValueKind::number,
          .value = "NUMBER",
          .sentence = "of this boot",
          .number_max = 0xFFFFFFFF},
         {.name = "process",
          .letter = 'p',
          .kind = ValueKind::name,
          .value = "PROCESS[/THREAD]",
          .sentence = "only of this process, or of this thread of it"},
         {.name = "call", .kind = ValueKind::name, .value = "NAME", .sentence = "only this call"},
         {.name = "refused", .sentence = "only what was refused"},
         {.name = "count",
          .letter = 'n',
          .kind = ValueKind::number,
          .value = "NUMBER",
          .sentence = "only the newest so many"},
         {.name = "summary",
          .letter = 'c',
          .sentence = "count calls by name instead, with the mean time to their answers"}},
    .examples = {{"axiom trace --from ./data -n 20", "the newest calls"},
                 {"axiom trace --from ./data --refused", "what was refused"},
                 {"axiom trace --from ./data -c", "how often what was called"}},
    .run = run};

} // namespace axiom::cli

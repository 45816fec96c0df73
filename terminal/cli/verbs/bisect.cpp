// axiom bisect: the first entry after which something holds.

#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/projection_access.hpp>
#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

constexpr std::string_view moment_name = ":at";

bool is_true(host::SqlValue const& value) {
    switch (value.type) {
    case host::SqlValue::Type::integer:
        return value.integer != 0;
    case host::SqlValue::Type::real:
        return value.real != 0;
    case host::SqlValue::Type::text:
    case host::SqlValue::Type::blob:
        return !value.bytes.empty();
    case host::SqlValue::Type::null:
        break;
    }
    return false;
}

bool holds_at(std::string const& database, std::string const& statement, std::uint64_t sequence) {
    bool holds = false;
    host::SqlParameter const moment[] = {{.name = moment_name, .value = sequence}};
    auto const asked =
        host::Projection::query(database, statement, moment, [&](host::SqlAnswer const& answer) {
            holds = !answer.cells.empty() && is_true(answer.cells[0]);
            return false;
        });
    if (!asked && asked.error().error.code == Code::bad_text) {
        throw usage(asked.error().text, "docs/sql.md lists the views");
    }
    value_or_stop(asked);
    return holds;
}

// Binary search: the statement is taken to stay true once it is.
std::optional<std::uint64_t> first_by_sql(host::OpenedLog& log, std::string const& statement,
                                          Console& console) {
    if (statement.find(moment_name) == std::string::npos) { // seen before a projection is made
        throw usage("the statement does not say `:at`",
                    "axiom bisect 'select count(*) > 9 from lines where sequence <= :at'");
    }
    std::string const database = current_projection(std::nullopt, log, console);
    std::uint64_t low = 0;
    std::uint64_t high = log.end().value; // it does not hold below `low`
    while (low < high) {
        std::uint64_t const middle = low + (high - low) / 2;
        if (holds_at(database, statement, middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low == log.end().value ? std::nullopt : std::optional{low};
}

// Every entry in turn: an invariant that broke and mended is found too. A snapshot may stand for
// the entries before it when its state says that none of them was rejected.
std::optional<std::uint64_t> first_rejected(Invocation const& given, host::OpenedLog& log,
                                            Console& console) {
    host::Replayer from_snapshot{log};
    host::Replayer from_genesis{log};
    start_replay(given, from_snapshot, log.end(), console);
    host::Replayer& replayer = from_snapshot.rejected() == 0 ? from_snapshot : from_genesis;
    Progress progress{console, "replaying", log.end().value};
    while (replayer.next() < log.end()) {
        std::uint64_t const before = replayer.rejected();
        Sequence const at = replayer.next();
        advance_or_stop(replayer, Sequence{at.value + 1});
        if (replayer.rejected() != before) {
            return at.value;
        }
        progress.update(at.value);
    }
    return std::nullopt;
}

std::uint64_t pruned_entries(host::OpenedLog& log, Console& console) {
    std::uint64_t pruned = 0;
    value_or_stop(host::Projection::query(
        current_projection(std::nullopt, log, console),
        "select count(*) from entries where attachment = 'pruned'", {},
        [&](host::SqlAnswer const& answer) {
            pruned = answer.cells.empty() ? 0 : static_cast<std::uint64_t>(answer.cells[0].integer);
            return false;
        }));
    return pruned;
}

Exit run(Invocation const& given, Console& console) {
    if (given.has("statement") == given.has("invariant")) {
        throw usage("give a statement or --invariant", "axiom bisect --help");
    }
    auto const log = open_log(given);
    bool const by_sql = given.has("statement");
    auto const found = by_sql ? first_by_sql(*log, given.text("statement"), console)
                              : first_rejected(given, *log, console);
    // What a pruned entry did to the state is in the snapshot; its text is nowhere.
    std::uint64_t const pruned = by_sql ? pruned_entries(*log, console) : 0;
    if (pruned != 0) {
        console.remark(counted(pruned, "entry is", "entries are") +
                       " pruned: the answer is of what is left of this log, and one of them may "
                       "have been the first");
    }
    if (console.json()) {
        Json json{{"found", found.has_value()}, {"pruned", pruned}};
        if (found) {
            json["sequence"] = *found;
        }
        console.document("axiom.bisect/1", json);
    } else if (found) {
        console.line(std::to_string(*found));
    } else {
        console.remark(pruned == 0 ? "it holds nowhere in this log"
                                   : "it holds nowhere in what is left of this log");
    }
    return found ? Exit::success : Exit::answer_is_no;
}

} // namespace

extern VerbRow const bisect_verb;
VerbRow const bisect_verb{
    .name = "bisect",
    .group = "time",
    .sentence = "find the first entry after which something holds",
    .text =
        "With a statement: SQL over the views of `axiom sql` in which `:at` stands for the "
        "moment; found by binary search, so it must stay true once it is. With --invariant: by "
        "replay, entry by entry.\n\nPrints the sequence. Exit 1 when it holds nowhere. Of "
        "pruned entries SQL knows nothing any more: how many there are is said (and in `pruned` "
        "of --json), and the answer is of what is left.",
    .reads_log = true,
    .options = {{.name = "statement",
                 .kind = ValueKind::name,
                 .value = "SQL",
                 .sentence = "one SELECT whose first cell is true or not",
                 .positional = true},
                {.name = "invariant",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .sentence = "rejected: a domain rejected the entry",
                 .choices = "rejected"},
                from_genesis_option()},
    .examples = {{"axiom bisect 'select count(*) >= 100 from lines where sequence <= :at'",
                  "the entry that made it a hundred lines"}},
    .run = run};

} // namespace axiom::cli

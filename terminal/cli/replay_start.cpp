// Beginning a replay; see terminal/cli/replay_start.hpp.

#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

std::string reason(Error const& error) {
    return error.code == Code::no_such_row ? std::string{"no entry of the log names it"}
                                           : std::string{text_of(error.code).what};
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

// The moment that is wanted lies before the snapshot that stands for what is pruned.
Failure asked_before_the_snapshot(Error const& error, Sequence asked) {
    std::string const snapshot = number(error.detail);
    return {.exit = Exit::incomplete,
            .code = std::string{text_of(error.code).name},
            .sentence = "the state after entry " + number(asked.value - 1) + " is gone: entry " +
                        number(error.where) +
                        " is pruned, and no snapshot from before that moment is here",
            .cause = "what the pruned entries did to the state is in the snapshot after entry " +
                     snapshot + " only, and in later ones",
            .next = "moments from entry " + snapshot +
                    " on can be rebuilt; those before it are only in what was kept whole from "
                    "before the pruning, an archive or a copy (--from COPY), if anything was"};
}

} // namespace

void remark_on(std::vector<host::RefusedSnapshot> const& refused, Console& console) {
    for (host::RefusedSnapshot const& snapshot : refused) {
        console.remark("the snapshot at entry " + number(snapshot.sequence.value) +
                       " was passed over: " + reason(snapshot.error));
    }
}

Failure failure_of_start(Error const& error, std::string const& otherwise,
                         std::optional<Sequence> asked) {
    switch (error.code) {
    case Code::snapshot_ahead:
        return {.exit = Exit::incomplete,
                .code = std::string{text_of(error.code).name},
                .sentence = "the log has lost entries: the snapshot after entry " +
                            number(error.where) + " is newer than its end, entry " +
                            number(error.detail - 1),
                .cause = "the log was cut, or is an older copy; a snapshot is written only of what "
                         "was durable",
                .next =
                    "bring the newer log back; to go on with this one, `axiom fork` makes it a log "
                    "of its own, or move its folder `snapshots` away" +
                    (otherwise.empty() ? "" : ", or give " + otherwise)};
    case Code::entry_missing:
        if (asked && asked->value <= error.detail) {
            return asked_before_the_snapshot(error, *asked);
        }
        return {.exit = Exit::incomplete,
                .code = std::string{text_of(error.code).name},
                .sentence = "entry " + number(error.where) +
                            " is pruned, and what stands for it, a snapshot, was not begun with",
                .cause = error.detail == 0
                             ? "what a pruned entry did to the state is in snapshots after it only"
                             : "the snapshot after entry " + number(error.detail) +
                                   ", or a later one that the log names, stands for it, from "
                                   "then on",
                .next = "begin at it: leave out --from-genesis; if that file is gone, put it back "
                        "into the log's folder `snapshots`; every entry and the moments before it "
                        "are only in what was kept whole from before the pruning, an archive or a "
                        "copy, if anything was: --from COPY"};
    default:
        return failure_of(error, "the state cannot be rebuilt");
    }
}

OptionRow from_genesis_option() {
    return {.name = "from-genesis",
            .kind = ValueKind::flag,
            .sentence = "apply every entry, whatever snapshots there are"};
}

ReplayStart start_replay(Invocation const& given, host::Replayer& replayer, Sequence end,
                         Console& console) {
    if (given.has("from-genesis")) {
        return {};
    }
    return start_replay(replayer, end, console, "--from-genesis");
}

ReplayStart start_replay(host::Replayer& replayer, Sequence end, Console& console,
                         std::string const& otherwise) {
    auto const found = replayer.start_from_snapshot(end);
    if (!found) {
        throw failure_of_start(found.error(), otherwise, end);
    }
    ReplayStart start{.snapshot = *found, .refused = replayer.refused()};
    remark_on(start.refused, console);
    return start;
}

void begin_at_snapshot(host::Replayer& replayer, Sequence end) {
    if (auto const found = replayer.start_from_snapshot(end); !found) {
        throw failure_of_start(found.error(), {}, end);
    }
}

void advance_or_stop(host::Replayer& replayer, Sequence end, std::optional<Sequence> asked) {
    if (auto const advanced = replayer.advance_to(end); !advanced) {
        throw failure_of_start(advanced.error(), {}, asked.value_or(end));
    }
}

void describe(ReplayStart const& start, Json& json) {
    json["from_snapshot"] = start.snapshot ? Json(start.snapshot->value) : Json(nullptr);
    Json refused = Json::array();
    for (host::RefusedSnapshot const& snapshot : start.refused) {
        refused.push_back(
            {{"sequence", snapshot.sequence.value}, {"code", text_of(snapshot.error.code).name}});
    }
    json["snapshots_refused"] = std::move(refused);
}

} // namespace axiom::cli

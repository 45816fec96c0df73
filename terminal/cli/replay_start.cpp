// Beginning a replay; see terminal/cli/replay_start.hpp.

#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

std::string reason(Error const& error) {
    return error.code == Code::no_such_row ? std::string{"no entry of the log names it"}
                                           : std::string{text_of(error.code).what};
}

} // namespace

OptionRow from_genesis_option() {
    return {.name = "from-genesis",
            .kind = ValueKind::flag,
            .sentence = "apply every entry, whatever snapshots there are"};
}

ReplayStart start_replay(Invocation const& given, host::Replayer& replayer, Sequence end,
                         Console& console) {
    ReplayStart start;
    if (given.has("from-genesis")) {
        return start;
    }
    start.snapshot = replayer.start_from_snapshot(end);
    start.refused = replayer.refused();
    for (host::RefusedSnapshot const& refused : start.refused) {
        console.remark("the snapshot at entry " + std::to_string(refused.sequence.value) +
                       " was passed over: " + reason(refused.error));
    }
    return start;
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

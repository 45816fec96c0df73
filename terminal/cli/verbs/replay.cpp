// axiom replay and axiom at: the state of every domain, rebuilt from the log.

#include <array>

#include <axiom/domain/snapshot.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/replay_start.hpp>
#include <terminal/cli/state_facts.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

constexpr std::uint64_t progress_step = 1U << 16U;

void replay_to(host::Replayer& replayer, Sequence end, Console& console) {
    Progress progress{console, "replaying", end.value};
    while (replayer.next() < end) {
        advance_or_stop(replayer,
                        Sequence{std::min(end.value, replayer.next().value + progress_step)}, end);
        progress.update(replayer.next().value);
    }
    progress.clear();
}

// One past the entry that was asked for; the whole log when none was.
Sequence end_named(host::OpenedLog& log, std::optional<std::string> const& reference) {
    return reference ? Sequence{entry_named(log, *reference).value + 1} : log.end();
}

// A snapshot is believed only where replay agrees with it.
Exit compare_snapshot(std::string const& path, host::OpenedLog& log, host::Replayer& replayer,
                      Console& console, Json& json) {
    std::vector<std::byte> const bytes = file_argument(path, host::snapshot_file_bytes_max);
    SnapshotInfo const info =
        value_or_stop(read_snapshot_info(log.engine(), bytes), path + " is no snapshot");
    if (info.log_id == log.log_id() && info.sequence >= log.end()) {
        throw failure_of(Error{Code::snapshot_ahead, info.sequence.value, 0},
                         path + " is newer than the log");
    }
    // Of the log that the entry is of: before a fork, its parent.
    bool const ours = info.sequence < log.end() &&
                      value_or_stop(log.entry(info.sequence)).record.log_id == info.log_id;
    if (!ours) {
        throw failure_of(Error{Code::wrong_log, 0, 0}, path + " is another log's snapshot");
    }
    replay_to(replayer, Sequence{info.sequence.value + 1}, console);
    Hash256 const state = value_or_stop(replayer.state_hash());
    bool const agrees = state == info.state;
    json["snapshot"] = {{"sequence", info.sequence.value},
                        {"state", host::hex_text(info.state)},
                        {"agrees", agrees}};
    if (!console.json()) {
        console.line("snapshot at entry " + std::to_string(info.sequence.value) +
                     (agrees ? ": agrees with the replay" : ": differs from the replay"));
        if (!agrees) {
            console.line("  snapshot  " + host::hex_text(info.state));
            console.line("  replay    " + host::hex_text(state));
        }
    }
    return agrees ? Exit::success : Exit::diverged;
}

Exit replay(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const end = end_named(*log, given.given("to"));
    host::Replayer replayer{*log};
    Json json = Json::object();
    Exit exit = Exit::success;
    ReplayStart start;
    if (auto const snapshot = given.given("compare")) {
        exit = compare_snapshot(*snapshot, *log, replayer, console, json);
    } else {
        start = start_replay(given, replayer, end, console);
    }
    if (replayer.next() < end) {
        replay_to(replayer, end, console);
    }
    Sequence const last{end.value - 1};
    Hash256 const head = value_or_stop(log->entry(last)).view.link;
    Hash256 const state = value_or_stop(replayer.state_hash(), "there is no state hash");
    if (console.json()) {
        json["entries"] = end.value;
        json["head"] = host::hex_text(head);
        json["state_hash"] = host::hex_text(state);
        json["rejected"] = replayer.rejected();
        describe(start, json);
        console.document("axiom.replay/1", json);
        return exit;
    }
    console.line("head " + host::hex_text(head));
    console.line("state hash " + host::hex_text(state));
    console.remark(counted(end.value - start.applied_before(), "entry applied", "entries applied") +
                   (start.snapshot
                        ? " to the snapshot at entry " + std::to_string(start.snapshot->value)
                        : std::string{}) +
                   "; " + std::to_string(replayer.rejected()) + " of " + std::to_string(end.value) +
                   " rejected by their domain");
    return exit;
}

Json domains_json(Shadows& shadows) {
    Json rows = Json::array();
    for (DomainInfo const* const info : host::known_domains()) {
        auto const standing = shadows.standing(info->number);
        Domain* const domain = shadows.find(info->number);
        if (!standing || domain == nullptr) {
            continue;
        }
        Json row{{"domain", info->name},
                 {"version", standing->version},
                 {"root", host::hex_text(domain->root(shadows.engine()))},
                 {"rejected", standing->rejected},
                 {"touched", standing->touched.value}};
        if (standing->stopped_at) {
            row["stopped_at"] = standing->stopped_at->value;
            row["stopped_by"] = text_of(standing->reason.code).name;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Exit at(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const sequence = entry_named(*log, given.text("entry"));
    host::Replayer replayer{*log};
    ReplayStart const start = start_replay(given, replayer, Sequence{sequence.value + 1}, console);
    replay_to(replayer, Sequence{sequence.value + 1}, console);
    host::DomainSet& domains = *replayer.domains();
    Hash256 const state = value_or_stop(replayer.state_hash(), "there is no state hash");
    Hash256 const head = value_or_stop(log->entry(sequence)).view.link;
    Json const rows = domains_json(domains.shadows());
    Json const facts = state_facts(domains);
    if (console.json()) {
        Json json{{"sequence", sequence.value},
                  {"head", host::hex_text(head)},
                  {"state_hash", host::hex_text(state)},
                  {"domains", rows},
                  {"facts", facts}};
        describe(start, json);
        console.document("axiom.at/2", json);
        return Exit::success;
    }
    console.line("after entry " + std::to_string(sequence.value));
    console.line("head " + host::hex_text(head));
    console.line("state hash " + host::hex_text(state));
    for (Json const& row : rows) {
        std::string const name = row["domain"].get<std::string>();
        console.write(Style::bold, name)
            .write(std::string(12 - std::min<std::size_t>(name.size(), 11), ' '))
            .write(row["root"].get<std::string>())
            .line("  v" + row["version"].dump() + ", last touched by " + row["touched"].dump() +
                  ", rejected " + row["rejected"].dump());
    }
    for (auto const& [name, value] : facts.items()) {
        console.write(Style::dim, name)
            .write(" ")
            .line(value.is_string() ? value.get<std::string>() : value.dump());
    }
    return Exit::success;
}

} // namespace

extern VerbRow const replay_verb;
VerbRow const replay_verb{
    .name = "replay",
    .group = "time",
    .sentence = "rebuild all state and print the head and the state hash",
    .text = "The same log gives the same two lines on every machine. Begins at the newest usable "
            "snapshot beside the log, else at genesis; one that is not what the log names is "
            "passed over. Of a pruned log only moments after what was pruned can be rebuilt, and "
            "only from a snapshot.\n\nExit 4 when a sound snapshot is newer than the log, which "
            "then has lost entries, or when none is left that stands for pruned entries. Exit 5 "
            "when a snapshot that was given with --compare differs from the replay.",
    .reads_log = true,
    .options = {{.name = "to",
                 .kind = ValueKind::reference,
                 .value = "REF",
                 .sentence = "the last entry to apply; by default the newest"},
                {.name = "compare",
                 .kind = ValueKind::path,
                 .value = "SNAPSHOT",
                 .sentence = "a snapshot to hold against a replay from genesis at its sequence"},
                from_genesis_option()},
    .examples = {{"axiom replay --to @~100", "as it was a hundred entries ago"}},
    .run = replay};

extern VerbRow const at_verb;
VerbRow const at_verb{.name = "at",
                      .group = "time",
                      .sentence = "show the state of every domain after an entry",
                      .text = "Replays up to the entry and prints each domain's root, and what the "
                              "state says: boot, log time, key, policy, accounts, marks, "
                              "principals, and each producer's newest number.",
                      .reads_log = true,
                      .options = {entry_option(Needed::yes), from_genesis_option()},
                      .examples = {{"axiom at boot:-1", "when the newest boot began"}},
                      .run = at};

} // namespace axiom::cli

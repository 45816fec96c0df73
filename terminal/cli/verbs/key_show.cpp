// axiom key show: which key seals the log, since when, and where it lies.

#include <array>

#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/verify/key_history.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

// The form in which public tools take a log's key.
std::string verifier_key(host::KeyChange const& change) {
    std::array<std::byte, 512> room{};
    Origin const origin{change.log_id};
    return std::string{text_of(value_or_stop(write_verifier_key(
        host::fastest_engine(), room, {origin.text(), public_key_of(change.record.key)})))};
}

std::string_view word(LogKind how) noexcept {
    switch (how) {
    case LogKind::genesis:
        return "genesis";
    case LogKind::fork:
        return "fork";
    case LogKind::key_rotate:
        return "rotation";
    default:
        return "loss of the key before";
    }
}

std::string_view word(KeyPlace place) noexcept {
    switch (place) {
    case KeyPlace::inside_log:
        return "inside";
    case KeyPlace::beside_log:
        return "beside";
    case KeyPlace::elsewhere:
        break;
    }
    return "elsewhere";
}

// The file that holds the key: the one that was named or is the default, else one beside it.
std::optional<std::string> file_of(Invocation const& given, Hash256 const& key, Console& console) {
    std::string path = key_path(given);
    if (key_file_exists(path)) {
        HeldSeed held;
        held.seed = load_key(path, console);
        if (held.public_key() == key) {
            return path;
        }
    }
    return find_key_file(folder_of(path), key);
}

void fact(Console& console, std::string_view name, std::string_view text) {
    console.write(Style::dim, name).write(std::string(12 - name.size(), ' '));
    console.line(text);
}

std::string since_text(host::KeyChange const& change) {
    std::string text =
        "entry " + std::to_string(change.record.since.value) + ", " + std::string{word(change.how)};
    if (!change.reason.empty()) {
        text += ": " + printable(change.reason);
    }
    return text;
}

Json json_of(host::KeyChange const& change) {
    return {{"key", host::hex_text(change.record.key)},
            {"verifier_key", verifier_key(change)},
            {"number", change.record.number},
            {"era", change.record.era},
            {"since", change.record.since.value},
            {"by", change.how == LogKind::genesis      ? "genesis"
                   : change.how == LogKind::fork       ? "fork"
                   : change.how == LogKind::key_rotate ? "key_rotate"
                                                       : "key_lost"},
            {"reason", printable(change.reason)},
            {"log_id", host::hex_text(change.log_id)}};
}

void print(std::vector<host::KeyChange> const& changes, std::optional<std::string> const& file,
           std::string const& log, Console& console) {
    host::KeyChange const& current = changes.back();
    fact(console, "log", host::hex_text(current.log_id));
    fact(console, "key", host::hex_text(current.record.key));
    fact(console, "verifier", verifier_key(current));
    fact(console, "number", std::to_string(current.record.number));
    fact(console, "era",
         std::to_string(current.record.era) +
             (current.record.era == 0 ? "" : ": that many keys were lost before it"));
    fact(console, "since", since_text(current));
    if (!file) {
        fact(console, "file", "not found at the place of the key, nor beside it");
    } else {
        KeyPlace const place = place_of_key(*file, log);
        fact(console, "file", *file);
        if (place != KeyPlace::elsewhere) {
            fact(console, "lies",
                 std::string{word(place)} + " the log: seals then show accident, not attack");
        }
    }
    for (std::size_t index = changes.size() - 1; index-- > 0;) {
        host::KeyChange const& older = changes[index];
        fact(console, "before",
             "key " + std::to_string(older.record.number) + " (" +
                 host::hex_text(older.record.key).substr(0, 16) + "…), era " +
                 std::to_string(older.record.era) + ", since " + since_text(older) +
                 (older.log_id == current.log_id
                      ? ""
                      : ", of log " + host::hex_text(older.log_id).substr(0, 16) + "…"));
    }
}

Exit run(Invocation const& given, Console& console) {
    std::string const path = given.log_path();
    auto const log = open_log(path);
    auto const changes = value_or_stop(host::key_history(*log, host::signature_engine()),
                                       "the chain of this log's keys does not hold");
    auto const file = file_of(given, changes.back().record.key, console);
    if (!console.json()) {
        print(changes, file, path, console);
        return Exit::success;
    }
    Json json = json_of(changes.back());
    json["file"] = file ? Json(*file) : Json();
    json["lies"] = file ? Json(word(place_of_key(*file, path))) : Json();
    json["before"] = Json::array();
    for (std::size_t index = changes.size() - 1; index-- > 0;) {
        json["before"].push_back(json_of(changes[index]));
    }
    console.document("axiom.key/1", json);
    return Exit::success;
}

} // namespace

extern VerbRow const key_show_verb;
VerbRow const key_show_verb{
    .name = "key show",
    .group = "trust",
    .sentence = "show which key seals the log, since when, and where its file lies",
    .text =
        "Walks the log for the key that it began with and every change of it, checks who signed "
        "each, and says where the file of the key in force lies. Every loss of a key begins an "
        "era: nobody can sign for a key that is lost, so a key of a later era is worth no more "
        "than what else is known of it. After a fork the log has an id and keys of its "
        "own.\n\nExit 3 when a change of the key is not signed as it must be.",
    .reads_log = true,
    .options = {key_option()},
    .examples = {{"axiom key show", "the key of ./axiom, and its older ones"}},
    .run = run};

} // namespace axiom::cli

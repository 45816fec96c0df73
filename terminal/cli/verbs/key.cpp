// axiom key rotate and axiom key lost: the log gets another checkpoint key.
//
//     1. the log is opened          nothing is made before it accepts the key that it has
//     2. the new key's file         durable, under a name that was free
//     3. the entry                  durable: from here on the new key is in force
//     4. a checkpoint by it
//
// The old file stays as it is. A crash before 3 leaves a file that the next run takes; one before 4
// leaves a log that the next run only seals.

#include <axiom/log/log_rows.hpp>
#include <axiom/tree/receipt.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>
#include <terminal/cli/new_file.hpp>

namespace axiom::cli {

namespace {

void report(WritableLog& log, std::string const& file, bool done_before, Console& console) {
    KeyRecord const key = log.session().domains().log().keys().current();
    if (console.json()) {
        console.document("axiom.key-change/1", {{"key", host::hex_text(key.key)},
                                                {"number", key.number},
                                                {"era", key.era},
                                                {"entry", key.since.value},
                                                {"file", file},
                                                {"done_before", done_before}});
        return;
    }
    console.line("key " + std::to_string(key.number) + " (" +
                 host::hex_text(key.key).substr(0, 16) + "…) is in force since entry " +
                 std::to_string(key.since.value) +
                 (key.era == 0 ? "" : ", in era " + std::to_string(key.era)));
    console.line("it is in " + file + ": keep a copy");
    if (done_before) {
        console.line("the change had been made before; now it is sealed");
    }
}

// The key of a file that may be there already: then an earlier run made it, or its owner did.
void take_new_key(HeldSeed& seed, std::string const& file, Console& console) {
    if (!key_file_exists(file)) {
        seed.seed = make_key(file, console);
        return;
    }
    seed.seed = load_key(file, console);
    console.remark("using the key that is in " + file);
}

bool is_in_force(KeyRing const& ring, Hash256 const& key) noexcept {
    return ring.current().key == key;
}

void refuse_used_key(KeyRing const& ring, Hash256 const& key, std::string const& file) {
    for (KeyRecord const& record : ring.recent) {
        if (record.key == key || ring.origin.key == key) {
            throw usage(file + " holds a key that this log has had before",
                        "name a file that does not exist yet");
        }
    }
}

// A change that a crash kept from being sealed: no checkpoint came after its entry.
bool is_unfinished(LogState const& state) noexcept {
    KeyRecord const& key = state.keys().current();
    return key.number != 0 && state.facts().checkpoint_at < key.since;
}

// Beside the key that it follows, named by log and number, so that it is found there.
std::string name_beside(std::string const& key, Hash256 const& log_id, std::uint32_t number) {
    return folder_of(key) + "/checkpoint-" + host::hex_text(log_id).substr(0, 8) + "-" +
           std::to_string(number) + ".key";
}

Exit rotate(Invocation const& given, Console& console) {
    if (auto const file = given.given("new-key")) {
        refuse_inside_log(*file, given.log_path());
    }
    HeldSeed next; // outlives the session that signs with it
    WritableLog log{given.log_path(), key_path(given), console, {.copies = wanted_copies(given)}};
    host::LogSession& session = log.session();
    KeyRing const ring = session.domains().log().keys();
    auto const file = given.given("new-key")
                          ? *given.given("new-key")
                          : name_beside(log.key_file(), session.live().durable_position().log_id,
                                        ring.current().number + 1);
    if (is_unfinished(session.domains().log())) {
        log.close();
        report(log, log.key_file(), true, console);
        return Exit::success;
    }
    if (ring.current().number + 1 >= receipt_key_entries_max) {
        throw Failure{.exit = Exit::answer_is_no,
                      .code = "table_full",
                      .sentence = "the log has changed its key as often as a receipt can show",
                      .cause = "key " + std::to_string(ring.current().number) + " is in force",
                      .next = "begin anew, with a key of its own: axiom fork --reason TEXT"};
    }
    take_new_key(next, file, console);
    if (is_in_force(ring, next.public_key())) {
        throw usage(file + " holds the key that is in force",
                    "name a file that does not exist yet with --new-key");
    }
    refuse_used_key(ring, next.public_key(), file);
    log.value_or_stop(session.rotate_key(next.seed), "the key was not changed; the new one, in " +
                                                         file + ", is used when you try again");
    warn_if_beside(file, given.log_path(), console);
    log.close();
    report(log, file, false, console);
    return Exit::success;
}

Exit lost(Invocation const& given, Console& console) {
    std::string const reason = given.text("reason");
    if (reason.size() > key_lost_reason_bytes_max) {
        throw usage("the reason is longer than 256 bytes", "shorten it");
    }
    std::string const file = given.text("new-key");
    refuse_inside_log(file, given.log_path());
    HeldSeed next;
    WritableLog log{given.log_path(),
                    {},
                    console,
                    {.opening = Opening::without_key, .copies = wanted_copies(given)}};
    host::LogSession& session = log.session();
    KeyRing const ring = session.domains().log().keys();
    take_new_key(next, file, console);
    if (is_in_force(ring, next.public_key())) {
        throw usage(file + " holds the key that is in force: it is not lost",
                    "give it with --key; to replace it: axiom key rotate");
    }
    refuse_used_key(ring, next.public_key(), file);
    if (auto const found = find_key_file(folder_of(file), ring.current().key)) {
        console.remark("the key that is given up lies in " + *found +
                       ": axiom key rotate would have begun no era");
    }
    log.value_or_stop(session.lose_key(next.seed, reason),
                      "the loss was not recorded; the new key, in " + file +
                          ", is used when you try again");
    warn_if_beside(file, given.log_path(), console);
    log.close();
    report(log, file, false, console);
    return Exit::success;
}

} // namespace

extern VerbRow const key_rotate_verb;
VerbRow const key_rotate_verb{
    .name = "key rotate",
    .group = "write",
    .sentence = "replace the checkpoint key, signed by the old and the new one",
    .text =
        "Makes a new key file, which never writes over anything; makes an entry durable that "
        "both keys have signed; seals the log with the new key. The old file stays: it is worth "
        "keeping until the log is checked, and other logs may use it. Whoever trusted the old "
        "key may trust the new one. From then on the log is written with the new key: give its "
        "file with --key, or leave it beside the default key, where it is found.\n\n"
        "Interrupted, the command may be given again: a key file that was made is used, and a "
        "change that is in the log already is only sealed. A log changes its key at most 31 "
        "times, or no receipt could show it; `axiom fork` begins anew.",
    .reads_log = true,
    .options = {{.name = "new-key",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence =
                     "where to make the new key; by default beside the old one, named after "
                     "the log and the key's number"},
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom key rotate", "another key for ./axiom"},
                 {"axiom key rotate --key old.key --new-key new.key", "with both files named"}},
    .run = rotate};

extern VerbRow const key_lost_verb;
VerbRow const key_lost_verb{
    .name = "key lost",
    .group = "write",
    .sentence = "go on with another checkpoint key when the one in force is gone",
    .text =
        "Makes an entry durable that names the new key and says why, and seals the log with it. "
        "Nobody can sign for a key that is lost, so the entry begins an era, which every verdict "
        "and every receipt names: anybody who can write the log could have claimed the loss. Use "
        "`axiom key rotate` while the key is there.\n\nIf FILE exists, the key in it is taken; "
        "else it is made.",
    .reads_log = true,
    .options = {{.name = "new-key",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where to make the new key, or where it is",
                 .required = true},
                {.name = "reason",
                 .kind = ValueKind::name,
                 .value = "TEXT",
                 .sentence = "why, for whoever reads the log",
                 .required = true},
                mirror_option(),
                archive_option()},
    .examples = {{"axiom key lost --new-key new.key --reason 'the disk with the key died'",
                  "begin an era"}},
    .run = lost};

} // namespace axiom::cli

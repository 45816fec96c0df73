// axiom fork: a restored or cloned log goes its own way, as a log of its own.

#include <axiom/log/log_kinds.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>
#include <terminal/cli/new_file.hpp>

namespace axiom::cli {

namespace {

// A name of its own even beside the key of another copy's fork.
std::string new_key_path(Invocation const& given) {
    if (auto const file = given.given("new-key")) {
        refuse_inside_log(*file, given.log_path());
        if (key_file_exists(*file)) {
            throw usage(*file + " exists already",
                        "a fork has a key of its own: name a file that does not exist yet");
        }
        return *file;
    }
    host::SystemEntropy entropy;
    Hash256 random{};
    value_or_stop(entropy.fill(random.bytes));
    return folder_of(default_key_path()) + "/fork-" + host::hex_text(random).substr(0, 8) + ".key";
}

Exit run(Invocation const& given, Console& console) {
    std::string const reason = given.text("reason");
    if (reason.size() > fork_reason_bytes_max) {
        throw usage("the reason is longer than 256 bytes", "shorten it");
    }
    std::string const path = given.log_path();
    Hash256 const parent = open_log(path)->log_id();
    std::string const file = new_key_path(given);
    WantedCopies copies = wanted_copies(given);
    if (!copies.archive) {
        copies.archive = "none"; // what is archived is the parent's
    }
    WritableLog log{path,
                    file,
                    console,
                    {.opening = Opening::as_fork, .reason = reason, .copies = std::move(copies)}};
    host::LogSession& session = log.session();
    Sequence const at = session.domains().log().keys().origin.since;
    Hash256 const id = session.live().durable_position().log_id;
    log.close();
    if (console.json()) {
        console.document("axiom.fork/1", {{"entry", at.value},
                                          {"parent", host::hex_text(parent)},
                                          {"log_id", host::hex_text(id)},
                                          {"file", file}});
        return Exit::success;
    }
    console.line("forked at entry " + std::to_string(at.value));
    console.line("parent  " + host::hex_text(parent));
    console.line("log     " + host::hex_text(id));
    console.line("its key is in " + file + ": keep a copy, and give it with --key");
    return Exit::success;
}

} // namespace

extern VerbRow const fork_verb;
VerbRow const fork_verb{
    .name = "fork",
    .group = "write",
    .sentence = "make a restored or cloned copy a log of its own",
    .text =
        "Two copies of one log that both go on under one id cannot be told apart by it. A fork "
        "gives this copy an id and a key of its own: the first entry that the two do not share "
        "names the head that it leaves, the new key and the reason. Everything before stays as "
        "it was, and is shared past: `axiom verify --expect` confirms a receipt from before, "
        "and names one that the other copy gave afterwards as forked away.\n\n"
        "To be done once with every log that was restored from a backup or cloned, before it is "
        "written; and the way out when `axiom verify --expect` says that this copy is not, or "
        "is older than, what a receipt has seen, and the other copy cannot be had. The key of "
        "the parent is not needed: whoever has a copy of a log can fork it, so a fork is worth "
        "what is known of its key. An archive stays the parent's: the fork keeps none, unless "
        "--archive names one.",
    .reads_log = true,
    .options = {{.name = "reason",
                 .kind = ValueKind::name,
                 .value = "TEXT",
                 .sentence = "why, for whoever reads the log",
                 .required = true},
                {.name = "new-key",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where to make the new log's key; by default in the configuration "
                             "folder, where it is found again"},
                mirror_option(),
                archive_option()},
    .examples = {{"axiom fork --reason 'restored from the backup of Monday'",
                  "go on with ./axiom as a log of its own"}},
    .run = run};

} // namespace axiom::cli

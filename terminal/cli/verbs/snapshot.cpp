// axiom snapshot: writes the state down, so that later replays are short.

#include <terminal/cli/log_writing.hpp>

namespace axiom::cli {

namespace {

Exit run(Invocation const& given, Console& console) {
    std::string const path = given.log_path();
    WritableLog log{path, key_path(given), console, {.copies = wanted_copies(given)}};
    auto const taken = log.session().snapshot();
    if (!taken) {
        throw failure_of(taken.error(), "no snapshot was taken", log.session().snapshot_problem());
    }
    log.close();
    std::string const file = host::SnapshotFolder{path}.file(*taken);
    if (console.json()) {
        console.document("axiom.snapshot/1", {{"sequence", taken->value}, {"file", file}});
    } else {
        console.line("the state after entry " + std::to_string(taken->value) + " is in " + file);
    }
    return Exit::success;
}

} // namespace

extern VerbRow const snapshot_verb;
VerbRow const snapshot_verb{
    .name = "snapshot",
    .group = "write",
    .sentence = "write the state of all domains beside the log",
    .text =
        "The file is read back and its state hash computed again before the log names it in an "
        "entry of its own. `replay`, `at`, `bisect` and writers begin there. The two newest are "
        "kept. "
        "Writers take one themselves at their end, when a hundred thousand entries have come "
        "since the last.",
    .reads_log = true,
    .options = {key_option(), mirror_option(), archive_option()},
    .examples = {{"axiom snapshot", "make the next replay short"}},
    .run = run};

} // namespace axiom::cli

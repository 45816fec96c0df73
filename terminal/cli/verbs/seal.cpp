// axiom seal: a checkpoint over all that the log holds, now.

#include <sim-host/verify/proof_source.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>

namespace axiom::cli {

namespace {

struct Sealed {
    std::string note; // the checkpoint, signed
    bool already{};   // nothing was written
};

// The newest checkpoint's note, where nothing but the checkpoint's own entry comes behind what it
// covers; empty where something does.
std::string note_of_all(host::OpenedLog& log) {
    std::string note = value_or_stop(host::ProofSource::of(log)).newest_note();
    auto const claimed = read_claimed_checkpoint(bytes_of(note));
    bool const covers =
        claimed && claimed->entries.value + 1 == log.end().value && ends_with_checkpoint(log);
    return covers ? note : std::string{};
}

Sealed seal(Invocation const& given, Console& console) {
    WantedCopies const copies = wanted_copies(given);
    if (!copies.mirror && !copies.archive) {
        auto const log = open_log(given);
        if (std::string note = note_of_all(*log); !note.empty()) {
            return {.note = std::move(note), .already = true};
        }
    }
    WritableLog log{given.log_path(), key_path(given), console, {.copies = copies}};
    log.close();
    return {.note = log.session().newest_note(), .already = false};
}

Exit run(Invocation const& given, Console& console) {
    Sealed const sealed = seal(given, console);
    Sequence const entries = value_or_stop(read_claimed_checkpoint(bytes_of(sealed.note))).entries;
    if (console.json()) {
        console.document(
            "axiom.seal/1",
            {{"entries", entries.value}, {"already", sealed.already}, {"checkpoint", sealed.note}});
    } else {
        console.line(std::string{"sealed"} + (sealed.already ? " already" : "") +
                     " through entry " + std::to_string(entries.value - 1) +
                     ", by the checkpoint at entry " + std::to_string(entries.value));
    }
    return Exit::success;
}

} // namespace

extern VerbRow const seal_verb;
VerbRow const seal_verb{
    .name = "seal",
    .group = "write",
    .sentence = "sign a checkpoint over all that the log holds",
    .text =
        "Writers seal every ten seconds and when they end; one that was killed or lost its "
        "power did not. Until a checkpoint covers an entry there is no receipt of it and no "
        "proof. This opens the log, which begins a boot, and closes it under a checkpoint.\n\n"
        "Nothing is written where the newest checkpoint covers everything but itself and no copy "
        "is named. What it "
        "signed is with --json: kept elsewhere, it shows later that the end was cut off.",
    .reads_log = true,
    .options = {key_option(), mirror_option(), archive_option()},
    .examples = {{"axiom seal && axiom receipt 5", "the receipt of an entry that had none"}},
    .run = run};

} // namespace axiom::cli

// axiom erase: makes an attachment zeros, after the entry that says so.

#include <axiom/log/log_kinds.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/projection_access.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t reason_bytes_max = 256;

// The entry that `reference` names, if it has an attachment that can be erased.
Sequence erasable(std::string const& path, std::string const& reference) {
    auto const opened = open_log(path);
    Sequence const sequence = entry_named(*opened, reference);
    auto const entry = value_or_stop(opened->entry(sequence));
    std::string const number = std::to_string(sequence.value);
    switch (entry.view.attachment) {
    case host::AttachmentState::none:
        throw not_found("entry " + number + " has no attachment");
    case host::AttachmentState::reduced:
        throw not_found("entry " + number + " is pruned, and its attachment with it");
    case host::AttachmentState::erased:
        throw Failure{.exit = Exit::answer_is_no,
                      .code = "already_exists",
                      .sentence = "the attachment of entry " + number + " is erased already",
                      .cause = "an earlier entry says so, and its bytes are zeros",
                      .next = "axiom show " + number};
    case host::AttachmentState::present:
        break;
    }
    return sequence;
}

// What the log alone can tell; a copy of it that was away may owe one, too.
bool may_be_owed(Invocation const& given) {
    auto const log = open_log(given);
    auto const noted = host::read_copies(log->path());
    WantedCopies const wanted = wanted_copies(given);
    if (!noted || noted->mirror || noted->archive || wanted.mirror || wanted.archive) {
        return true;
    }
    auto const targets = host::erasure_targets(log->store(), log->engine(), log->end());
    auto const there =
        targets ? host::attachments_there(log->store(), log->engine(), log->segments(), *targets)
                : targets;
    return !value_or_stop(there, "the log's erasures cannot be read").empty();
}

OpeningWish opening_of(Invocation const& given) {
    return {.copies = wanted_copies(given), .may_use_reserve = true};
}

// What was done has been told; then what was not.
void throw_first(std::optional<Failure> const& failure, std::optional<Failure> const& stays) {
    if (failure) {
        throw Failure{*failure};
    }
    if (stays) {
        throw Failure{*stays};
    }
}

// Opening for writing completes what is owed: here that is all that is wanted.
Exit complete_owed(Invocation const& given, Console& console) {
    if (given.has("entry") || given.has("reason")) {
        throw usage("--owed completes erasures that the log already holds; it takes no entry",
                    "axiom erase --help");
    }
    std::string const path = given.log_path();
    std::uint64_t completed = 0;
    std::optional<Failure> failure;
    if (may_be_owed(given)) {
        WritableLog log{path, key_path(given), console, opening_of(given)};
        completed = log.session().erasures_completed();
        failure = log.try_close();
    }
    auto const stays = remove_projections(path);
    if (console.json()) {
        console.document("axiom.erase-owed/1", {{"completed", completed}});
    } else {
        console.line(counted(completed, "owed erasure was", "owed erasures were") + " completed");
    }
    throw_first(failure, stays);
    return completed != 0 ? Exit::success : Exit::answer_is_no;
}

Exit run(Invocation const& given, Console& console) {
    if (given.has("owed")) {
        return complete_owed(given, console);
    }
    if (!given.has("entry") || !given.has("reason")) {
        throw usage(given.has("entry") ? "--reason is missing: why, for whoever reads the log"
                                       : "entry is missing: which entry's attachment?",
                    "axiom erase --help");
    }
    std::string const reason = given.text("reason");
    if (reason.size() > reason_bytes_max) {
        throw usage("the reason is longer than 256 bytes", "shorten it");
    }
    std::string const path = given.log_path();
    Sequence const sequence = erasable(path, given.text("entry"));
    GatedChange const change{.wish = {.domain = DomainNumber::log,
                                      .kind = static_cast<std::uint16_t>(LogKind::erase),
                                      .object = {},
                                      .causes = {sequence, Sequence{}},
                                      .producer = {},
                                      .number = {}},
                             .what = "erasing the attachment of entry " +
                                     std::to_string(sequence.value),
                             .check = {},
                             .at_this_time = false};
    LogAsItStands{given}.ask(given, change);
    WritableLog log{path, key_path(given), console, opening_of(given)};
    act_as_given(given, log);
    if (log.session().erasures_completed() != 0) {
        static_cast<void>(erasable(path, std::to_string(sequence.value))); // perhaps it was owed
    }
    auto const granted = log.value_or_stop(
        log.session().propose(change.wish, Erase{.sequence = sequence, .reason = reason}),
        "the erasure was not taken");
    if (!granted.appended) {
        throw denied(log.session(), change.wish, granted.answer, change.what);
    }
    Sequence const at = granted.appended->sequence;
    log.value_or_stop(log.session().commit());
    // The entry is durable: only now may the bytes go, and what was made of them before, because
    // whoever is stopped in between finds them owed.
    static_cast<void>(remove_projections(path));
    host::ErasureReport const report = log.value_or_stop(
        host::complete_erasures(log.store(), host::fastest_engine(), log.session().watermark()),
        "the entry is durable, but the bytes are still there; the next command that writes to "
        "the log makes them zeros");
    auto const failure = log.try_close();
    auto const stays = remove_projections(path); // somebody may have asked meanwhile
    if (console.json()) {
        console.document(
            "axiom.erase/1",
            {{"sequence", sequence.value}, {"entry", at.value}, {"made_zeros", report.completed}});
    } else {
        console.line("the attachment of entry " + std::to_string(sequence.value) +
                     " is erased (recorded as entry " + std::to_string(at.value) + ")");
    }
    throw_first(failure, stays);
    return Exit::success;
}

} // namespace

extern VerbRow const erase_verb;
VerbRow const erase_verb{
    .name = "erase",
    .group = "write",
    .sentence = "erase the attachment of an entry for good, by an entry that says so",
    .text =
        "First an Erase entry is made durable, under the log's policy; then salt and data "
        "become zeros in place. The entry itself, its header and body, stay: the chain still "
        "verifies, and `axiom verify` says that something was erased. What a crash left in "
        "between is completed by the next command that opens the log for writing. The mirror and "
        "the archive that the log notes follow, and your cached database of `axiom sql` is "
        "removed. Not reached are files that were made from the log: exports, databases of "
        "--out, shell output, clones of the folder, and the caches of other users: remove "
        "those yourself.\n\nExit 1 "
        "when it is erased already, 6 when the policy denies it, 7 when the entry has no "
        "attachment, 11 when a copy or the database could not be reached, which is named.",
    .reads_log = true,
    .options = {entry_option(Needed::no),
                {.name = "reason",
                 .kind = ValueKind::name,
                 .value = "TEXT",
                 .sentence = "why, for whoever reads the log; needed with an entry"},
                {.name = "owed",
                 .kind = ValueKind::flag,
                 .sentence = "complete the erasures that the log holds and whose bytes are still "
                             "there; exit 1 when there are none"},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom erase 1042 --reason 'asked for by its author'", "erase one attachment"},
                 {"axiom erase --owed", "after verify said erasure_owed"}},
    .run = run};

} // namespace axiom::cli

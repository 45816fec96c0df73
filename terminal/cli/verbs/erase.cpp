// axiom erase: makes an attachment zeros, after the entry that says so.

#include <axiom/log/log_kinds.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t reason_bytes_max = 256;

Exit run(Invocation const& given, Console& console) {
    std::string const reason = given.text("reason");
    if (reason.size() > reason_bytes_max) {
        throw usage("the reason is longer than 256 bytes", "shorten it");
    }
    std::string const path = given.log_path();
    Sequence sequence;
    {
        auto const opened = open_log(path);
        sequence = entry_named(*opened, given.text("entry"));
        auto const entry = value_or_stop(opened->entry(sequence));
        if (entry.view.attachment == host::AttachmentState::none ||
            entry.view.attachment == host::AttachmentState::reduced) {
            throw not_found("entry " + std::to_string(sequence.value) + " has no attachment");
        }
    }
    WritableLog log{path, key_path(given), console};
    auto const granted =
        log.value_or_stop(log.session().propose({.domain = DomainNumber::log,
                                                 .kind = static_cast<std::uint16_t>(LogKind::erase),
                                                 .object = {},
                                                 .causes = {sequence, Sequence{}},
                                                 .producer = {},
                                                 .number = {}},
                                                Erase{.sequence = sequence, .reason = reason}),
                          "the erasure was not taken");
    if (!granted.appended) {
        throw denied(granted.answer, "erasing");
    }
    Sequence const at = granted.appended->sequence;
    log.value_or_stop(log.session().commit());
    // The entry is durable: only now may the bytes go. Earlier erasures that are owed go too.
    host::ErasureReport const report = log.value_or_stop(
        host::complete_erasures(log.store(), host::fastest_engine(), log.session().watermark()),
        "the entry is durable, but the bytes are still there: say `axiom erase` again");
    log.close();
    if (console.json()) {
        console.document(
            "axiom.erase/1",
            {{"sequence", sequence.value}, {"entry", at.value}, {"made_zeros", report.completed}});
    } else {
        console.line("the attachment of entry " + std::to_string(sequence.value) +
                     " is erased (recorded as entry " + std::to_string(at.value) + ")");
        if (report.completed > 1) {
            console.line(std::to_string(report.completed - 1) + " erasures that were owed, too");
        }
    }
    return Exit::success;
}

} // namespace

extern VerbRow const erase_verb;
VerbRow const erase_verb{
    .name = "erase",
    .group = "write",
    .sentence = "erase the attachment of an entry for good, by an entry that says so",
    .text = "First an Erase entry is made durable, under the log's policy; then salt and data "
            "become zeros in place. The entry itself, its header and body, stay: the chain still "
            "verifies, and `axiom verify` says that something was erased. What a crash left in "
            "between is completed by the next erase.\n\nExit 6 when the policy denies it, 7 when "
            "the entry has no attachment.",
    .reads_log = true,
    .options = {{.name = "entry",
                 .kind = ValueKind::reference,
                 .value = "REF",
                 .sentence = "the entry",
                 .positional = true,
                 .required = true},
                {.name = "reason",
                 .kind = ValueKind::name,
                 .value = "TEXT",
                 .sentence = "why, for whoever reads the log",
                 .required = true},
                key_option()},
    .examples = {{"axiom erase 1042 --reason 'asked for by its author'", "erase one attachment"}},
    .run = run};

} // namespace axiom::cli

// axiom receipt and axiom receipt check: a file with which a stranger checks an entry.

#include <array>

#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/verify/proof_source.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

// The log that the receipt is of: after a fork and before its first checkpoint, still the parent.
Hash256 log_of(Bytes receipt) {
    Receipt const parts = value_or_stop(read_receipt(receipt));
    return value_or_stop(read_claimed_checkpoint(parts.note)).log_id;
}

Exit make(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const sequence = entry_named(*log, given.text("entry"));
    host::ProofSource source = value_or_stop(host::ProofSource::of(*log));
    auto made = source.receipt(sequence);
    if (!made && made.error().error.code == Code::entry_missing) {
        throw is_pruned(*log, sequence);
    }
    if (!made && made.error().error.code == Code::not_sealed) {
        Failure failure = failure_of(made.error().error, "entry " + std::to_string(sequence.value) +
                                                             " has no receipt yet");
        if (sequence.value + 1 == log->end().value && ends_with_checkpoint(*log)) {
            failure.next = "ask for one before it: this is the checkpoint that seals them, and the "
                           "next checkpoint covers it";
        }
        throw Failure{std::move(failure)};
    }
    std::vector<std::byte> const receipt = value_or_stop(std::move(made));
    std::string const path =
        given.has("out") ? given.text("out") : "receipt-" + std::to_string(sequence.value) + ".axr";
    refuse_inside_log(path, given.log_path());
    write_new_file(path, receipt);
    std::string const log_id = host::hex_text(log_of(receipt));
    if (console.json()) {
        console.document("axiom.receipt/1", {{"sequence", sequence.value},
                                             {"file", path},
                                             {"bytes", receipt.size()},
                                             {"log_id", log_id}});
        return Exit::success;
    }
    console.line(path);
    console.remark("check it with: axiom receipt check " + path + " --log-id " + log_id);
    return Exit::success;
}

Json json_of(ReceiptVerdict const& verdict) {
    Json json{{"log_id", host::hex_text(verdict.checkpoint.log_id)},
              {"sequence", verdict.header.sequence.value},
              {"leaf", host::hex_text(verdict.leaf)},
              {"domain", static_cast<unsigned>(verdict.header.domain)},
              {"kind", verdict.header.kind},
              {"time", verdict.header.time.value},
              {"sealed_entries", verdict.checkpoint.entries.value},
              {"tree_size", verdict.checkpoint.tree.size.value},
              {"tree_root", host::hex_text(verdict.checkpoint.tree.root)},
              {"key", host::hex_text(verdict.key.key)},
              {"key_number", verdict.key.number},
              {"era", verdict.key.era},
              {"origin", verdict.origin},
              {"body_shown", verdict.body_shown},
              {"attachment_shown", verdict.attachment_shown}};
    if (verdict.link) {
        json["hash"] = host::hex_text(*verdict.link);
    }
    return json;
}

// The attachment as it was committed to: the receipt's salt, the data, zeros.
std::vector<std::byte> attachment_of(Receipt const& receipt, Bytes data) {
    std::vector<std::byte> padded{receipt.salt.begin(), receipt.salt.end()};
    padded.insert(padded.end(), data.begin(), data.end());
    padded.resize(padded_bytes(padded.size()));
    return padded;
}

// A stranger has no log: what to do is about the file, the data, and whom to trust.
std::string next_step(Code code, Invocation const& given) {
    switch (code) {
    case Code::unknown_version:
        return "check it with a newer program";
    case Code::commitment_mismatch:
        return given.has("data") ? "these are not the bytes that were attached, or the receipt was "
                                   "changed: ask for both anew"
                                 : "the receipt was changed: ask for it anew";
    case Code::wrong_log:
        return "ask where the log id or the key that you trust comes from, or for the right "
               "receipt";
    default:
        return "do not trust this receipt: ask for it anew, and whether the log's key was changed";
    }
}

Failure does_not_hold(Error const& error, Invocation const& given) {
    Failure failure = failure_of(error, "this receipt does not hold");
    failure.exit = error.code == Code::unknown_version ? Exit::incompatible : Exit::tampering;
    failure.next = next_step(error.code, given);
    return failure;
}

// Without a salt nothing follows about any data, not even about none.
Failure says_nothing_of_data(Sequence sequence) {
    return {.exit = Exit::tampering,
            .code = std::string{text_of(Code::attachment_missing).name},
            .sentence = "this receipt shows nothing about the data",
            .cause = "entry " + std::to_string(sequence.value) +
                     " has no attachment, or it was erased when the receipt was made",
            .next = "check the receipt alone, without --data"};
}

Exit check(Invocation const& given, Console& console) {
    ReceiptTrust trust;
    if (auto const id = given.given("log-id")) {
        trust.log_id = log_id_argument(*id);
    }
    if (auto const key = given.given("key")) {
        trust.key = public_key_argument(*key);
    }
    if (!trust.log_id && !trust.key) {
        throw usage("a receipt proves something only to somebody who knows the log or its key",
                    "give --log-id or --key");
    }
    std::vector<std::byte> const receipt = file_argument(given.text("file"), receipt_bytes_max);
    std::vector<std::byte> attachment; // stays empty without a salt
    if (auto const data = given.given("data")) {
        std::vector<std::byte> const bytes = file_argument(*data, attachment_data_bytes_max);
        auto const parts = read_receipt(receipt);
        if (!parts) {
            throw does_not_hold(parts.error(), given);
        }
        if (!parts->salt.empty()) {
            attachment = attachment_of(*parts, bytes);
        }
    }
    auto const verdict =
        check_receipt(host::fastest_engine(), host::signature_engine(), receipt, trust, attachment);
    if (!verdict) {
        throw does_not_hold(verdict.error(), given);
    }
    if (given.has("data") && !verdict->attachment_shown) {
        throw says_nothing_of_data(verdict->header.sequence);
    }
    if (console.json()) {
        console.document("axiom.receipt-check/1", json_of(*verdict));
        return Exit::success;
    }
    console.write(Style::green, "verified");
    console.line(": entry " + std::to_string(verdict->header.sequence.value) + " is in log " +
                 host::hex_text(verdict->checkpoint.log_id));
    console.line("sealed     through entry " +
                 std::to_string(verdict->checkpoint.entries.value - 1) + " by key " +
                 std::to_string(verdict->key.number) + " (" + host::hex_text(verdict->key.key) +
                 ")");
    if (verdict->key.era != 0) {
        console.line("era        " + std::to_string(verdict->key.era) +
                     ": a key was lost before this one; nobody signed for the change");
    }
    if (verdict->origin != 0) {
        bool const shared = verdict->header.sequence.value < verdict->origin;
        console.line("origin     this log was forked from another at entry " +
                     std::to_string(verdict->origin) +
                     (shared ? "; the entry is of their shared past" : ""));
    }
    console.line(std::string{"body       "} +
                 (verdict->body_shown ? "in the receipt" : "not in the receipt"));
    console.line(std::string{"data       "} +
                 (verdict->attachment_shown ? "is what was attached" : "not held against it"));
    console.line("not shown  that the log has not ended or forked since, and that what the entry "
                 "says is true");
    return Exit::success;
}

} // namespace

extern VerbRow const receipt_verb;
VerbRow const receipt_verb{
    .name = "receipt",
    .group = "trust",
    .sentence = "write the receipt of an entry: one file that a stranger checks without the log",
    .text = "The file holds the entry's header and body, its path to a signed checkpoint, and the "
            "chain of keys from the log's origin. The attachment is not in it, only its salt.\n\n"
            "Exit 4 when no checkpoint covers the entry yet, 7 when there is no such entry.",
    .reads_log = true,
    .options = {entry_option(Needed::yes),
                {.name = "out",
                 .letter = 'o',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where to write it; by default receipt-SEQUENCE.axr; never over an "
                             "existing file"}},
    .examples = {{"axiom receipt @~1 -o last.axr",
                  "of the entry before the newest, which is the checkpoint that closed the log"}},
    .run = make};

extern VerbRow const receipt_check_verb;
VerbRow const receipt_check_verb{
    .name = "receipt check",
    .group = "trust",
    .sentence = "check a receipt; needs no log",
    .text =
        "Recomputes every hash and signature from the entry to what you trust: the log's id, "
        "its key, or both. A key vouches for those that it was rotated to, as in `axiom verify`. "
        "With --data, also that these bytes are what was attached.\n\n"
        "Exit 3 when anything does not hold, 8 when a newer program wrote the receipt.",
    .options = {{.name = "file",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "the receipt",
                 .positional = true,
                 .required = true},
                {.name = "log-id",
                 .kind = ValueKind::name,
                 .value = "ID",
                 .sentence = "the log that you trust"},
                {.name = "key",
                 .kind = ValueKind::name,
                 .value = "KEY",
                 .sentence = "the checkpoint key that you trust"},
                {.name = "data",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "bytes that should be the entry's attachment"}},
    .examples = {{"axiom receipt check last.axr --log-id 5f…", "in the log with this id"}},
    .run = check};

} // namespace axiom::cli

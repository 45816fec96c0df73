// axiom prove: that an entry is in the log, or that one checkpoint grew out of another.

#include <axiom/log/log_kinds.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/verify/proof_source.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

Json hashes(std::vector<Hash256> const& path) {
    Json list = Json::array();
    for (Hash256 const& hash : path) {
        list.push_back(host::hex_text(hash));
    }
    return list;
}

std::string hex_of(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::byte const byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4U];
        text += digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text;
}

void print_path(Console& console, std::string_view name, std::vector<Hash256> const& path) {
    for (Hash256 const& hash : path) {
        console.write(name).line(host::hex_text(hash));
    }
}

Exit prove_inclusion(host::OpenedLog const& log, host::ProofSource& source, Sequence sequence,
                     Console& console) {
    auto made = source.inclusion(sequence);
    if (!made && made.error().error.code == Code::entry_missing) {
        throw is_pruned(log, sequence);
    }
    host::InclusionProof const proof = value_or_stop(std::move(made));
    if (console.json()) {
        console.document("axiom.prove/1",
                         {{"proof", "inclusion"},
                          {"sequence", proof.sequence.value},
                          {"hash", host::hex_text(proof.entry_hash)},
                          {"entry_leaf", host::hex_text(proof.entry_leaf)},
                          {"block_first", proof.record.first.value},
                          {"block_count", proof.record.count},
                          {"block_path", hashes(proof.block_path)},
                          {"record", hex_of(record_bytes(proof.record))},
                          {"leaf_index", proof.leaf.value},
                          {"tree_path", hashes(proof.tree_path)},
                          {"tree_size", proof.checkpoint.tree.size.value},
                          {"tree_root", host::hex_text(proof.checkpoint.tree.root)},
                          {"checkpoint", proof.note}});
        return Exit::success;
    }
    console.line("entry       " + std::to_string(proof.sequence.value));
    console.line("hash        " + host::hex_text(proof.entry_hash));
    console.line("entry leaf  " + host::hex_text(proof.entry_leaf));
    console.line("in block    " + std::to_string(proof.sequence.value - proof.record.first.value) +
                 " of " + std::to_string(proof.record.count));
    print_path(console, "block path  ", proof.block_path);
    console.line("record      " + hex_of(record_bytes(proof.record)));
    console.line("in tree     " + std::to_string(proof.leaf.value) + " of " +
                 std::to_string(proof.checkpoint.tree.size.value));
    print_path(console, "tree path   ", proof.tree_path);
    console.line("tree root   " + host::hex_text(proof.checkpoint.tree.root));
    console.line().write(proof.note);
    return Exit::success;
}

// The tree only grows, so which of two checkpoints is the older one is for them to say.
void check_order(Bytes older, Bytes newer, Invocation const& given) {
    auto const from = read_claimed_checkpoint(older);
    auto const to = read_claimed_checkpoint(newer);
    if (!from || !to || from->log_id != to->log_id || from->tree.size <= to->tree.size) {
        return; // in order, or refused below for what it is
    }
    std::string const sizes = counted(from->tree.size.value, "block", "blocks") + ", and " +
                              counted(to->tree.size.value, "block", "blocks");
    if (auto const path = given.given("newer")) {
        throw usage("the checkpoints are swapped: they cover " + sizes,
                    "axiom prove --older " + *path + " --newer " + given.text("older"));
    }
    throw failure_of({.code = Code::rolled_back, .where = 0},
                     "the checkpoint and the log's own newest one cover " + sizes);
}

Exit prove_consistency(host::ProofSource& source, Invocation const& given, Console& console) {
    std::vector<std::byte> const older = file_argument(given.text("older"), note_bytes_max);
    std::vector<std::byte> newer;
    if (auto const path = given.given("newer")) {
        newer = file_argument(*path, note_bytes_max);
    } else {
        std::string const note = source.newest_note();
        if (note.empty()) {
            throw failure_of({.code = Code::not_sealed, .where = 0},
                             "this log has no checkpoint to prove anything up to");
        }
        Bytes const newest = bytes_of(note);
        newer.assign(newest.begin(), newest.end());
    }
    check_order(older, newer, given);
    host::ConsistencyProof const proof =
        value_or_stop(source.consistency(host::signature_engine(), older, newer));
    if (console.json()) {
        console.document("axiom.prove/1", {{"proof", "consistency"},
                                           {"older_size", proof.older.tree.size.value},
                                           {"older_root", host::hex_text(proof.older.tree.root)},
                                           {"newer_size", proof.newer.tree.size.value},
                                           {"newer_root", host::hex_text(proof.newer.tree.root)},
                                           {"path", hashes(proof.path)}});
        return Exit::success;
    }
    console.line("older       " + counted(proof.older.tree.size.value, "block", "blocks") + ", " +
                 host::hex_text(proof.older.tree.root));
    console.line("newer       " + counted(proof.newer.tree.size.value, "block", "blocks") + ", " +
                 host::hex_text(proof.newer.tree.root));
    print_path(console, "path        ", proof.path);
    return Exit::success;
}

Exit run(Invocation const& given, Console& console) {
    bool const inclusion = given.has("entry");
    if (inclusion == given.has("older") || (inclusion && given.has("newer"))) {
        throw usage("give either an entry or --older CHECKPOINT", "axiom prove --help");
    }
    auto const log = open_log(given);
    Sequence const sequence = inclusion ? entry_named(*log, given.text("entry")) : Sequence{};
    host::ProofSource source = value_or_stop(host::ProofSource::of(*log));
    return inclusion ? prove_inclusion(*log, source, sequence, console)
                     : prove_consistency(source, given, console);
}

} // namespace

extern VerbRow const prove_verb;
VerbRow const prove_verb{
    .name = "prove",
    .group = "trust",
    .sentence = "prove that an entry is in the log, or that one checkpoint grew out of another",
    .text =
        "Prints an inclusion proof of an entry, up to the newest checkpoint that covers it; or, "
        "with --older, a consistency proof of two checkpoints. docs/checkpoint-and-proofs.md "
        "says how they are checked; tools for RFC 6962 trees check the tree's part.",
    .reads_log = true,
    .options = {entry_option(Needed::no),
                {.name = "older",
                 .kind = ValueKind::path,
                 .value = "CHECKPOINT",
                 .sentence = "a signed checkpoint of this log"},
                {.name = "newer",
                 .kind = ValueKind::path,
                 .value = "CHECKPOINT",
                 .sentence = "a later one; by default the newest in the log"}},
    .examples = {{"axiom prove @~3", "that this entry is under the newest checkpoint"}},
    .run = run};

} // namespace axiom::cli

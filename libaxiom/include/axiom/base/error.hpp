#pragma once
// Every refusal and fault that the libraries can answer with, in one table.
//
// A code's number and name are stable: programs match on them, documents quote them, counters are
// kept by them. New codes are added at the end of their group's range; none is ever renumbered or
// reused. Which side is to blame is part of the table: `caller` asked for what it may not have,
// `peer` (a device, a file, another program) broke its format or protocol, `environment` ran out of
// something.

#include <cstdint>
#include <string_view>

namespace axiom {

enum class Blame : std::uint8_t { caller, peer, environment };

// code, number, blame, what happened, what to do next
// clang-format off
#define AXIOM_ERROR_TABLE(row)                                                                    \
    /* 100: codec */                                                                              \
    row(truncated, 100, peer, "the data ends before the value does",                              \
        "fetch the whole record again")                                                           \
    row(trailing_bytes, 101, peer, "bytes follow the end of the value", "remove what follows")    \
    row(not_canonical, 102, peer, "the value is not in its one canonical form",                   \
        "encode it again with this program")                                                      \
    row(reserved_not_zero, 103, peer, "bytes that must be zero are not",                          \
        "the record is damaged or newer than this program")                                       \
    row(out_of_range, 104, peer, "a number lies outside its range",                               \
        "correct it if you gave it; fetch again what holds it if you were sent that")             \
    row(too_long, 105, caller, "the value is longer than its bound", "shorten it")                \
    row(bad_text, 106, caller, "the text is not what its grammar allows",                         \
        "correct it if you wrote it; fetch it again if you were sent it")                         \
    row(no_room, 107, caller, "the output does not fit the space that was given",                 \
        "offer more space")                                                                       \
    row(unknown_kind, 108, peer, "this program does not know this kind of entry",                 \
        "use a program at least as new as the log's writer")                                      \
    row(unknown_version, 109, peer, "this program does not know this format version",             \
        "use a program at least as new as the log's writer")                                      \
    /* 200: the log and its sequencer */                                                          \
    row(ring_full, 200, environment, "the append ring is full; nothing was taken",                \
        "wait for the next group and try again")                                                  \
    row(log_stopped, 201, environment, "the log takes nothing after a failed flush",              \
        "reopen it: recovery says how far it is good")                                            \
    row(log_detached, 202, caller, "the log is not attached; durable entries wait for it",        \
        "attach it to its store first")                                                           \
    row(number_gap, 203, caller, "the producer skipped a number",                                 \
        "continue with its last number plus one")                                                 \
    row(too_old, 204, caller, "the producer's number is older than the window that is kept",      \
        "look the entry up in the log")                                                           \
    row(log_rate, 205, caller, "the account has used up its log rate",                            \
        "wait, or give the account a higher rate")                                                \
    row(log_full, 206, environment, "the store is nearly full; only giving up is still taken",    \
        "prune finished boots or add space")                                                      \
    row(stale_decision, 207, caller, "state that the decision rests on has changed since",        \
        "decide again")                                                                           \
    row(not_gated, 208, caller, "this kind of entry may only come through the policy engine",     \
        "propose it to the engine")                                                               \
    row(cause_unknown, 209, caller, "the named cause is not an earlier entry",                    \
        "name an entry of this log")                                                              \
    row(table_full, 210, environment, "a table of the state is full",                             \
        "start with larger capacities")                                                           \
    row(already_exists, 211, caller, "it exists already", "use the existing one")                 \
    row(no_such_row, 212, caller, "it does not exist", "check the id")                            \
    row(expired, 213, caller, "its time in the log has run out", "ask for it anew")               \
    row(second_outcome, 214, caller, "this effect has its outcome already", "read the outcome")   \
    row(fenced, 215, environment, "a newer writer has taken this log over",                       \
        "stop; the other writer owns it")                                                         \
    row(already_attached, 216, caller, "the log is attached already", "detach by restarting")     \
    row(not_yet_durable, 217, caller, "the entry is not durable yet", "wait for the watermark")   \
    row(effect_not_started, 218, caller, "no entry says that this effect was started",             \
        "record its start first, durably")                                                         \
    row(state_too_large, 219, environment,                                                        \
        "the log asks for more state than this program may hold",                                 \
        "if you trust the log, allow more: AXIOM_STATE_MIB=N")                                    \
    /* 300: verification */                                                                       \
    row(commitment_mismatch, 300, peer, "the body or attachment does not match its commitment",   \
        "if it has a mirror or an archive: axiom repair")                                        \
    row(leaf_mismatch, 301, peer, "the entry does not match its leaf",                            \
        "if it has a mirror or an archive: axiom repair")                                        \
    row(chain_break, 302, peer, "the entry does not follow from the one before it",               \
        "if it has a mirror or an archive: axiom repair")                                        \
    row(block_mismatch, 303, peer, "the block record does not match its block",                   \
        "if it has a mirror or an archive: axiom repair")                                        \
    row(wrong_log, 304, peer, "this belongs to another log", "name the right log")                \
    row(bad_signature, 305, peer, "the signature is not by the expected key",                     \
        "do not trust this; fetch the checkpoint again")                                          \
    row(bad_proof, 306, peer, "the proof does not lead to the checkpoint",                        \
        "do not trust this; ask for a new proof")                                                 \
    row(rolled_back, 307, peer, "the log is older than what an outside anchor has seen",          \
        "find the newer copy; if it is gone, go on with this one by axiom fork")                                 \
    row(forked, 308, peer, "the log differs from what an outside anchor has seen",                \
        "two copies went on, or one was rewritten; keep both, and axiom fork one of them")                                         \
    row(state_mismatch, 309, peer, "the replayed state differs from the recorded one",            \
        "run bisect to find the first entry where they part")                                     \
    row(snapshot_ahead, 310, peer, "the snapshot is newer than the log",                          \
        "the log was cut: find it")                                                               \
    row(frame_damaged, 311, peer, "a frame is damaged", "if it has a mirror or an archive: axiom repair")    \
    row(padding_not_zero, 312, peer, "padding that must be zero is not",                          \
        "if it has a mirror or an archive: axiom repair")                                                    \
    row(attachment_missing, 313, peer, "the attachment is gone though no entry erased it",        \
        "if it has a mirror or an archive: axiom repair")                                                    \
    row(not_sealed, 314, peer, "no checkpoint covers this", "ask for a newer checkpoint")         \
    row(entry_missing, 315, peer, "the entry is gone though no entry pruned it",                  \
        "if it has a mirror or an archive: axiom repair")                                                    \
    row(erasure_owed, 316, peer, "the attachment is still there though an entry erased it",       \
        "axiom erase --owed")                                                                     \
    row(pruning_owed, 317, peer, "entries are still whole though an entry pruned them",           \
        "axiom snapshot: what writes to the log completes it; an archive keeps them")             \
    /* 400: the store */                                                                          \
    row(io_failed, 400, environment, "the device failed to read or write",                        \
        "check the disk, then reopen")                                                            \
    row(flush_failed, 401, environment, "the flush failed; what it covered is not durable",       \
        "reopen: recovery says how far the log is good")                                          \
    row(store_full, 402, environment, "the device is full", "add space or prune")                 \
    row(not_a_log, 403, peer, "this is not an Axiom log", "check the path")                       \
    row(rot_below_watermark, 404, peer, "damage lies below what was acknowledged",                \
        "if it has a mirror or an archive: axiom repair; nothing was changed")                               \
    row(writer_alive, 405, environment, "another writer has this log open", "stop it first")      \
    row(short_transfer, 406, environment, "the device moved fewer bytes than asked",              \
        "check the disk, then reopen")                                                            \
    row(size_changed, 407, peer, "the medium is smaller than its header says",                    \
        "the file was cut: restore it")                                                           \
    row(mirrors_differ, 408, peer, "the two mirrors are not of one log", "name the right pair")   \
    row(read_only, 409, caller, "the store was opened for reading", "open it for writing")        \
    row(access_refused, 410, environment, "the system refused access to the medium",              \
        "check its permissions, and the limits that axiom doctor names")                          \
    row(claims_ahead, 411, peer, "the medium claims an epoch that no writer of this log came to", \
        "stop every writer, then: axiom doctor --reset-claims")                                   \
    row(no_memory, 412, environment, "the system gives no more memory",                           \
        "raise the limit (ulimit -v), or work on a shorter range")                                \
    /* 500: policy */                                                                             \
    row(policy_syntax, 500, caller, "the policy does not parse", "mend it at the place named")    \
    row(policy_duplicate, 501, caller, "the policy names something twice", "remove one")          \
    row(policy_cycle, 502, caller, "the policy refers to itself in a circle", "break the circle") \
    row(policy_too_large, 503, caller, "the policy exceeds its bounds", "split or shorten it")    \
    row(policy_unknown_name, 504, caller, "the policy uses an unknown name",                      \
        "see docs/policy.md")                                                                     \
    row(policy_locks_out, 505, caller, "nobody could change the policy after this",               \
        "keep a rule that allows policy changes")                                                 \
    row(evaluation_error, 506, caller, "the evaluation could not reach an answer",                \
        "see the trace")                                                                          \
    row(not_permitted, 507, caller, "no rule permits this",                                       \
        "see the smallest grant in the answer")                                                   \
    row(forbidden, 508, caller, "a rule forbids this", "see the rule in the answer")              \
    row(policy_open_to_all, 509, caller, "anyone could change the policy after this",             \
        "bind rules that allow policy changes to a principal, group, role or capability")         \
    row(policy_contradiction, 510, caller, "two rules of one priority say opposite things",       \
        "give the one that must win a higher priority")                                           \
    row(policy_unreachable, 511, caller, "a rule can never apply",                                \
        "remove it, or raise its priority")                                                       \
    row(awaits_approval, 512, caller, "somebody else must approve this first",                    \
        "see who may, and how it goes on: request show")                                          \
    row(request_settled, 513, caller, "this request does not wait for an approval any more",      \
        "see how it ended: request show")                                                         \
    /* 600: keys and receipts */                                                                  \
    row(bad_key, 600, caller, "this is not a usable key", "check the key file")                   \
    row(no_entropy, 601, environment, "no trustworthy randomness; no key is made without it",     \
        "provide a random source")                                                                \
    row(wrong_key, 602, caller, "the key is not the log's checkpoint key in force",               \
        "take the key from whom you trust, not from this log; lost your own: axiom key lost")     \
    /* 700: services; `where` is the kernel's check, docs/syscalls.md */                          \
    row(unanswered, 700, environment, "a service did not answer",                                 \
        "see whether it runs: service status")                                                    \
    row(kernel_refused, 701, environment, "the kernel refused a call of the service",             \
        "see the check in docs/syscalls.md, and the service's account")                           \
    /* 800: objects and jobs */                                                                   \
    row(object_damaged, 800, peer, "what lies under this id is not what was put there",           \
        "put it again: a put mends what is damaged")                                              \
    row(objects_full, 801, environment, "the store of objects has no room for this",              \
        "keep it elsewhere; objects are never removed")                                           \
    row(too_many_uploads, 802, caller, "as many uploads as there may be are under way",           \
        "finish or abandon one of them")                                                          \
    row(job_refused, 803, caller, "this is no job that can be run",                               \
        "give: PROGRAM INPUT FUEL MEMORY OUTPUT MESSAGES, ids and numbers")                       \
    row(job_failed, 804, caller, "the job did not end well", "see how it ended: job status")
// clang-format on

enum class Code : std::uint16_t {
#define AXIOM_ERROR_ENUM(name, number, blame, what, next) name = number,
    AXIOM_ERROR_TABLE(AXIOM_ERROR_ENUM)
#undef AXIOM_ERROR_ENUM
};

struct CodeText {
    Code code{};
    Blame blame{};
    std::string_view name;
    std::string_view what;
    std::string_view next;
};

inline constexpr CodeText code_texts[] = {
#define AXIOM_ERROR_TEXT(name, number, blame, what, next)                                          \
    CodeText{Code::name, Blame::blame, #name, what, next},
    AXIOM_ERROR_TABLE(AXIOM_ERROR_TEXT)
#undef AXIOM_ERROR_TEXT
};

/// The row of `code`; every enumerator has one.
[[nodiscard]] constexpr CodeText const& text_of(Code code) noexcept {
    for (CodeText const& text : code_texts) {
        if (text.code == code) {
            return text;
        }
    }
    return code_texts[0];
}

/// What went wrong and where. `where` is what the code counts in: an offset in bytes for codec and
/// store, a sequence for log and verification, a line for policy; `detail` is a second number where
/// one helps.
struct Error {
    Code code{};
    std::uint64_t where{};
    std::uint64_t detail{};

    friend bool operator==(Error const&, Error const&) noexcept = default;
};

} // namespace axiom

#pragma once
// What a verification found: every damage by name, how far the log is sealed, and what that rests
// on.
//
// A verdict is made of facts, not of sentences: the command renders it for people and as JSON. A
// false OK is the one mistake that a verifier must not make, so `soundness` follows from the
// findings and from the seal by one function, and everything that was not looked at is counted.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/store/segment_format.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/key_chain.hpp>

namespace axiom::host {

/// What a finding says about the log.
enum class Severity : std::uint8_t {
    note,       // worth knowing, no damage
    incomplete, // something is missing, cut or torn; nothing that was vouched for is wrong
    tampering,  // bytes differ from what was committed to, or a signature does not hold
    version,    // written by a newer program
    failed,     // the medium could not be read
};

struct Finding {
    Severity severity{};
    Code code{};
    std::string what; // one clause, for people
    std::optional<Sequence> sequence;
    std::optional<store::SegmentNumber> segment;
    std::optional<SlotIndex> slot;
    std::optional<std::uint64_t> offset; // bytes from the slot's start
    std::string_view next{};             // what to do, where that is not the code's own step
    bool outside{}; // the log is not what somebody gave says: its own bytes may all be right
};

/// Findings beyond this are counted, not kept.
inline constexpr std::size_t findings_kept = 64;

/// A checkpoint that verified, and whose key signed it.
struct Seal {
    Checkpoint checkpoint{};
    Sequence entry{}; // the entry that carries it
    KeyRecord key{};
};

struct SequenceRange {
    Sequence first{};
    Sequence end{};

    friend bool operator==(SequenceRange const&, SequenceRange const&) noexcept = default;
};

/// What a `Prune` entry says, and how much of it was done.
struct PruneFact {
    SequenceRange range{};
    Sequence entry{};    // the entry that says so
    Sequence snapshot{}; // whose state stands for the range
    Hash256 root{};
    std::uint64_t count{};   // entries that it reduces
    std::uint64_t reduced{}; // of the range's entries, those that are leaves only
};

enum class Soundness : std::uint8_t {
    sealed,     // every byte in range was re-hashed and is covered by a checkpoint
    incomplete, // an unsealed tail, a cut, a torn end, a gap
    tampering,
    version,
    failed,
};

/// What outside the log the verdict rests on: only what agreed with it.
struct Anchors {
    bool key{};                             // the caller named the checkpoint key
    bool log_id{};                          // the caller named the log
    bool receipt{};                         // a receipt that the log was held against
    bool checkpoint{};                      // a checkpoint that the caller trusts
    bool refuted{};                         // a receipt or checkpoint says otherwise: a finding
    bool key_lies_beside{};                 // the signing key was found beside the log
    std::optional<Sequence> shared_until{}; // an anchor was of a log that this one left there
};

/// Where a log began, or began anew.
struct LogOrigin {
    Hash256 log_id{}; // of the blocks from there on
    Sequence first{}; // its Genesis or Fork, or where the log that is here begins
};

struct Verdict {
    std::vector<Finding> findings; // in the log's order; at most `findings_kept`
    std::uint64_t findings_left_out{};
    Severity worst{};

    Hash256 log_id{};
    std::vector<LogOrigin> origins; // the newest last; one more than there are forks
    std::uint64_t entries{};        // in the log, reduced ones included
    std::uint64_t entries_hashed{}; // of those that are whole, re-hashed in this run
    std::uint64_t blocks{};
    std::uint64_t segments{};
    std::uint64_t bytes{}; // read from the medium
    Sequence next{};
    Hash256 head{};
    TreeHead tree{};
    Epoch epoch{};
    BootNumber boot{};
    SequenceRange range{}; // what was asked for

    std::optional<Seal> seal; // the newest checkpoint that holds
    std::uint64_t checkpoints{};
    KeyRing keys{};

    std::uint64_t reduced{}; // entries of which pruning left the leaf
    std::vector<PruneFact> pruned;
    std::uint64_t erased{}; // attachments whose bytes are gone, by an entry
    std::uint64_t erasures_owed{};
    std::uint64_t late_segments{}; // with bytes written after their writer was fenced off
    std::uint64_t repairs{};       // torn tails that recovery cut, by its entries
    bool ended_in_order{};
    bool writer_alive{};
    Anchors anchors{};

    /// Whether all of `range` lies under the seal; a tail of nothing but the newest checkpoint's
    /// own entry counts as sealed.
    [[nodiscard]] bool is_sealed() const noexcept;
    [[nodiscard]] Soundness soundness() const noexcept;

    void add(Finding finding);

    /// The same of an entry, wherever that lies; of the log as a whole entry 0 is named.
    void blame(Severity severity, Code code, std::string what, Sequence at);

    /// What the caller gave (a key, an id, a receipt, a checkpoint) does not hold, or not of this
    /// log. No entry is named where none is to blame.
    void blame_outside(Severity severity, Code code, std::string what, std::optional<Sequence> at);

    [[nodiscard]] std::size_t forks() const noexcept {
        return origins.empty() ? 0 : origins.size() - 1;
    }
};

} // namespace axiom::host

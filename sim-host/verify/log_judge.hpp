#pragma once
// LogJudge: what only the order of the log shows.
//
// Takes the facts of one segment after the other. Follows the public tree and compares it with what
// each segment header says of it; follows the chain of keys; opens every checkpoint with the key in
// force and holds it against the tree at its size and the log that it is of; matches erased
// attachments with `Erase` entries and reduced entries with `Prune` entries; holds the log against
// the caller's anchors.

#include <set>
#include <unordered_set>

#include <sim-host/verify/outside_anchors.hpp>
#include <sim-host/verify/tree_history.hpp>
#include <sim-host/verify/verifier.hpp>

namespace axiom::host {

class LogJudge {
  public:
    LogJudge(VerifyOptions const& options, store::SegmentMap const& map, Verdict& verdict);

    void take(SegmentFacts& facts);

    /// After the last segment.
    void finish();

    /// Attachments that Erase entries name and that were not found erased.
    [[nodiscard]] std::set<std::uint64_t> const& unpaid() const noexcept { return unpaid_; }

    /// After `finish`: those of `unpaid` that are still there. The others never were: their entries
    /// have none, or are pruned.
    void take_owed(std::set<std::uint64_t> const& still_there);

  private:
    void begin(Hash256 const& log_id, Sequence first);
    void take_entry(SegmentFacts const& facts, LogFact const& fact);
    void take_genesis(Bytes body, Sequence at);
    void take_checkpoint(Bytes body, Sequence at);
    void take_fork(SegmentFacts const& facts, LogFact const& fact);
    void take_key(SegmentFacts const& facts, LogFact const& fact);
    void take_erase(Bytes body, Sequence at);
    [[nodiscard]] bool is_reduced(Sequence sequence) const;
    void check_reduced();
    void check_log_id();
    void note_key();
    void check_key();
    void blame(Severity severity, Code code, std::string what, Sequence at);

    VerifyOptions const& options_;
    store::SegmentMap const& map_;
    Verdict& verdict_;
    HashEngine const& engine_;
    TreeHistory history_;
    bool tree_known_{true};
    bool keys_known_{};
    std::optional<KeyRecord> named_key_; // the key that the caller named, if the log has had it
    OutsideAnchors anchors_;
    std::unordered_set<std::uint64_t> erased_unexplained_;
    std::unordered_set<std::uint64_t> erased_explained_;
    std::set<std::uint64_t> unpaid_;
    std::vector<SequenceRange> reduced_;
};

} // namespace axiom::host

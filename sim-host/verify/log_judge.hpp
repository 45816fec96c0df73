#pragma once
// LogJudge: what only the order of the log shows.
//
// Takes the facts of one segment after the other. Follows the public tree and compares it with what
// each segment header says of it; follows the chain of keys; opens every checkpoint with the key in
// force and holds it against the tree at its size and the log that it is of; matches erased
// attachments with `Erase` entries and reduced entries with `Prune` entries; holds the log against
// the caller's anchors.

#include <map>
#include <set>
#include <unordered_set>

#include <sim-host/verify/outside_anchors.hpp>
#include <sim-host/verify/tree_history.hpp>
#include <sim-host/verify/verifier.hpp>

namespace axiom::host {

/// What it means that the first segment found is not the log's first.
enum class MissingStart : std::uint8_t {
    damaged,            // what was there had been acknowledged
    gap,                // the medium lacks it
    never_acknowledged, // so the log ends before its first entry
};

class LogJudge {
  public:
    LogJudge(VerifyOptions const& options, store::SegmentMap const& map, Verdict& verdict,
             MissingStart missing);

    void take(SegmentFacts& facts);

    /// Whether damage or a gap ended the walk somewhere: what lies behind may explain what is gone.
    [[nodiscard]] bool walk_damaged() const noexcept { return walk_damaged_; }

    /// After the last segment: whether anything is judged otherwise after damage.
    [[nodiscard]] bool rests_on_all_of_it() const noexcept {
        return !unexplained_.empty() || !reduced_.empty() || !genesis_seen_;
    }

    /// After the last segment: something outside the segments shows that the log went on.
    void take_rot_beyond() noexcept { walk_damaged_ = true; }

    /// After the last segment: an attachment that never reached the medium, so that the log ends
    /// before its block; the first such. Then it is to be read anew, up to there.
    [[nodiscard]] std::optional<LostAttachment> lost() const;

    /// After the last segment, when the log does end where it was found to.
    void finish();

    /// Attachments that Erase entries name and that were not found erased.
    [[nodiscard]] std::set<std::uint64_t> const& unpaid() const noexcept { return unpaid_; }

    /// After `finish`: those of `unpaid` that are still there. The others never were: their entries
    /// have none, or are pruned.
    void take_owed(std::set<std::uint64_t> const& still_there);

  private:
    void begin(Hash256 const& log_id, Sequence first);
    void take_entry(SegmentFacts const& facts, LogFact const& fact);
    void check_tree(SegmentFacts const& facts);
    void take_genesis(Bytes body, Sequence at);
    void forget_what_was_named() noexcept;
    void check_epoch(Epoch named, LogFact const& fact);
    void take_boot(Bytes body, LogFact const& fact);
    void take_attach(Bytes body, LogFact const& fact);
    void check_link_before(Hash256 const& named, LogFact const& fact);
    void take_checkpoint(Bytes body, Sequence at);
    void take_fork(SegmentFacts const& facts, LogFact const& fact);
    void take_key(SegmentFacts const& facts, LogFact const& fact);
    void take_prune(Bytes body, Sequence at);
    void take_erase(Bytes body, Sequence at);
    [[nodiscard]] bool is_reduced(Sequence sequence) const;
    [[nodiscard]] Severity weight_of_unexplained() const noexcept;
    void check_genesis();
    void check_reduced();
    void check_log_id();
    void note_key();
    void check_key();

    VerifyOptions const& options_;
    store::SegmentMap const& map_;
    Verdict& verdict_;
    HashEngine const& engine_;
    TreeHistory history_;
    bool tree_known_{true};
    bool keys_known_{};
    std::optional<KeyRecord> named_key_; // the key that the caller named, if the log has had it
    bool genesis_seen_{};
    bool ended_{};        // a torn end was met
    bool walk_damaged_{}; // something in the log could not be read
    // The newest boot, and epoch that a Boot or Attach named, where all before them were read.
    std::optional<std::uint64_t> boots_{0};
    std::optional<Epoch> named_epoch_{Epoch{0}};
    Sequence watermark_{};
    OutsideAnchors anchors_;
    std::map<std::uint64_t, MissingFact> unexplained_; // attachments that no entry erased yet
    std::unordered_set<std::uint64_t> erased_explained_;
    std::set<std::uint64_t> unpaid_;
    std::vector<SequenceRange> reduced_;
};

} // namespace axiom::host

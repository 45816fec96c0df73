#pragma once
// OutsideAnchors: what the caller holds from elsewhere, held against the log as it is walked.
//
//     parent   ───────────●━━━━━━━━━ after the fork: forked away
//                shared   │
//     this log ───────────┴────────  its own
//                past     Fork
//
// A receipt or a checkpoint names its log. If that is this log, the log must have grown out of what
// the anchor saw. If it is one that this log was forked from, the two must agree on what they
// share: an anchor that saw no more is confirmed as shared past, one from after the fork is named
// as forked away. Any other is another log's.
//
// A receipt proves its own signature from its log's origin; a checkpoint's is held against the key
// that the log itself had at that size, so that a key which was rotated since, or which the caller
// names, changes nothing.

#include <sim-host/verify/tree_history.hpp>
#include <sim-host/verify/verifier.hpp>

namespace axiom::host {

class OutsideAnchors {
  public:
    /// Reads the anchors of `options`; what does not hold by itself is a finding at once.
    OutsideAnchors(VerifyOptions const& options, Verdict& verdict);

    /// The tree has just taken `block`.
    void meet(HashEngine const& engine, TreeHistory const& history, BlockFact const& block);

    /// Judges them, when the verdict knows all of the log's origins. `tree_known`: no damage has
    /// kept the tree from being followed to the end.
    void finish(bool tree_known);

  private:
    /// The entry that a receipt is for: its block is the `leaf`-th of the tree.
    struct Subject {
        Sequence sequence{};
        Sequence block_end{};
        LeafIndex leaf{};
        Hash256 record_leaf{};
        std::optional<bool> shared; // whether this log has the same block there
    };
    struct Anchor {
        Checkpoint checkpoint{};
        std::string name;
        Bytes note{};           // of a checkpoint, whose signature the log's own key is to hold
        std::uint64_t origin{}; // above 0: the anchor's log was forked at that entry
        std::optional<Subject> subject;
        std::optional<bool> agrees; // with the tree at the anchor's size
        bool signed_by_log{};       // by the key in force at that size
    };

    void read_receipt();
    void read_since();
    [[nodiscard]] bool is_signed_now(Anchor const& anchor) const;
    void judge_own(Anchor const& anchor, bool tree_known);
    void judge_parent(Anchor const& anchor, Sequence fork, bool tree_known);
    void remember(Anchor const& anchor);
    void refute_signature(Anchor const& anchor);
    void refute(Severity severity, Code code, std::string what, std::optional<Sequence> at);

    VerifyOptions const& options_;
    Verdict& verdict_;
    std::vector<Anchor> anchors_;
};

} // namespace axiom::host

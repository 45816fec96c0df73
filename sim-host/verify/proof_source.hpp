#pragma once
// ProofSource: what proofs and receipts of a log are made from.
//
// One walk over the log finds the entries that a receipt needs besides its subject (the log's
// origin, every change of the checkpoint key, the newest checkpoint); one over the block records
// finds the leaves of the public tree. Memory: 40 bytes a block.

#include <axiom/port/signature_engine.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/receipt.hpp>
#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

/// An inclusion proof, with everything that checking it needs.
struct InclusionProof {
    Sequence sequence{};
    Hash256 entry_leaf{};
    Hash256 entry_hash{};
    BlockRecord record{};
    std::vector<Hash256> block_path;
    LeafIndex leaf{};
    std::vector<Hash256> tree_path;
    Checkpoint checkpoint{};
    std::string note;
};

struct ConsistencyProof {
    Checkpoint older{};
    Checkpoint newer{};
    std::vector<Hash256> path;
};

class ProofSource {
  public:
    /// Walks the whole log. What the log refuses to be read as comes as it is.
    [[nodiscard]] static HostResult<ProofSource> of(OpenedLog& log);

    /// The newest checkpoint's signed note; empty when there is none.
    [[nodiscard]] std::string newest_note() const;

    /// `not_sealed` when no checkpoint covers the entry, `no_such_row` beyond the end.
    [[nodiscard]] HostResult<InclusionProof> inclusion(Sequence sequence);

    /// The bytes of a receipt, from the newest log under whose checkpoint the entry lies. The same
    /// refusals, and `entry_missing` for a pruned entry.
    [[nodiscard]] HostResult<std::vector<std::byte>> receipt(Sequence sequence);

    /// Proof that the tree of `newer` grew out of that of `older`, both as signed notes. Refuses
    /// notes that are neither of this log nor of one that it was forked from (`wrong_log`), not of
    /// its tree and entries (`forked`, `rolled_back`), or not signed by the key that their log had
    /// then (`bad_signature`).
    [[nodiscard]] HostResult<ConsistencyProof> consistency(SignatureEngine const& signatures,
                                                           Bytes older, Bytes newer);

  private:
    explicit ProofSource(OpenedLog& log) : log_{&log} {}

    struct Block {
        Sequence end{};
        Hash256 leaf{};
    };

    /// What receipts take from one log: the one that began with Genesis, or one that a Fork began.
    struct Chain {
        Hash256 log_id{};
        Hash256 origin_previous{};
        std::vector<Sequence> keys; // the origin first
        std::string note;           // the newest checkpoint; empty before the first
    };
    struct Sealing {
        Chain const* chain{};
        Checkpoint checkpoint{};
    };
    struct Placed {
        OwnedEntry entry;
        std::vector<std::byte> body; // padded
        LeafIndex leaf{};
        std::vector<Hash256> block_path;
        std::vector<Hash256> tree_path;

        /// Borrows from this.
        [[nodiscard]] PlacedEntry parts() const;
    };

    HostResult<Placed> place(Sequence sequence, TreeSize size);
    [[nodiscard]] Hash256 root_at(TreeSize size) const;
    void take(EntryView const& view, Hash256 const& previous);
    [[nodiscard]] HostResult<Sealing> sealing(Sequence sequence) const;
    [[nodiscard]] HostResult<void> check_of_this_log(Checkpoint const& checkpoint);

    OpenedLog* log_;
    std::vector<Block> blocks_;
    std::vector<Chain> chains_; // the newest log last
};

} // namespace axiom::host

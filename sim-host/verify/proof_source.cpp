// Proofs and receipts of an opened log; see sim-host/verify/proof_source.hpp.

#include <sim-host/verify/proof_source.hpp>

#include <algorithm>
#include <ranges>

#include <axiom/log/log_kinds.hpp>
#include <axiom/tree/frontier.hpp>
#include <axiom/tree/receipt.hpp>
#include <sim-host/verify/key_history.hpp>

namespace axiom::host {

namespace {

class Leaves final : public LeafSource {
  public:
    explicit Leaves(std::function<Hash256(LeafIndex)> leaf) : leaf_{std::move(leaf)} {}

    Result<Hash256> leaf(LeafIndex index) noexcept override { return leaf_(index); }

  private:
    std::function<Hash256(LeafIndex)> leaf_;
};

template <class T> HostResult<T> refused(Error const& error, OpenedLog const& log) {
    return found_problem(error.code, log.path(), text_of(error.code).what, error.where);
}

} // namespace

HostResult<ProofSource> ProofSource::of(OpenedLog& log) {
    ProofSource source{log};
    TRY(log.for_each_record([&](LeafIndex, BlockRecord const& record) {
        source.blocks_.push_back({Sequence{record.first.value + record.count},
                                  tree_leaf(log.engine(), record_bytes(record))});
        return true;
    }));
    Hash256 previous{};
    TRY(log.for_each({Sequence{0}, log.end()}, [&](EntryView const& view) {
        if (!view.reduced && view.entry.header.domain == DomainNumber::log) {
            source.take(view, previous);
        }
        previous = view.link;
        return true;
    }));
    return source;
}

// An entry of the log's own domain; `previous` is the link before it.
void ProofSource::take(EntryView const& view, Hash256 const& previous) {
    auto const kind = static_cast<LogKind>(view.entry.header.kind);
    if (kind == LogKind::genesis || kind == LogKind::fork) {
        chains_.push_back({.log_id = view.record->log_id,
                           .origin_previous = previous,
                           .keys = {view.sequence},
                           .note = {}});
    } else if (chains_.empty()) {
        return; // a log of which the beginning is not here has nothing that proofs could rest on
    } else if (kind == LogKind::key_rotate || kind == LogKind::key_lost) {
        chains_.back().keys.push_back(view.sequence);
    } else if (kind == LogKind::checkpoint) {
        if (auto const body = decode_whole<CheckpointEntry>(view.entry.body)) {
            chains_.back().note = body->note;
        }
    }
}

std::string ProofSource::newest_note() const {
    for (Chain const& chain : std::views::reverse(chains_)) {
        if (!chain.note.empty()) {
            return chain.note;
        }
    }
    return {};
}

Hash256 ProofSource::root_at(TreeSize size) const {
    TreeFrontier frontier;
    for (std::uint64_t index = 0; index < size.value; ++index) {
        frontier.append(log_->engine(), blocks_[index].leaf);
    }
    return frontier.root(log_->engine());
}

// Right after a fork no checkpoint of the new log covers anything yet: then what its parent has
// sealed still is.
HostResult<ProofSource::Sealing> ProofSource::sealing(Sequence sequence) const {
    if (sequence >= log_->end()) {
        return found_problem(Code::no_such_row, log_->path(), "has no such entry", sequence.value);
    }
    for (Chain const& chain : std::views::reverse(chains_)) {
        auto const checkpoint = read_claimed_checkpoint(bytes_of(chain.note));
        if (checkpoint && checkpoint->entries > sequence &&
            checkpoint->tree.size.value <= blocks_.size()) {
            return Sealing{&chain, *checkpoint};
        }
    }
    return found_problem(Code::not_sealed, log_->path(), "has no checkpoint over this entry yet",
                         sequence.value);
}

PlacedEntry ProofSource::Placed::parts() const {
    return {.header = header_bytes(entry.view.entry.header),
            .body = body,
            .record = record_bytes(entry.record),
            .leaf = leaf,
            .block_path = block_path,
            .tree_path = tree_path};
}

HostResult<ProofSource::Placed> ProofSource::place(Sequence sequence, TreeSize size) {
    Placed placed{.entry = TRY(log_->entry(sequence)),
                  .body = {},
                  .leaf = {},
                  .block_path = {},
                  .tree_path = {}};
    if (placed.entry.view.reduced) {
        return found_problem(Code::entry_missing, log_->path(), "has pruned this entry",
                             sequence.value);
    }
    Bytes const body = placed.entry.view.entry.body;
    placed.body.assign(body.begin(), body.end());
    placed.body.resize(padded_bytes(body.size()));
    auto const block = std::ranges::find_if(
        blocks_, [&](Block const& candidate) { return sequence < candidate.end; });
    placed.leaf = LeafIndex{static_cast<std::uint64_t>(block - blocks_.begin())};
    BlockPath const block_path =
        make_block_path(log_->engine(), placed.entry.leaves,
                        static_cast<std::size_t>(sequence.value - placed.entry.record.first.value));
    placed.block_path.assign(block_path.begin(), block_path.end());
    Leaves leaves{[this](LeafIndex index) { return blocks_[index.value].leaf; }};
    auto const tree_path = make_inclusion_proof(log_->engine(), leaves, placed.leaf, size);
    if (!tree_path) {
        return refused<Placed>(tree_path.error(), *log_);
    }
    placed.tree_path.assign(tree_path->begin(), tree_path->end());
    return placed;
}

HostResult<InclusionProof> ProofSource::inclusion(Sequence sequence) {
    Sealing const seal = TRY(sealing(sequence));
    Placed placed = TRY(place(sequence, seal.checkpoint.tree.size));
    return InclusionProof{.sequence = sequence,
                          .entry_leaf = placed.entry.view.leaf,
                          .entry_hash = placed.entry.view.link,
                          .record = placed.entry.record,
                          .block_path = std::move(placed.block_path),
                          .leaf = placed.leaf,
                          .tree_path = std::move(placed.tree_path),
                          .checkpoint = seal.checkpoint,
                          .note = seal.chain->note};
}

HostResult<std::vector<std::byte>> ProofSource::receipt(Sequence sequence) {
    auto const [chain, checkpoint] = TRY(sealing(sequence));
    Placed const subject = TRY(place(sequence, checkpoint.tree.size));
    std::vector<Placed> keys;
    for (Sequence const key : chain->keys) {
        if (key < checkpoint.entries) {
            keys.push_back(TRY(place(key, checkpoint.tree.size)));
        }
    }
    if (keys.size() > receipt_key_entries_max) {
        return found_problem(Code::too_long, log_->path(),
                             "has changed its key more often than a receipt can show", keys.size());
    }
    Receipt receipt{};
    receipt.origin_previous = chain->origin_previous;
    receipt.subject = subject.parts();
    receipt.salt = subject.entry.view.salt;
    for (Placed const& key : keys) {
        receipt.keys.push_back(key.parts());
    }
    receipt.note = bytes_of(chain->note);
    std::vector<std::byte> room(receipt_bytes_max);
    auto const written = write_receipt(room, receipt);
    if (!written) {
        return refused<std::vector<std::byte>>(written.error(), *log_);
    }
    room.resize(written->size());
    return room;
}

// Tree, entries and head are those of the log that the checkpoint names, as it was then.
HostResult<void> ProofSource::check_of_this_log(Checkpoint const& checkpoint) {
    auto const chain = std::ranges::find(chains_, checkpoint.log_id, &Chain::log_id);
    Sequence const entries = checkpoint.entries;
    if (chain == chains_.end()) {
        return found_problem(Code::wrong_log, log_->path(), "is not the checkpoint's log");
    }
    if (checkpoint.tree.size.value > blocks_.size()) {
        return found_problem(Code::rolled_back, log_->path(), "is older than the checkpoint",
                             entries.value);
    }
    bool const before_next = chain + 1 == chains_.end() || entries <= (chain + 1)->keys.front();
    bool const holds = before_next && entries > chain->keys.front() &&
                       blocks_[checkpoint.tree.size.value - 1].end == entries &&
                       root_at(checkpoint.tree.size) == checkpoint.tree.root &&
                       TRY(log_->entry(Sequence{entries.value - 1})).view.link == checkpoint.head;
    if (!holds) {
        return found_problem(Code::forked, log_->path(),
                             "is not the log that the checkpoint was made from", entries.value);
    }
    return {};
}

HostResult<ConsistencyProof> ProofSource::consistency(SignatureEngine const& signatures,
                                                      Bytes older, Bytes newer) {
    std::vector<KeyChange> const keys = TRY(key_history(*log_, signatures));
    std::array<Checkpoint, 2> checkpoints{};
    for (std::size_t index = 0; index < 2; ++index) {
        Bytes const note = index == 0 ? older : newer;
        auto const read = read_claimed_checkpoint(note);
        if (!read) {
            return refused<ConsistencyProof>(read.error(), *log_);
        }
        checkpoints[index] = *read;
        TRY(check_of_this_log(*read));
        auto const key = std::ranges::find_if(std::views::reverse(keys), [&](auto const& change) {
            return change.log_id == read->log_id && change.record.since < read->entries;
        });
        if (key == keys.rend() ||
            !open_checkpoint(log_->engine(), signatures, public_key_of(key->record.key), note)) {
            return found_problem(Code::bad_signature, log_->path(),
                                 "had another key than the one that signed this checkpoint",
                                 read->entries.value);
        }
    }
    Leaves leaves{[this](LeafIndex index) { return blocks_[index.value].leaf; }};
    auto const proof = make_consistency_proof(
        log_->engine(), leaves,
        {.older = checkpoints[0].tree.size, .newer = checkpoints[1].tree.size});
    if (!proof) {
        return refused<ConsistencyProof>(proof.error(), *log_);
    }
    return ConsistencyProof{
        .older = checkpoints[0], .newer = checkpoints[1], .path = {proof->begin(), proof->end()}};
}

} // namespace axiom::host

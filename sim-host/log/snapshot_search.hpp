#pragma once
// SnapshotSearch: at which of the snapshots beside a log a reduction may begin.
//
//     file S.axs ─▶ the log's entry S + 1 names its length and digest ─▶ its link is the log's
//                ─▶ the state in it hashes to what the entry says ─▶ usable
//
// Any other file is passed over, with the reason, and an older one tried (THREATS.md row 2).
// Replay and opening for writing both begin here, so there is one rule for what is believed. A
// sound snapshot of this log whose entry lies beyond the log's end is another matter: its state was
// durable once, so the log has lost entries (`ahead_of`).

#include <memory>
#include <optional>
#include <vector>

#include <axiom/store/block_scan.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/log/snapshot_folder.hpp>

namespace axiom::host {

/// A snapshot file that was passed over. `no_such_row`: the log does not name it;
/// `state_mismatch`: it is not what the log names; or what reading and loading it refused.
struct RefusedSnapshot {
    Sequence sequence{};
    Error error{};
};

struct FoundSnapshot {
    Sequence sequence{};
    std::unique_ptr<DomainSet> domains; // the state after that entry
};

class SnapshotSearch {
  public:
    /// All outlive the search; `window` has room for the largest frame.
    SnapshotSearch(HashEngine const& engine, store::SegmentWindow& window,
                   store::SegmentMap const& map, SnapshotFolder const& folder,
                   std::size_t state_bytes_max = state_bytes_default) noexcept
        : engine_{&engine}, window_{&window}, map_{&map}, folder_{&folder},
          state_bytes_max_{state_bytes_max} {}

    /// The newest usable snapshot of a state after an entry below `end`.
    [[nodiscard]] std::optional<FoundSnapshot> newest_below(Sequence end);

    /// The newest sound snapshot of the log `log_id` that stands for an entry at or beyond `end`. A
    /// fork has an id of its own: what its parent went on to is no loss.
    [[nodiscard]] std::optional<Sequence> ahead_of(Sequence end, Hash256 const& log_id) const;

    /// What `newest_below` passed over, newest first.
    [[nodiscard]] std::vector<RefusedSnapshot> const& refused() const noexcept { return refused_; }

  private:
    struct Named; // what the log says of a snapshot

    Result<std::unique_ptr<DomainSet>> load(Sequence sequence) const;
    Result<Named> named(Sequence sequence) const;
    Result<Capacities> capacities() const;
    Result<std::unique_ptr<store::BlockScan>> block_with(Sequence sequence) const;

    HashEngine const* engine_;
    store::SegmentWindow* window_;
    store::SegmentMap const* map_;
    SnapshotFolder const* folder_;
    std::size_t state_bytes_max_;
    std::vector<RefusedSnapshot> refused_;
};

} // namespace axiom::host

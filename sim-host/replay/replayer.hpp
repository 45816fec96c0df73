#pragma once
// Replayer: the state of every domain at an entry of an opened log, rebuilt from genesis or from a
// snapshot.
//
// Which snapshots are believed is SnapshotSearch's to say (THREATS.md row 2).
// Moves forward only. Every block is hashed and linked before its entries are applied; memory is
// the domains' own, which genesis sizes, and one read buffer.

#include <memory>

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/log/snapshot_search.hpp>

namespace axiom::host {

class Replayer {
  public:
    /// `log` outlives the replayer.
    explicit Replayer(OpenedLog& log);

    /// Begins at the newest usable snapshot beside the log whose state lies at or before `end`; at
    /// genesis when there is none. Before anything was applied. Answers its sequence.
    /// `snapshot_ahead` when a sound snapshot stands for an entry that the log has lost.
    [[nodiscard]] Result<std::optional<Sequence>> start_from_snapshot(Sequence end);

    /// What `start_from_snapshot` passed over, newest first.
    [[nodiscard]] std::vector<RefusedSnapshot> const& refused() const noexcept { return refused_; }

    /// Applies every entry below `end`, which is not behind what has been applied and not beyond
    /// the log's end. What the log refuses to be read as; `entry_missing` at pruned entries, with
    /// the entry and the snapshot that the log names in its place.
    [[nodiscard]] Result<void> advance_to(Sequence end);

    /// The entries below this have been applied.
    [[nodiscard]] Sequence next() const noexcept { return next_; }

    /// The domains; null before genesis.
    [[nodiscard]] DomainSet* domains() noexcept { return replay_.domains(); }

    /// The hash of all state. Refuses what `Shadows::state_hash` refuses.
    [[nodiscard]] Result<Hash256> state_hash();

    [[nodiscard]] std::uint64_t rejected() const noexcept { return replay_.rejected(); }

    /// Called with each entry before it is applied, when set. What it throws `advance_to` throws,
    /// and that replay goes no further.
    std::function<void(Entry const&)> before;

  private:
    class Part; // NOLINT(cppcoreguidelines-virtual-class-destructor): final, as it is defined

    [[nodiscard]] Error explained(Error const& stopped);

    OpenedLog* log_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    std::unique_ptr<store::BlockScan> scan_; // 20 KiB, which are not the stack's
    ShadowReplay replay_;
    std::vector<RefusedSnapshot> refused_;
    Sequence next_{};
    bool block_held_{}; // the scan stands on a block of which only a part has been applied
};

} // namespace axiom::host

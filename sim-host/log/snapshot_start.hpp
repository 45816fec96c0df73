#pragma once
// SnapshotStart: a log that is opened for writing reduces from a snapshot on, not from genesis.
//
//     find: newest usable snapshot ─▶ the session's shadows;  a copy of the log domain ─▶ the log
//     walk: every block is checked, entries behind the snapshot are applied
//     end:  a sound snapshot beyond it ─▶ the log has lost entries, and is refused
//
// What is not usable is passed over and kept for whoever tells the user; without any the reduction
// begins at genesis.

#include <sim-host/log/snapshot_search.hpp>

namespace axiom::host {

class SnapshotStart {
  public:
    enum class Ahead : std::uint8_t {
        refused, // a log that has lost entries is not gone on with
        ignored, // a fork begins another log, whatever the parent went on to
    };

    /// `shadows` takes the snapshot's state; both outlive this.
    SnapshotStart(SnapshotFolder const& folder, ShadowReplay& shadows,
                  Ahead ahead = Ahead::refused) noexcept
        : folder_{&folder}, shadows_{&shadows}, ahead_{ahead} {}

    /// Before the walk.
    void find(HashEngine const& engine, store::SegmentWindow& window, store::SegmentMap const& map,
              std::size_t state_bytes_max);

    /// After the walk, which came to `end`: `snapshot_ahead` with the snapshot's sequence and the
    /// end when a sound snapshot of this log says that it once went further.
    [[nodiscard]] Result<void> check_end(HashEngine const& engine, store::SegmentWindow& window,
                                         store::SegmentMap const& map,
                                         store::ChainPosition const& end) const;

    /// The entry after which the reduction begins; nullopt: genesis.
    [[nodiscard]] std::optional<Sequence> sequence() const noexcept { return sequence_; }

    [[nodiscard]] std::vector<RefusedSnapshot> const& refused() const noexcept { return refused_; }

    /// The log domain's state in the snapshot; only when there is one, and before the walk.
    [[nodiscard]] LogState const& log_state() const noexcept { return shadows_->domains()->log(); }

  private:
    SnapshotFolder const* folder_;
    ShadowReplay* shadows_;
    Ahead ahead_;
    std::optional<Sequence> sequence_;
    std::vector<RefusedSnapshot> refused_;
};

} // namespace axiom::host

#pragma once
// Replayer: the state of every domain at an entry of an opened log, rebuilt from genesis.
//
// Moves forward only. Every block is hashed and linked before its entries are applied; memory is
// the domains' own, which genesis sizes, and one read buffer.

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/log/domain_set.hpp>

namespace axiom::host {

class Replayer {
  public:
    /// `log` outlives the replayer.
    explicit Replayer(OpenedLog& log);

    /// Applies every entry below `end`, which is not behind what has been applied and not beyond
    /// the log's end. What the log refuses to be read as; `entry_missing` at pruned entries.
    [[nodiscard]] Result<void> advance_to(Sequence end);

    /// The entries below this have been applied.
    [[nodiscard]] Sequence next() const noexcept { return next_; }

    /// The domains; null before genesis.
    [[nodiscard]] DomainSet* domains() noexcept { return replay_.domains(); }

    /// The hash of all state. Refuses what `Shadows::state_hash` refuses.
    [[nodiscard]] Result<Hash256> state_hash();

    [[nodiscard]] std::uint64_t rejected() const noexcept { return replay_.rejected(); }

    /// Called with each entry before it is applied, when set.
    std::function<void(Entry const&)> before;

  private:
    class Part;

    OpenedLog* log_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    store::BlockScan scan_;
    ShadowReplay replay_;
    Sequence next_{};
    bool block_held_{}; // the scan stands on a block of which only a part has been applied
};

} // namespace axiom::host

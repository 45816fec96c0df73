#pragma once
// GapStore: a medium of which parts are gone reads as one with zeros there, and says where.
//
// A segment file that was removed or cut is a gap, and so is what an image that was cut does not
// hold; what is left of the log is worth checking and reading. To the verifier each gap is a
// finding of its own; to who reads, the log ends there.

#include <map>
#include <mutex>

#include <axiom/store/block_scan.hpp>
#include <sim-host/platform/read_only_store.hpp>

namespace axiom::host {

/// What a medium does not have: of each slot everything from an offset on.
class Gaps {
  public:
    void add(SlotIndex slot, std::uint64_t from);

    [[nodiscard]] std::map<std::uint32_t, std::uint64_t> list() const;
    [[nodiscard]] bool touches(SlotIndex slot, std::uint64_t from, std::uint64_t end) const;
    [[nodiscard]] bool has_missing_slot() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::uint32_t, std::uint64_t> from_;
};

/// Whether a walk of a medium with gaps was refused at bytes that are not there: in the frame where
/// it stands, or between two segments of which one is missing. Else what was refused is damage,
/// whatever else of the medium is gone.
[[nodiscard]] bool stopped_at_a_gap(Gaps const& gaps, store::SegmentMap const& map,
                                    store::BlockScan const& scan);

/// Reads `inner`, which is never written to.
class GapStore final : public ReadOnlyStore {
  public:
    explicit GapStore(Store& inner) noexcept : inner_{inner} {}

    [[nodiscard]] Gaps const& gaps() const noexcept { return gaps_; }

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return inner_.geometry(); }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return inner_.slots(); }
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override { return inner_.claimed_epoch(); }

  private:
    Store& inner_;
    Gaps gaps_;
};

} // namespace axiom::host

#pragma once
// SegmentRewrite: puts a segment with some entries reduced in the place of the one that holds them
// whole. pruning.hpp says in which order, and why a crash loses nothing.

#include <vector>

#include <axiom/store/segment_rewriter.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/log/pruning.hpp>

namespace axiom::host {

/// The segments of a store, each walked alone.
class SegmentReader {
  public:
    SegmentReader(Store& store, HashEngine const& engine);

    /// Reads all segment headers anew.
    Result<void> load() { return map_.load(*engine_, window_); }

    [[nodiscard]] store::SegmentMap const& map() const noexcept { return map_; }
    [[nodiscard]] store::SegmentWindow& window() noexcept { return window_; }

    /// Whether the segment may hold an entry of the range.
    [[nodiscard]] bool meets(std::size_t segment, PrunedRange range) const noexcept;

    /// Calls `visit(scan)` for every block of a segment; those with entries of `hashed` were
    /// hashed. The walk ends where the next segment's header was found to follow.
    template <class Visit>
    Result<void> each_block(std::size_t segment, PrunedRange hashed, Visit&& visit) {
        return each_frame(segment, hashed,
                          [&](store::BlockScan const& scan, store::ScanStep step) -> Result<void> {
                              return step == store::ScanStep::block ? visit(scan) : Result<void>{};
                          });
    }

    /// The same for every frame.
    template <class Visit>
    Result<void> each_frame(std::size_t segment, PrunedRange hashed, Visit&& visit) {
        auto const scan =
            std::make_unique<store::BlockScan>(*engine_, window_, map_,
                                               store::ScanOptions{.check_attachments = false,
                                                                  .accept_late_writes = true,
                                                                  .hash_from = hashed.first,
                                                                  .hash_end = hashed.end});
        scan->start_at_segment(segment);
        TRY(scan->next()); // its header
        while (true) {
            store::ScanStep const step = TRY(scan->next());
            if (step == store::ScanStep::segment || step == store::ScanStep::end) {
                return {};
            }
            TRY(visit(*scan, step));
        }
    }

  private:
    HashEngine const* engine_;
    OwnedArena memory_;
    Arena arena_;
    store::SegmentMap map_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
};

class SegmentRewrite {
  public:
    /// Both outlive this.
    SegmentRewrite(Store& store, PruneOptions const& options);

    Result<void> load();
    [[nodiscard]] std::size_t segments() const noexcept { return reader_.map().segments().size(); }

    /// Reduces what the ranges promise of a segment that has a successor. How many entries that
    /// were; 0 when nothing was owed, and then nothing was written.
    Result<std::uint64_t> pay(std::size_t segment);

  private:
    using Goes = std::array<bool, block_entries_max>;

    std::uint64_t owed(store::BlockView const& block, Goes& goes) const noexcept;
    Result<std::uint64_t> owed(std::size_t segment);
    Result<SlotIndex> clean_slot();
    Result<std::uint64_t> write_frames(std::size_t segment, SlotIndex to,
                                       store::SegmentRewriter& writer);
    Result<void> write(SlotIndex to, store::SegmentRewriter::Piece const& piece);
    Result<void> write_header(SlotIndex to, store::SegmentHeader const& header);
    Result<void> check(std::size_t segment, SlotIndex at);

    Store* store_;
    PruneOptions const* options_;
    SegmentReader reader_;
    std::vector<std::byte> buffer_;
    std::vector<SlotIndex> free_;        // nobody else's
    std::vector<SlotIndex> last_resort_; // for a medium that has no other room
    bool bytes_went_{};
};

} // namespace axiom::host

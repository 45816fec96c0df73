#pragma once
// Tries what a range of a slot could hold, of two sides that differ there.
//
//     first    ..A.....AA....     granules of 64 bytes that differ
//     second   ..a.....aa....
//     attempts   AAA · aaa · aAA · AaA · aaA · …
//
// Everything in a log starts and ends on 64 bytes, so rot in two places that are both within one
// frame, or within one storage block, is told apart. Where more granules differ than can be tried
// in every combination, runs of them are; then whole storage blocks; then one side or the other.

#include <sim-host/log/mirror_differences.hpp>

namespace axiom::host {

class MirrorTrial {
  public:
    /// `[from, to)` of `slot`; both multiples of 64.
    MirrorTrial(MirrorView& view, MirrorDifferences const& differences, SlotIndex slot,
                std::uint64_t from, std::uint64_t to);

    /// How many attempts there are; 0 when the sides do not differ in the range.
    [[nodiscard]] std::uint32_t attempts() const noexcept {
        return blocks_.empty() ? 0 : 1U << units_.size();
    }

    /// Makes the view read the attempt. The first takes everything from the slot's leader, the
    /// second everything from the other side.
    void apply(std::uint32_t attempt);

    /// Whether the view reads zeros wherever the sides differ in the range.
    [[nodiscard]] bool reads_zeros();

    /// Makes the view read what it read before.
    void undo();

  private:
    static constexpr std::size_t units_max = 10;

    struct Range {
        std::uint64_t from;
        std::uint64_t to;
    };

    void find_units();
    [[nodiscard]] std::vector<Range> find_granules() const;
    [[nodiscard]] bool takes_other(std::uint64_t at, std::uint32_t mask) const noexcept;
    void apply_block(std::uint64_t offset, std::uint32_t mask);

    MirrorView& view_;
    SlotIndex slot_;
    Range range_;
    std::uint64_t block_bytes_;
    std::vector<std::uint64_t> blocks_;
    std::vector<MirrorView::Choice> before_;
    std::vector<Range> units_;
};

} // namespace axiom::host

#pragma once
// Where two sides of a mirror differ, storage block by storage block.
//
// A block that either side cannot read counts as one in which they differ. Both sides are read
// whole: nothing else could say that they are equal.

#include <vector>

#include <sim-host/log/mirror_view.hpp>

namespace axiom::host {

class MirrorDifferences {
  public:
    [[nodiscard]] static Result<MirrorDifferences> between(MirrorPair sides);

    [[nodiscard]] bool any() const noexcept { return blocks_ != 0; }
    [[nodiscard]] bool in(SlotIndex slot) const noexcept;

    /// Whether a block that `[from, to)` of the slot touches is among them.
    [[nodiscard]] bool in(SlotIndex slot, std::uint64_t from, std::uint64_t to) const noexcept;

    /// The offsets of those blocks, rising.
    [[nodiscard]] std::vector<std::uint64_t> blocks(SlotIndex slot, std::uint64_t from,
                                                    std::uint64_t to) const;

  private:
    explicit MirrorDifferences(StoreGeometry geometry, std::uint32_t slots)
        : geometry_{geometry}, slots_(slots) {}

    Result<void> compare(MirrorPair sides, SlotIndex slot);
    void add(SlotIndex slot, std::uint64_t offset);

    StoreGeometry geometry_;
    std::vector<std::vector<bool>> slots_; // empty where a slot is the same on both
    std::uint64_t blocks_{};
};

} // namespace axiom::host

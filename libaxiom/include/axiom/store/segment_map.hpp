#pragma once
// SegmentMap: which slot holds which segment, found by reading every slot's header.
//
// There is no directory on the medium that could be wrong: the headers are the truth. Of a segment
// that was rewritten by pruning the highest complete generation counts.

#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/store/segment_format.hpp>
#include <axiom/store/segment_window.hpp>

namespace axiom::store {

struct SegmentPlace {
    SlotIndex slot{};
    SegmentHeader header{};
};

class SegmentMap {
  public:
    /// Room for `slots_max` slots; a medium with more is refused `table_full`.
    SegmentMap(Arena& arena, std::uint32_t slots_max) noexcept;

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t slots_max) noexcept {
        return Arena::bytes_for<SegmentPlace>(slots_max) + Arena::bytes_for<SlotIndex>(slots_max);
    }

    /// Reads all headers anew. `not_a_log` when no slot has one; `wrong_log` when two logs share
    /// the medium; `frame_damaged` with the slot when a header is damaged but its slot is in use.
    Result<void> load(HashEngine const& engine, SegmentWindow& window) noexcept;

    /// The segments in order of their numbers.
    [[nodiscard]] std::span<SegmentPlace const> segments() const noexcept {
        return places_.first(count_);
    }

    /// A slot that holds nothing, if there is one.
    [[nodiscard]] std::span<SlotIndex const> free_slots() const noexcept {
        return free_.first(free_count_);
    }

  private:
    Result<void> insert(SegmentPlace const& place) noexcept;

    std::span<SegmentPlace> places_;
    std::span<SlotIndex> free_;
    std::size_t count_{};
    std::size_t free_count_{};
};

/// Whether every byte of a slot is zero.
[[nodiscard]] Result<bool> slot_is_zero(SegmentWindow& window, SlotIndex slot) noexcept;

} // namespace axiom::store

// Finding the segments; see axiom/store/segment_map.hpp.

#include <axiom/store/segment_map.hpp>

#include <algorithm>

namespace axiom::store {

namespace {

// A header of other lengths than the medium's is none that was written here.
bool is_of(StoreGeometry const& geometry, SegmentHeader const& header) noexcept {
    return header.segment_bytes == geometry.segment_bytes &&
           header.storage_block_bytes == geometry.storage_block_bytes;
}

} // namespace

SegmentMap::SegmentMap(Arena& arena, std::uint32_t slots_max) noexcept
    : places_{arena.make<SegmentPlace>(slots_max)}, free_{arena.make<SlotIndex>(slots_max)} {}

Result<void> SegmentMap::load(HashEngine const& engine, SegmentWindow& window) noexcept {
    count_ = free_count_ = 0;
    std::uint32_t const slots = window.store().slots();
    if (slots > places_.size()) {
        return fail(Code::table_full, slots, places_.size());
    }
    window.forget();
    for (std::uint32_t index = 0; index < slots; ++index) {
        SlotIndex const slot{index};
        Bytes const bytes = TRY(window.view(slot, 0, segment_header_bytes));
        if (is_zero(bytes)) {
            free_[free_count_++] = slot;
            continue;
        }
        auto const header = decode_segment_header(engine, bytes);
        if (header && is_of(window.store().geometry(), *header)) {
            TRY(insert({slot, *header}));
        } else if (!header && header.error().code == Code::unknown_version) {
            return fail(Code::unknown_version, index, header.error().detail);
        } else {
            free_[free_count_++] = slot;
        }
    }
    return count_ != 0 ? Result<void>{} : fail(Code::not_a_log, slots);
}

// Keeps the places in order. Of one number the newer writer's segment stays, because a fenced one
// may still have begun its own; of one writer's, the generation that pruning made last.
Result<void> SegmentMap::insert(SegmentPlace const& place) noexcept {
    std::size_t at = count_;
    while (at != 0 && places_[at - 1].header.number >= place.header.number) {
        --at;
    }
    if (at < count_ && places_[at].header.number == place.header.number) {
        SegmentHeader const& held = places_[at].header;
        bool const newer = place.header.epoch != held.epoch
                               ? place.header.epoch > held.epoch
                               : place.header.generation > held.generation;
        free_[free_count_++] = newer ? places_[at].slot : place.slot;
        places_[at] = newer ? place : places_[at];
        return {};
    }
    for (std::size_t index = count_; index > at; --index) {
        places_[index] = places_[index - 1];
    }
    places_[at] = place;
    ++count_;
    return {};
}

Result<bool> slot_is_zero(SegmentWindow& window, SlotIndex slot) noexcept {
    std::uint64_t const bytes = window.store().geometry().segment_bytes;
    for (std::uint64_t at = 0; at < bytes;) {
        auto const piece =
            static_cast<std::size_t>(std::min<std::uint64_t>(bytes - at, window.range_bytes_max()));
        if (!is_zero(TRY(window.view(slot, at, piece)))) {
            return false;
        }
        at += piece;
    }
    return true;
}

} // namespace axiom::store

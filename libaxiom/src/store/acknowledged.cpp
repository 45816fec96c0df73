// Looking beyond damage; see axiom/store/acknowledged.hpp.

#include <axiom/store/acknowledged.hpp>

#include <algorithm>

#include <axiom/tree/block_record.hpp>

namespace axiom::store {

namespace {

// Where the next frame may be after one at `at` that says `stride`; a stride that makes no sense
// leads to the next storage block, where every group starts.
std::uint64_t next_place(StoreGeometry const& geometry, std::uint64_t at,
                         std::uint32_t stride) noexcept {
    bool const sensible =
        stride % hash_block_bytes == 0 && stride >= frame_head_bytes && stride <= frame_bytes_max;
    return sensible ? at + stride : round_up<std::uint64_t>(at + 1, geometry.storage_block_bytes);
}

// The bytes at `at`, as many as a frame's head has or the slot has left.
Result<Bytes> head_at(SegmentWindow& window, SlotIndex slot, std::uint64_t at) noexcept {
    std::uint64_t const left = window.store().geometry().segment_bytes - at;
    return window.view(slot, at,
                       static_cast<std::size_t>(std::min<std::uint64_t>(frame_head_bytes, left)));
}

Result<void> look_in_segment(HashEngine const& engine, SegmentWindow& window,
                             SegmentPlace const& segment, std::uint64_t from, Sequence next,
                             Beyond& beyond) noexcept {
    StoreGeometry const geometry = window.store().geometry();
    std::uint64_t at = round_up<std::uint64_t>(from, hash_block_bytes);
    while (at < geometry.segment_bytes && !beyond.acknowledged) {
        Bytes const head = TRY(head_at(window, segment.slot, at));
        if (is_zero(head)) {
            at = next_place(geometry, at, 0);
            continue;
        }
        beyond.bytes_seen += geometry.storage_block_bytes;
        auto const frame = decode_frame(engine, segment.header, at, head);
        beyond.acknowledged = frame && frame->record.watermark > next;
        at = next_place(geometry, at, frame ? frame->prefix.stride : 0);
    }
    return {};
}

} // namespace

Result<bool> slot_acknowledges(HashEngine const& engine, SegmentWindow& window, SlotIndex slot,
                               Sequence next) noexcept {
    StoreGeometry const geometry = window.store().geometry();
    std::uint64_t at = 0;
    while (at < geometry.segment_bytes) {
        Bytes const head = TRY(head_at(window, slot, at));
        if (head.size() < frame_head_bytes || is_zero(head)) {
            at = next_place(geometry, at, 0);
            continue;
        }
        // Without the segment's nonce the prefix cannot be checked; the record checks itself.
        auto const record = decode_record(engine, head.subspan(frame_prefix_bytes));
        if (record && record->watermark > next) {
            return true;
        }
        auto const stride = load_le<std::uint32_t>(
            head.subspan(offsetof(FramePrefix, stride), sizeof(std::uint32_t)));
        at = next_place(geometry, at, record ? stride : 0);
    }
    return false;
}

Result<bool> free_slots_acknowledge(HashEngine const& engine, SegmentWindow& window,
                                    SegmentMap const& map, Sequence next) noexcept {
    for (SlotIndex const slot : map.free_slots()) {
        if (TRY(slot_acknowledges(engine, window, slot, next))) {
            return true;
        }
    }
    return false;
}

Result<Beyond> look_beyond(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                           DamagePlace const& damage) noexcept {
    Beyond beyond;
    for (std::size_t index = damage.segment; index < map.segments().size(); ++index) {
        SegmentPlace const& segment = map.segments()[index];
        bool const later = index > damage.segment;
        beyond.acknowledged = later && segment.header.watermark > damage.next;
        if (beyond.acknowledged) {
            return beyond;
        }
        std::uint64_t const from = later ? segment.header.storage_block_bytes : damage.offset;
        TRY(look_in_segment(engine, window, segment, from, damage.next, beyond));
        if (beyond.acknowledged) {
            return beyond;
        }
    }
    beyond.acknowledged = TRY(free_slots_acknowledge(engine, window, map, damage.next));
    return beyond;
}

} // namespace axiom::store

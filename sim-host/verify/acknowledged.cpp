// Looking beyond damage; see sim-host/verify/acknowledged.hpp.

#include <sim-host/verify/acknowledged.hpp>

#include <axiom/tree/block_record.hpp>

namespace axiom::host {

using namespace store;

namespace {

// Groups start on storage blocks, so a later group's first frame can be nowhere else; later frames
// of the damaged group itself carry no watermark that it did not have.
Result<bool> frames_acknowledge(HashEngine const& engine, SegmentWindow& window,
                                SegmentPlace const& segment, std::uint64_t from, Sequence next) {
    std::uint32_t const step = segment.header.storage_block_bytes;
    for (std::uint64_t at = round_up<std::uint64_t>(from, step);
         range_fits(at, step, segment.header.segment_bytes); at += step) {
        Bytes const bytes = TRY(window.view(segment.slot, at, step));
        if (is_zero(bytes)) {
            continue;
        }
        auto const frame = decode_frame(engine, segment.header, at, bytes);
        if (frame && frame->record.watermark > next) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<bool> slot_acknowledges(HashEngine const& engine, SegmentWindow& window, SlotIndex slot,
                               Sequence next) {
    StoreGeometry const geometry = window.store().geometry();
    for (std::uint64_t at = 0; at < geometry.segment_bytes; at += geometry.storage_block_bytes) {
        Bytes const bytes = TRY(window.view(slot, at, geometry.storage_block_bytes));
        if (is_zero(bytes)) {
            continue;
        }
        auto const record = decode_record(engine, bytes.subspan(frame_prefix_bytes));
        if (record && record->watermark > next) {
            return true;
        }
    }
    return false;
}

Result<bool> acknowledged_beyond(HashEngine const& engine, SegmentWindow& window,
                                 SegmentMap const& map, DamagePlace const& damage) {
    for (std::size_t index = damage.segment; index < map.segments().size(); ++index) {
        SegmentPlace const& segment = map.segments()[index];
        bool const later = index > damage.segment;
        if (later && segment.header.watermark > damage.next) {
            return true;
        }
        std::uint64_t const from = later ? segment.header.storage_block_bytes : damage.offset;
        if (TRY(frames_acknowledge(engine, window, segment, from, damage.next))) {
            return true;
        }
    }
    for (SlotIndex const slot : map.free_slots()) {
        if (map.damaged_slots() != 0 && TRY(slot_acknowledges(engine, window, slot, damage.next))) {
            return true;
        }
    }
    return false;
}

} // namespace axiom::host

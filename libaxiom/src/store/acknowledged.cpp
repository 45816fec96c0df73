// Looking beyond damage; see axiom/store/acknowledged.hpp.

#include <axiom/store/acknowledged.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/tree/block_record.hpp>

namespace axiom::store {

namespace {

// Whether the bytes at `at` begin with `magic` and `length` bytes fit there.
template <class Magic>
Result<bool> begins_with(SegmentWindow& window, SlotIndex slot, std::uint64_t at, Magic magic,
                         std::size_t length) noexcept {
    if (!range_fits(at, length, window.store().geometry().segment_bytes)) {
        return false;
    }
    return load_le<Magic>(TRY(window.view(slot, at, sizeof(Magic)))) == magic;
}

Result<std::uint64_t> to_next_place(SegmentWindow& window, SlotIndex slot,
                                    std::uint64_t at) noexcept {
    if (AXIOM_MUTANT(beyond_by_strides) &&
        TRY(begins_with(window, slot, at, FramePrefix::magic_value, frame_head_bytes))) {
        constexpr std::size_t field = offsetof(FramePrefix, stride);
        auto const stride = load_le<std::uint32_t>(TRY(window.view(slot, at + field, 4)));
        return std::max<std::uint64_t>(stride, hash_block_bytes);
    }
    return std::uint64_t{hash_block_bytes};
}

// Calls `look` for every place of the slot, from `from` on, where a frame or a record may begin,
// until it answers true. Storage blocks of zeros are passed over; the others are counted.
template <class Look>
Result<bool> any_place(SegmentWindow& window, SlotIndex slot, std::uint64_t from,
                       std::uint64_t& blocks_seen, Look const& look) noexcept {
    StoreGeometry const geometry = window.store().geometry();
    std::uint64_t at = round_up<std::uint64_t>(from, hash_block_bytes);
    while (at < geometry.segment_bytes) {
        std::uint64_t const end = round_up<std::uint64_t>(at + 1, geometry.storage_block_bytes);
        if (is_zero(TRY(window.view(slot, at, static_cast<std::size_t>(end - at))))) {
            at = end;
            continue;
        }
        ++blocks_seen;
        while (at < end) {
            if (TRY(look(at))) {
                return true;
            }
            at += TRY(to_next_place(window, slot, at));
        }
    }
    return false;
}

Result<void> look_in_segment(HashEngine const& engine, SegmentWindow& window,
                             SegmentPlace const& segment, std::uint64_t from, Sequence next,
                             Beyond& beyond) noexcept {
    std::uint64_t blocks_seen = 0;
    auto const vouches = [&](std::uint64_t at) noexcept -> Result<bool> {
        if (!TRY(begins_with(window, segment.slot, at, FramePrefix::magic_value,
                             frame_head_bytes))) {
            return false;
        }
        Bytes const head = TRY(window.view(segment.slot, at, frame_head_bytes));
        auto const frame = decode_frame(engine, segment.header, at, head);
        if (!frame && frame.error().code == Code::unknown_version) {
            return fail(Code::unknown_version, next.value, at);
        }
        return frame && frame->record.watermark > next;
    };
    beyond.acknowledged = TRY(any_place(window, segment.slot, from, blocks_seen, vouches));
    beyond.bytes_seen += blocks_seen * segment.header.storage_block_bytes;
    return {};
}

} // namespace

// Without the segment's nonce no prefix can be checked; a record checks itself.
Result<bool> slot_acknowledges(HashEngine const& engine, SegmentWindow& window, SlotIndex slot,
                               Sequence next) noexcept {
    std::uint64_t blocks_seen = 0;
    return any_place(window, slot, 0, blocks_seen, [&](std::uint64_t at) noexcept -> Result<bool> {
        if (!TRY(begins_with(window, slot, at, BlockRecord::magic_value, block_record_bytes))) {
            return false;
        }
        auto const record = decode_record(engine, TRY(window.view(slot, at, block_record_bytes)));
        return record && record->watermark > next;
    });
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
        bool const later = index > damage.segment || damage.offset == 0;
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

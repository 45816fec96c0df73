// What was written behind a segment's end; see sim-host/verify/segment_check.hpp.

#include <sim-host/verify/segment_check.hpp>

namespace axiom::host {

// Bytes behind the end that the successor recorded, where the log was taken over: whole frames are
// the late writes of a writer that was fenced off, and are ignored. Anything else is what a torn
// group left.
void SegmentCheck::look_at_late_bytes(SegmentFacts& facts) {
    store::SegmentPlace const& place = map_->segments()[facts.index];
    store::SegmentHeader const& next = map_->segments()[facts.index + 1].header;
    std::uint32_t const step = place.header.storage_block_bytes;
    auto const block = std::make_unique<store::BlockView>();
    std::uint64_t at = next.previous_end;
    while (at < place.header.segment_bytes) {
        std::size_t const piece =
            step - at % step; // the recorded end may lie within a storage block
        auto const bytes = window_.view(place.slot, at, piece);
        if (!bytes) {
            return;
        }
        if (is_zero(*bytes)) {
            at += piece;
            continue;
        }
        if (auto const stride = late_frame(place, at, *block); stride != 0) {
            at += stride;
            facts.late_segments = 1;
            continue;
        }
        facts.strays.push_back({.severity = Severity::incomplete,
                                .code = Code::padding_not_zero,
                                .what = "bytes behind the segment's recorded end are no late write",
                                .sequence = next.first,
                                .segment = place.header.number,
                                .slot = place.slot,
                                .offset = at});
        return;
    }
}

// The stride of a sound frame, or 0.
std::uint64_t SegmentCheck::late_frame(store::SegmentPlace const& place, std::uint64_t at,
                                       store::BlockView& block) {
    auto const head = window_.view(place.slot, at, store::frame_head_bytes);
    auto const frame = head ? store::decode_frame(*options_.engine, place.header, at, *head)
                            : Result<store::Frame>{fail(Code::frame_damaged)};
    if (!frame) {
        return 0;
    }
    auto const bytes = window_.view(place.slot, at, frame->prefix.stride);
    if (!bytes) {
        return 0;
    }
    bool sound = frame->record.count != 0 || is_zero(bytes->subspan(store::frame_head_bytes));
    if (frame->record.count != 0) {
        Bytes const content =
            bytes->subspan(store::frame_prefix_bytes, frame->prefix.content_bytes);
        sound = store::parse_block(*options_.engine, *frame, content, block) &&
                store::check_block(*options_.engine, block, leaves_);
    }
    return sound ? frame->prefix.stride : 0;
}

} // namespace axiom::host

// Zeros behind a segment's end; see sim-host/log/late_writes.hpp.

#include <sim-host/log/late_writes.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include <axiom/store/block_scan.hpp>
#include <axiom/store/segment_window.hpp>
#include <axiom/store/zero_behind.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t chunk_bytes = std::uint64_t{1} << 20U;

Result<bool> is_zero_behind(store::SegmentWindow& window, SlotIndex slot, std::uint64_t end) {
    std::uint64_t const segment = window.store().geometry().segment_bytes;
    std::uint64_t const piece_max = std::min<std::uint64_t>(chunk_bytes, window.range_bytes_max());
    for (std::uint64_t at = end; at < segment;) {
        auto const piece = static_cast<std::size_t>(std::min(segment - at, piece_max));
        if (!is_zero(TRY(window.view(slot, at, piece)))) {
            return false;
        }
        at += piece;
    }
    return true;
}

// Whether the frames of a segment end where `next` says, and their writer was fenced off there.
// Their content is not looked at: each frame has a check, and the links come out.
Result<bool> is_taken_over(HashEngine const& engine, store::SegmentWindow& window,
                           store::SegmentMap const& map, std::size_t segment,
                           store::SegmentHeader const& next) {
    auto const scan = std::make_unique<store::BlockScan>(engine, window, map,
                                                         store::ScanOptions{.only_frames = true});
    scan->start_at_segment(segment);
    while (scan->place().segment == segment && scan->place().offset < next.previous_end) {
        auto const step = scan->next();
        if (!step && is_device_error(step.error().code)) {
            return std::unexpected(step.error());
        }
        if (!step || *step == store::ScanStep::end) {
            return false;
        }
    }
    store::ChainPosition const& reached = scan->position();
    return scan->place().segment == segment && scan->place().offset == next.previous_end &&
           reached.next == next.first && reached.head == next.previous_head &&
           reached.epoch < next.epoch;
}

} // namespace

Result<std::uint64_t> zero_late_writes(Store& store, HashEngine const& engine,
                                       store::SegmentMap const& map,
                                       std::span<store::SegmentPlace const> successors) {
    std::vector<std::byte> buffer(store::scan_window_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};
    std::vector<std::byte> block(store.geometry().storage_block_bytes);
    std::uint64_t written = 0;
    auto const segments = map.segments();
    for (std::size_t index = 0; index < segments.size(); ++index) {
        store::SegmentHeader const& header = segments[index].header;
        auto const next = std::ranges::find_if(successors, [&](store::SegmentPlace const& each) {
            return each.header.number.value == header.number.value + 1;
        });
        bool const may_have_some = header.generation == 0 && next != successors.end() &&
                                   next->header.epoch > header.epoch &&
                                   next->header.previous_end <= header.segment_bytes;
        if (!may_have_some ||
            TRY(is_zero_behind(window, segments[index].slot, next->header.previous_end)) ||
            !TRY(is_taken_over(engine, window, map, index, next->header))) {
            continue;
        }
        TRY(store::zero_behind(store, segments[index].slot, next->header.previous_end, block));
        window.forget();
        ++written;
    }
    return written;
}

} // namespace axiom::host

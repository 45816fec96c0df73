// Paying erasures; see sim-host/log/erasure.hpp.

#include <sim-host/log/erasure.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <axiom/domain/kind.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/block_scan.hpp>
#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

namespace {

std::size_t buffer_bytes(StoreGeometry const& geometry) {
    std::size_t const block = geometry.storage_block_bytes;
    auto const frame = static_cast<std::size_t>(
        std::min<std::uint64_t>(store::frame_bytes_max, geometry.segment_bytes));
    return round_up<std::size_t>(frame, block) + block;
}

// Walks every block below `end` and hands it to `take`.
template <class Take>
Result<void> each_block(Store& store, HashEngine const& engine, store::SegmentMap const& map,
                        Sequence end, Take&& take) {
    std::vector<std::byte> buffer(buffer_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};
    store::BlockScan scan{
        engine, window, map, {.check_attachments = false, .accept_late_writes = true}};
    scan.start_at_segment(0);
    while (scan.position().next < end) {
        store::ScanStep const step = TRY(scan.next());
        if (step == store::ScanStep::end) {
            break;
        }
        if (step == store::ScanStep::block) {
            TRY(take(scan.block(), map.segments()[scan.place().segment].slot));
        }
    }
    return {};
}

Result<std::set<std::uint64_t>> targets_below(Store& store, HashEngine const& engine,
                                              store::SegmentMap const& map, Sequence end) {
    std::set<std::uint64_t> targets;
    TRY(each_block(store, engine, map, end,
                   [&](store::BlockView const& block, SlotIndex) -> Result<void> {
                       for (std::size_t index = 0; index < block.count(); ++index) {
                           if (block.reduced(index)) {
                               continue;
                           }
                           Entry const entry = block.entry(index);
                           if (entry.header.domain != DomainNumber::log ||
                               entry.header.kind != static_cast<std::uint16_t>(LogKind::erase) ||
                               entry.header.sequence >= end) {
                               continue;
                           }
                           if (auto const erase = decode_whole<Gated<Erase>>(entry.body)) {
                               targets.insert(erase->content.sequence.value);
                           }
                       }
                       return {};
                   }));
    return targets;
}

// Makes `bytes` bytes at `offset` of the slot zeros; true when they were not.
Result<bool> wipe(Store& store, SlotIndex slot, std::uint64_t offset, std::size_t bytes) {
    std::uint64_t const block = store.geometry().storage_block_bytes;
    std::uint64_t const start = offset & ~(block - 1);
    std::vector<std::byte> whole(
        static_cast<std::size_t>(round_up<std::uint64_t>(offset + bytes, block) - start));
    TRY(store.read({slot, start}, whole));
    MutableBytes const part =
        MutableBytes{whole}.subspan(static_cast<std::size_t>(offset - start), bytes);
    if (is_zero(part)) {
        return false;
    }
    zero_bytes(part);
    TRY(store.write({slot, start}, whole));
    return true;
}

} // namespace

Result<ErasureReport> complete_erasures(Store& store, HashEngine const& engine, Sequence end) {
    constexpr std::uint32_t slots_to_come = 64;
    std::uint32_t const slots_max = store.slots() + slots_to_come;
    OwnedArena memory{store::SegmentMap::bytes_for(slots_max)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, slots_max};
    std::vector<std::byte> heads(2 * std::size_t{store.geometry().storage_block_bytes});
    store::SegmentWindow window{store, heads};
    TRY(map.load(engine, window));

    std::set<std::uint64_t> const targets = TRY(targets_below(store, engine, map, end));
    ErasureReport report{.named = targets.size()};
    if (targets.empty()) {
        return report;
    }
    TRY(each_block(store, engine, map, end,
                   [&](store::BlockView const& block, SlotIndex slot) -> Result<void> {
                       store::FramePrefix const& prefix = block.frame.prefix;
                       std::uint64_t at = prefix.offset + prefix.attachments_offset;
                       for (std::size_t index = 0; index < block.count(); ++index) {
                           if (block.reduced(index)) {
                               continue;
                           }
                           EntryHeader const header = block.entry(index).header;
                           std::size_t const bytes = padded_bytes(header.attachment_bytes);
                           if (bytes != 0 && targets.contains(header.sequence.value)) {
                               bool const changed = TRY(wipe(store, slot, at, bytes));
                               report.completed += changed ? 1 : 0;
                           }
                           at += bytes;
                       }
                       return {};
                   }));
    if (report.completed != 0) {
        TRY(store.flush());
    }
    return report;
}

} // namespace axiom::host

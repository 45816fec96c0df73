// Reading a medium of which parts are gone; see sim-host/platform/gap_store.hpp.

#include <sim-host/platform/gap_store.hpp>

#include <algorithm>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

void Gaps::add(SlotIndex slot, std::uint64_t from) {
    std::scoped_lock const lock{mutex_};
    auto const [entry, added] = from_.try_emplace(slot.value, from);
    entry->second = std::min(entry->second, from);
}

std::map<std::uint32_t, std::uint64_t> Gaps::list() const {
    std::scoped_lock const lock{mutex_};
    return from_;
}

bool Gaps::touches(SlotIndex slot, std::uint64_t from, std::uint64_t end) const {
    std::scoped_lock const lock{mutex_};
    auto const found = from_.find(slot.value);
    return found != from_.end() && from < end && end > found->second;
}

bool Gaps::has_missing_slot() const {
    std::scoped_lock const lock{mutex_};
    return std::ranges::any_of(from_, [](auto const& gap) { return gap.second == 0; });
}

Result<void> GapStore::read(SlotOffset from, MutableBytes to) noexcept {
    auto const read = inner_.read(from, to);
    if (read || read.error().code != Code::size_changed) {
        return read;
    }
    // The storage blocks before the gap are there.
    std::size_t const step = geometry().storage_block_bytes;
    std::size_t at = 0;
    while (at < to.size()) {
        auto const block = inner_.read({from.slot, from.offset + at}, to.subspan(at, step));
        if (!block && is_device_error(block.error().code)) {
            return block;
        }
        if (!block) {
            break;
        }
        at += step;
    }
    zero_bytes(to.subspan(at));
    if (at < to.size()) {
        return or_no_memory([&]() -> Result<void> {
            gaps_.add(from.slot, from.offset + at);
            return {};
        });
    }
    return {};
}

bool stopped_at_a_gap(Gaps const& gaps, store::SegmentMap const& map,
                      store::BlockScan const& scan) {
    store::ScanPlace const place = scan.place();
    auto const segments = map.segments();
    store::SegmentPlace const& segment = segments[place.segment];
    bool const ends_here =
        place.segment + 1 < segments.size() &&
        segments[place.segment + 1].header.number.value != segment.header.number.value + 1;
    std::uint64_t const length =
        scan.can_skip() ? scan.block().frame.prefix.stride : std::uint64_t{store::frame_head_bytes};
    return (ends_here && gaps.has_missing_slot()) ||
           gaps.touches(segment.slot, place.offset, place.offset + length);
}

} // namespace axiom::host

// Reading what was chosen of two sides; see sim-host/log/mirror_view.hpp.

#include <sim-host/log/mirror_view.hpp>

#include <algorithm>

namespace axiom::host {

Result<void> read_or_zeros(Store& side, SlotOffset from, MutableBytes to) noexcept {
    if (from.slot.value >= side.slots()) {
        zero_bytes(to);
        return {};
    }
    return side.read(from, to);
}

namespace {

// A failure that passes by is no reason to take another side's bytes.
Result<void> read_twice(Store& side, SlotOffset from, MutableBytes to) noexcept {
    Result<void> const first = read_or_zeros(side, from, to);
    return first ? first : read_or_zeros(side, from, to);
}

} // namespace

MirrorView::MirrorView(MirrorPair sides, MirrorSide leader)
    : sides_{sides}, geometry_{sides.first.geometry()}, leader_{leader} {
    AXIOM_ASSERT(sides.second.geometry() == geometry_);
}

std::uint32_t MirrorView::slots() const noexcept {
    return std::max(sides_.first.slots(), sides_.second.slots());
}

MirrorSide MirrorView::leader(SlotIndex slot) const noexcept {
    auto const found = led_.find(slot.value);
    return found != led_.end() ? found->second : leader_;
}

void MirrorView::lead(SlotIndex slot, MirrorSide side) {
    led_[slot.value] = side;
    choices_.erase(choices_.lower_bound({slot.value, 0}),
                   choices_.lower_bound({slot.value + 1, 0}));
}

void MirrorView::choose(SlotOffset at, MirrorSide side) {
    choices_[{at.slot.value, at.offset}] = Choice{.side = side, .bytes = {}};
}

void MirrorView::put(SlotOffset at, Bytes bytes) {
    AXIOM_ASSERT(bytes.size() == geometry_.storage_block_bytes);
    choices_[{at.slot.value, at.offset}] =
        Choice{.side = std::nullopt, .bytes = {bytes.begin(), bytes.end()}};
}

MirrorView::Choice MirrorView::choice(SlotOffset at) const {
    auto const found = choices_.find({at.slot.value, at.offset});
    return found != choices_.end() ? found->second : Choice{};
}

void MirrorView::restore(SlotOffset at, Choice choice) {
    if (!choice.side && choice.bytes.empty()) {
        choices_.erase({at.slot.value, at.offset});
    } else {
        choices_[{at.slot.value, at.offset}] = std::move(choice);
    }
}

std::optional<MirrorSide> MirrorView::source(SlotOffset at) const {
    auto const found = choices_.find({at.slot.value, at.offset});
    if (found == choices_.end()) {
        return leader(at.slot);
    }
    return found->second.side;
}

void MirrorView::settle(SlotOffset at) {
    auto const side = source(at);
    std::vector<std::byte> bytes(geometry_.storage_block_bytes);
    if (side && !read_twice(sides_.at(*side), at, bytes) &&
        read_twice(sides_.at(other(*side)), at, bytes)) {
        choose(at, other(*side));
    }
}

Result<void> MirrorView::read_block(SlotOffset from, MutableBytes to) noexcept {
    auto const side = source(from);
    if (!side) {
        copy_bytes(to, choices_.find({from.slot.value, from.offset})->second.bytes);
        return {};
    }
    Result<void> const read = read_twice(sides_.at(*side), from, to);
    if (read || is_pinned_) {
        return read;
    }
    // A side that does not have the slot has nothing to answer with.
    Store& answering = sides_.at(other(*side));
    return from.slot.value < answering.slots() ? answering.read(from, to) : read;
}

Result<void> MirrorView::read(SlotOffset from, MutableBytes to) noexcept {
    if (!store_range_fits(geometry_, slots(), from, to.size())) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    Place const start{from.slot.value, from.offset};
    Place const end{from.slot.value, from.offset + to.size()};
    auto const first = choices_.lower_bound(start);
    bool const is_plain = first == choices_.end() || first->first >= end;
    if (is_plain && read_or_zeros(sides_.at(leader(from.slot)), from, to)) {
        return {};
    }
    std::uint64_t const block = geometry_.storage_block_bytes;
    for (std::uint64_t at = 0; at < to.size(); at += block) {
        TRY(read_block({from.slot, from.offset + at}, to.subspan(at, block)));
    }
    return {};
}

} // namespace axiom::host

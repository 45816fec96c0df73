// Comparing two sides; see sim-host/log/mirror_differences.hpp.

#include <sim-host/log/mirror_differences.hpp>

#include <algorithm>

namespace axiom::host {

namespace {

constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20U;

} // namespace

Result<MirrorDifferences> MirrorDifferences::between(MirrorPair sides) {
    TRY(MirrorStore::check_pair(sides.first, sides.second));
    std::uint32_t const slots = std::max(sides.first.slots(), sides.second.slots());
    MirrorDifferences found{sides.first.geometry(), slots};
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        TRY(found.compare(sides, SlotIndex{slot}));
    }
    return found;
}

void MirrorDifferences::add(SlotIndex slot, std::uint64_t offset) {
    auto& blocks = slots_[slot.value];
    if (blocks.empty()) {
        blocks.resize(geometry_.segment_bytes / geometry_.storage_block_bytes);
    }
    blocks[offset / geometry_.storage_block_bytes] = true;
    ++blocks_;
}

Result<void> MirrorDifferences::compare(MirrorPair sides, SlotIndex slot) {
    std::uint64_t const block = geometry_.storage_block_bytes;
    std::uint64_t const piece =
        std::min(round_up<std::uint64_t>(piece_bytes, block), geometry_.segment_bytes);
    std::vector<std::byte> left(piece);
    std::vector<std::byte> right(piece);
    // A slot that one side lacks differs whatever it holds: it is to be made.
    bool const both = slot.value < std::min(sides.first.slots(), sides.second.slots());
    for (std::uint64_t at = 0; at < geometry_.segment_bytes; at += piece) {
        std::uint64_t const bytes = std::min(piece, geometry_.segment_bytes - at);
        MutableBytes const here = MutableBytes{left}.first(bytes);
        MutableBytes const there = MutableBytes{right}.first(bytes);
        if (both && sides.first.read({slot, at}, here) && sides.second.read({slot, at}, there) &&
            equal_bytes(here, there)) {
            continue;
        }
        for (std::uint64_t within = 0; within < bytes; within += block) {
            SlotOffset const place{slot, at + within};
            MutableBytes const one = here.first(block);
            MutableBytes const two = there.first(block);
            if (!both || !sides.first.read(place, one) || !sides.second.read(place, two) ||
                !equal_bytes(one, two)) {
                add(slot, place.offset);
            }
        }
    }
    return {};
}

bool MirrorDifferences::in(SlotIndex slot) const noexcept {
    return slot.value < slots_.size() && !slots_[slot.value].empty();
}

bool MirrorDifferences::in(SlotIndex slot, std::uint64_t from, std::uint64_t to) const noexcept {
    if (!in(slot)) {
        return false;
    }
    std::vector<bool> const& blocks = slots_[slot.value];
    std::uint64_t const block = geometry_.storage_block_bytes;
    std::uint64_t const end = std::min<std::uint64_t>((to + block - 1) / block, blocks.size());
    for (std::uint64_t index = from / block; index < end; ++index) {
        if (blocks[index]) {
            return true;
        }
    }
    return false;
}

std::vector<std::uint64_t> MirrorDifferences::blocks(SlotIndex slot, std::uint64_t from,
                                                     std::uint64_t to) const {
    std::vector<std::uint64_t> offsets;
    std::uint64_t const block = geometry_.storage_block_bytes;
    for (std::uint64_t at = from - from % block; at < to; at += block) {
        if (in(slot, at, at + block)) {
            offsets.push_back(at);
        }
    }
    return offsets;
}

} // namespace axiom::host

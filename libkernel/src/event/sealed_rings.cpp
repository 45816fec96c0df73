// What is sealed of each ring; see kernel/event/sealed_rings.hpp.

#include <kernel/event/sealed_rings.hpp>

namespace axiom::kernel {

void SealedRings::begin(std::uint32_t count) noexcept {
    AXIOM_ASSERT(rows_.size() == 0 && count <= rows_.capacity());
    for (std::uint32_t ring = 0; ring < count; ++ring) {
        rows_.add(RingRow{});
    }
}

void SealedRings::seal(Seal const& seal) noexcept {
    RingRow& row = rows_.edit(seal.ring);
    AXIOM_ASSERT(seal.first == row.end + seal.lost);
    row.end = seal.end();
    row.lost += seal.lost;
    row.unrecorded += seal.unrecorded;
    row.hash = seal.hash;
}

// Rings are never removed, so their rows are the first ones, each with the generation that its
// place had first.
Result<void> SealedRings::load(Reader& from) noexcept {
    TRY(rows_.load(from));
    Result<void> outcome{};
    rows_.for_each([&](std::uint32_t index, RingRow const& row) {
        bool const sound = rows_.generation(index) == index + std::uint64_t{1} &&
                           row.end <= ring_index_end && row.lost <= row.end;
        if (!sound || index >= rows_.size()) {
            outcome = fail(Code::out_of_range, index);
        }
    });
    return outcome;
}

} // namespace axiom::kernel

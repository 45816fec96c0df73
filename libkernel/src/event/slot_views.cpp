// Writing, under a lock; see kernel/event/slot_views.hpp.

#include <kernel/event/slot_views.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

void SlotViews::insert(RowHandle capability, CapabilityRow const& row) noexcept {
    constexpr auto release = std::memory_order_release;
    Line& line = lines_[capability.index];
    std::uint64_t const place = place_of(row.holder.index, row.slot);
    std::uint64_t const sequence = line.sequence.load(std::memory_order_relaxed);
    line.sequence.store(sequence + 1, release);
    line.holder.store(row.holder.generation, release);
    line.place.store(place, release);
    line.capability.store(capability.generation, release);
    line.object.store(row.object.row.generation, release);
    line.what.store(std::uint64_t{row.object.row.index} << 32U |
                        static_cast<std::uint64_t>(row.object.type) << 8U | row.rights.bits,
                    release);
    line.badge.store(row.badge, release);
    line.expires.store(row.expires.value, release);
    line.sequence.store(sequence + 2, release);

    std::size_t at = home(place);
    while (places_[at].load(std::memory_order_relaxed) != 0) {
        at = probing().next(at);
    }
    std::uint64_t const index = index_sequence_.load(std::memory_order_relaxed);
    index_sequence_.store(index + 1, release);
    places_[at].store(capability.index + 1, release);
    index_sequence_.store(index + 2, release);
}

void SlotViews::erase(std::uint32_t capability) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    constexpr auto release = std::memory_order_release;
    Line& line = lines_[capability];
    std::size_t hole = home(line.place.load(relaxed));
    while (places_[hole].load(relaxed) != capability + 1) {
        AXIOM_ASSERT(places_[hole].load(relaxed) != 0);
        hole = probing().next(hole);
    }
    std::uint64_t const index = index_sequence_.load(relaxed);
    index_sequence_.store(index + 1, release);
    for (std::size_t at = probing().next(hole); places_[at].load(relaxed) != 0;
         at = probing().next(at)) {
        std::uint32_t const row = places_[at].load(relaxed);
        if (probing().may_move(home(lines_[row - 1].place.load(relaxed)), at, hole)) {
            places_[hole].store(row, release);
            hole = at;
        }
    }
    places_[hole].store(0, release);
    index_sequence_.store(index + 2, release);

    if (!AXIOM_MUTANT(view_survives)) {
        std::uint64_t const sequence = line.sequence.load(relaxed);
        line.sequence.store(sequence + 1, release);
        line.holder.store(0, release);
        line.sequence.store(sequence + 2, release);
    }
}

void SlotViews::clear() noexcept {
    for (std::uint32_t row = 0; row < lines_.size(); ++row) {
        if (lines_[row].holder.load(std::memory_order_relaxed) != 0) {
            erase(row);
        }
    }
    set_now({});
}

} // namespace axiom::kernel

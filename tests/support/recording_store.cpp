#include <tests/support/recording_store.hpp>

namespace axiom::test {

RecordingStore::RecordingStore(Store& inner) : WrappedStore{inner}, start_{inner.geometry()} {
    for (std::uint32_t slot = 0; slot < inner.slots(); ++slot) {
        start_.add_slot(true);
        AXIOM_ASSERT(inner.read({SlotIndex{slot}, 0}, start_.slots[slot].platter).has_value());
    }
    start_.epoch = inner.claimed_epoch().value_or(Epoch{});
    start_.drop_cache();
}

Result<SlotIndex> RecordingStore::extend() noexcept {
    steps_.push_back(RecordedExtend{});
    return inner().extend();
}

Result<void> RecordingStore::write(SlotOffset to, Bytes from) noexcept {
    if (store_range_fits(geometry(), slots(), to, from.size())) {
        steps_.push_back(RecordedWrite{to, {from.begin(), from.end()}});
    }
    return inner().write(to, from);
}

Result<void> RecordingStore::flush() noexcept {
    steps_.push_back(RecordedFlush{});
    return inner().flush();
}

Result<void> RecordingStore::discard(SlotOffset from) noexcept {
    if (store_range_fits(geometry(), slots(), from, 0)) {
        std::uint64_t const bytes = geometry().segment_bytes - from.offset;
        steps_.push_back(RecordedWrite{from, std::vector<std::byte>(bytes)});
    }
    return inner().discard(from);
}

Result<void> RecordingStore::claim_epoch(Epoch epoch) noexcept {
    steps_.push_back(RecordedClaim{epoch});
    return inner().claim_epoch(epoch);
}

void RecordingStore::mark(std::uint64_t value) {
    steps_.emplace_back(RecordedMark{value});
}

} // namespace axiom::test

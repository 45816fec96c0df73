#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/recording_store.hpp>

namespace axiom::test {

RecordingStore::RecordingStore(Store& inner) : host::WrappedStore{inner}, start_{inner.geometry()} {
    for (std::uint32_t slot = 0; slot < inner.slots(); ++slot) {
        start_.add_slot(true);
        AXIOM_ASSERT(inner.read({SlotIndex{slot}, 0}, start_.slots[slot].platter).has_value());
    }
    start_.epoch = inner.claimed_epoch().value_or(Epoch{});
    start_.drop_cache();
}

void RecordingStore::note(RecordedStep step) {
    steps_.push_back(std::move(step));
    if (order_ != nullptr) {
        order_->push_back(this);
    }
}

Result<SlotIndex> RecordingStore::extend() noexcept {
    note(RecordedExtend{});
    return inner().extend();
}

Result<void> RecordingStore::write(SlotOffset to, Bytes from) noexcept {
    if (store_range_fits(geometry(), slots(), to, from.size())) {
        note(RecordedWrite{to, {from.begin(), from.end()}});
    }
    return inner().write(to, from);
}

Result<void> RecordingStore::flush() noexcept {
    note(RecordedFlush{});
    return inner().flush();
}

Result<void> RecordingStore::discard(SlotOffset from) noexcept {
    if (store_range_fits(geometry(), slots(), from, 0)) {
        std::uint64_t const bytes = geometry().segment_bytes - from.offset;
        note(RecordedWrite{from, std::vector<std::byte>(bytes)});
    }
    return inner().discard(from);
}

Result<void> RecordingStore::claim_epoch(Epoch epoch) noexcept {
    note(RecordedClaim{epoch});
    return inner().claim_epoch(epoch);
}

void RecordingStore::mark(std::uint64_t value) {
    note(RecordedMark{value});
}

} // namespace axiom::test

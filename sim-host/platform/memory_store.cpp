#include <sim-host/platform/memory_store.hpp>

#include <cstdlib>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

void MemoryStore::Release::operator()(void* memory) const noexcept {
    std::free(memory);
}

MemoryStore::MemoryStore(StoreGeometry geometry, std::uint32_t slots_max)
    : geometry_{geometry}, slots_max_{slots_max} {
    AXIOM_ASSERT(is_store_geometry(geometry));
}

std::uint32_t MemoryStore::slots() const noexcept {
    std::lock_guard const guard{mutex_};
    return static_cast<std::uint32_t>(slots_.size());
}

Result<SlotIndex> MemoryStore::extend() noexcept {
    std::lock_guard const guard{mutex_};
    if (slots_.size() >= slots_max_) {
        return fail(Code::store_full);
    }
    return or_no_memory([&]() -> Result<SlotIndex> {
        Slot slot{static_cast<std::byte*>(std::calloc(geometry_.segment_bytes, 1))};
        if (!slot) {
            return fail(Code::no_memory);
        }
        slots_.push_back(std::move(slot));
        return SlotIndex{static_cast<std::uint32_t>(slots_.size() - 1)};
    });
}

Result<void> MemoryStore::read(SlotOffset from, MutableBytes to) noexcept {
    std::lock_guard const guard{mutex_};
    if (!store_range_fits(geometry_, static_cast<std::uint32_t>(slots_.size()), from, to.size())) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    copy_bytes(to, {slots_[from.slot.value].get() + from.offset, to.size()});
    return {};
}

Result<void> MemoryStore::write(SlotOffset to, Bytes from) noexcept {
    std::lock_guard const guard{mutex_};
    if (!store_range_fits(geometry_, static_cast<std::uint32_t>(slots_.size()), to, from.size())) {
        return fail(Code::out_of_range, to.offset, to.slot.value);
    }
    copy_bytes({slots_[to.slot.value].get() + to.offset, from.size()}, from);
    return {};
}

Result<void> MemoryStore::flush() noexcept {
    return {};
}

Result<void> MemoryStore::discard(SlotOffset from) noexcept {
    std::lock_guard const guard{mutex_};
    if (!store_range_fits(geometry_, static_cast<std::uint32_t>(slots_.size()), from, 0)) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    zero_bytes({slots_[from.slot.value].get() + from.offset,
                static_cast<std::size_t>(geometry_.segment_bytes - from.offset)});
    return {};
}

Result<Epoch> MemoryStore::claimed_epoch() noexcept {
    std::lock_guard const guard{mutex_};
    return epoch_;
}

Result<void> MemoryStore::claim_epoch(Epoch epoch) noexcept {
    std::lock_guard const guard{mutex_};
    if (epoch <= epoch_) {
        return fail(Code::fenced, epoch_.value, epoch.value);
    }
    epoch_ = epoch;
    return {};
}

MutableBytes MemoryStore::slot_bytes(SlotIndex slot) noexcept {
    std::lock_guard const guard{mutex_};
    AXIOM_ASSERT(slot.value < slots_.size());
    return {slots_[slot.value].get(), static_cast<std::size_t>(geometry_.segment_bytes)};
}

} // namespace axiom::host

#include <tests/support/lying_store.hpp>

#include <algorithm>
#include <set>

namespace axiom::test {

std::uint32_t LyingStore::slots() const noexcept {
    return static_cast<std::uint32_t>(disk_.slots.size());
}

bool LyingStore::happens(Fault fault) noexcept {
    auto const index = static_cast<std::size_t>(fault);
    std::uint64_t const present = operations_ - 1;
    bool now = always_[index] > 0 && seeded_.chance(always_[index]);
    for (Plan& plan : plans_) {
        if (plan.fault == fault && !plan.done && plan.operation <= present) {
            plan.done = true;
            now = true;
        }
    }
    fired_[index] += now ? 1 : 0;
    return now;
}

Result<void> LyingStore::begin(bool is_change) noexcept {
    ++operations_;
    if (!powered_) {
        return fail(Code::io_failed);
    }
    after_failed_flush_ += is_change && flush_failed_ ? 1 : 0;
    return {};
}

Result<void> LyingStore::check_range(SlotOffset at, std::uint64_t bytes) const noexcept {
    if (!store_range_fits(disk_.geometry, slots(), at, bytes)) {
        return fail(Code::out_of_range, at.offset, at.slot.value);
    }
    return {};
}

SlotOffset LyingStore::elsewhere(SlotOffset at, std::uint64_t bytes) noexcept {
    std::uint64_t const block = disk_.geometry.storage_block_bytes;
    std::uint64_t const places = (disk_.geometry.segment_bytes - bytes) / block + 1;
    SlotOffset const other{SlotIndex{static_cast<std::uint32_t>(seeded_.below(slots()))},
                           seeded_.below(places) * block};
    if (other.slot != at.slot || other.offset != at.offset) {
        return other;
    }
    return {at.slot, (at.offset / block + 1) % places * block};
}

Result<SlotIndex> LyingStore::extend() noexcept {
    TRY(begin(true));
    if (slots() >= slots_max_ || happens(Fault::no_space)) {
        return fail(Code::store_full);
    }
    bool const cut = happens(Fault::power_cut);
    if (!cut || seeded_.chance(500)) {
        disk_.add_slot(!happens(Fault::name_lag));
    }
    if (cut) {
        cut_power();
        return fail(Code::io_failed);
    }
    return SlotIndex{slots() - 1};
}

Result<void> LyingStore::read(SlotOffset from, MutableBytes to) noexcept {
    TRY(begin(false));
    TRY(check_range(from, to.size()));
    if (happens(Fault::power_cut)) {
        cut_power();
        return fail(Code::io_failed, from.offset, from.slot.value);
    }
    if (happens(Fault::read_error)) {
        return fail(Code::io_failed, from.offset, from.slot.value);
    }
    SlotOffset const at = happens(Fault::misdirected_read) ? elsewhere(from, to.size()) : from;
    DiskModel::Slot const& slot = disk_.slots[at.slot.value];
    if (!range_fits(at.offset, to.size(), slot.bytes_present)) {
        return fail(Code::size_changed, from.offset, from.slot.value);
    }
    auto const first =
        slot.unreadable_sectors.begin() + static_cast<std::ptrdiff_t>(at.offset / sector_bytes);
    auto const last = first + static_cast<std::ptrdiff_t>(to.size() / sector_bytes);
    if (std::find(first, last, true) != last) {
        return fail(Code::io_failed, from.offset, from.slot.value);
    }
    Bytes const source{happens(Fault::stale_read) ? slot.previous : slot.cache};
    copy_bytes(to, source.subspan(at.offset, to.size()));
    return {};
}

Result<void> LyingStore::write(SlotOffset to, Bytes from) noexcept {
    TRY(begin(true));
    TRY(check_range(to, from.size()));
    if (happens(Fault::write_error)) {
        return fail(Code::io_failed, to.offset, to.slot.value);
    }
    bool const is_short = happens(Fault::short_write);
    if (is_short || happens(Fault::no_space)) {
        std::uint64_t const block = disk_.geometry.storage_block_bytes;
        disk_.write(to, from.first(seeded_.below(from.size() / block + 1) * block));
        return fail(is_short ? Code::short_transfer : Code::store_full, to.offset, to.slot.value);
    }
    disk_.write(happens(Fault::misdirected_write) ? elsewhere(to, from.size()) : to, from);
    if (happens(Fault::power_cut)) {
        cut_power();
        return fail(Code::io_failed, to.offset, to.slot.value);
    }
    return {};
}

Result<void> LyingStore::fail_flush() noexcept {
    flush_failed_ = true;
    for (PendingWrite const& write : disk_.pending) {
        disk_.persist(write, any_tear(seeded_, write.bytes.size()));
    }
    disk_.pending.clear();
    return fail(Code::flush_failed);
}

Result<void> LyingStore::flush() noexcept {
    TRY(begin(true));
    if (happens(Fault::power_cut)) {
        cut_power();
        return fail(Code::flush_failed);
    }
    if (flush_fails_for_good_ || happens(Fault::flush_error_for_good)) {
        flush_fails_for_good_ = true;
        return fail_flush();
    }
    if (happens(Fault::flush_error)) {
        return fail_flush();
    }
    if (!happens(Fault::dropped_flush)) {
        disk_.persist_all();
    }
    return {};
}

Result<void> LyingStore::discard(SlotOffset from) noexcept {
    TRY(begin(true));
    TRY(check_range(from, 0));
    disk_.write(from, std::vector<std::byte>(disk_.geometry.segment_bytes - from.offset));
    if (happens(Fault::power_cut)) {
        cut_power();
        return fail(Code::io_failed, from.offset, from.slot.value);
    }
    return {};
}

Result<Epoch> LyingStore::claimed_epoch() noexcept {
    TRY(begin(false));
    if (happens(Fault::power_cut)) {
        cut_power();
        return fail(Code::io_failed);
    }
    if (happens(Fault::read_error)) {
        return fail(Code::io_failed);
    }
    return disk_.epoch;
}

Result<void> LyingStore::claim_epoch(Epoch epoch) noexcept {
    TRY(begin(true));
    if (epoch <= disk_.epoch) {
        return fail(Code::fenced, disk_.epoch.value, epoch.value);
    }
    if (happens(Fault::write_error)) {
        return fail(Code::io_failed);
    }
    bool const cut = happens(Fault::power_cut);
    if (!cut || seeded_.chance(500)) {
        disk_.epoch = epoch;
    }
    if (cut) {
        cut_power();
        return fail(Code::io_failed);
    }
    return {};
}

void LyingStore::plan(Fault fault, std::uint64_t operation) {
    plans_.push_back({fault, operation, false});
}

void LyingStore::plan_always(Fault fault, std::uint32_t per_mille) {
    always_[static_cast<std::size_t>(fault)] = per_mille;
}

void LyingStore::plan_nothing() {
    plans_.clear();
    always_ = {};
    flush_fails_for_good_ = false;
}

void LyingStore::settle_names() {
    for (std::size_t index = 0; index < disk_.slots.size(); ++index) {
        DiskModel::Slot& slot = disk_.slots[index];
        if (slot.name_is_durable) {
            continue;
        }
        bool const is_last = index + 1 == disk_.slots.size();
        if (is_last && seeded_.chance(500)) {
            disk_.slots.pop_back();
            return;
        }
        if (seeded_.chance(500)) {
            std::uint64_t const block = disk_.geometry.storage_block_bytes;
            slot.bytes_present = seeded_.below(disk_.geometry.segment_bytes / block) * block;
        }
    }
}

void LyingStore::crash() {
    // Fisher and Yates: any order. Later ones lie over earlier ones where they overlap.
    std::vector<PendingWrite>& pending = disk_.pending;
    for (std::size_t left = pending.size(); left > 1; --left) {
        std::swap(pending[left - 1], pending[seeded_.below(left)]);
    }
    for (PendingWrite const& write : pending) {
        disk_.persist(write, any_tear(seeded_, write.bytes.size()));
    }
    settle_names();
    disk_.drop_cache();
    powered_ = true;
    flush_failed_ = false;
}

void LyingStore::rot(SlotOffset at, unsigned bit) {
    DiskModel::Slot& slot = disk_.slots.at(at.slot.value);
    auto const mask = static_cast<std::byte>(1U << (bit % 8));
    slot.platter.at(at.offset) ^= mask;
    slot.cache.at(at.offset) ^= mask;
}

void LyingStore::rot_anywhere(SlotOffset from, std::uint64_t bytes, unsigned bits) {
    AXIOM_ASSERT(bits <= bytes * 8);
    std::set<std::uint64_t> chosen; // distinct, so that no flip undoes another
    while (chosen.size() < bits) {
        chosen.insert(seeded_.below(bytes * 8));
    }
    for (std::uint64_t const bit : chosen) {
        rot({from.slot, from.offset + bit / 8}, static_cast<unsigned>(bit % 8));
    }
}

void LyingStore::lose(SlotOffset at, std::uint64_t bytes) {
    DiskModel::Slot& slot = disk_.slots.at(at.slot.value);
    std::uint64_t const first = at.offset / sector_bytes;
    std::uint64_t const last = (at.offset + bytes + sector_bytes - 1) / sector_bytes;
    for (std::uint64_t sector = first; sector < last; ++sector) {
        slot.unreadable_sectors.at(sector) = true;
    }
}

void LyingStore::cut(SlotOffset at) {
    DiskModel::Slot& slot = disk_.slots.at(at.slot.value);
    slot.bytes_present = std::min(slot.bytes_present, at.offset);
}

} // namespace axiom::test

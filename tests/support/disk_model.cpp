#include <tests/support/disk_model.hpp>

#include <algorithm>

namespace axiom::test {

void DiskModel::add_slot(bool name_is_durable) {
    Slot slot;
    slot.platter.resize(geometry.segment_bytes);
    slot.cache = slot.platter;
    slot.previous = slot.platter;
    slot.unreadable_sectors.resize(geometry.segment_bytes / sector_bytes);
    slot.name_is_durable = name_is_durable;
    slot.bytes_present = geometry.segment_bytes;
    slots.push_back(std::move(slot));
}

void DiskModel::write(SlotOffset at, Bytes from) {
    if (from.empty()) {
        return;
    }
    Slot& slot = slots[at.slot.value];
    AXIOM_ASSERT(range_fits(at.offset, from.size(), slot.cache.size()));
    MutableBytes const shown = MutableBytes{slot.cache}.subspan(at.offset).first(from.size());
    copy_bytes(MutableBytes{slot.previous}.subspan(at.offset), shown);
    copy_bytes(shown, from);
    std::fill_n(slot.unreadable_sectors.begin() +
                    static_cast<std::ptrdiff_t>(at.offset / sector_bytes),
                from.size() / sector_bytes, false);
    slot.bytes_present = std::max(slot.bytes_present, at.offset + from.size());
    pending.push_back({at, {from.begin(), from.end()}});
}

void DiskModel::persist(PendingWrite const& write, Tear tear) {
    MutableBytes const platter{slots[write.at.slot.value].platter};
    apply_tear(tear, platter.subspan(write.at.offset, write.bytes.size()), write.bytes);
}

void DiskModel::persist_all() {
    for (PendingWrite const& write : pending) {
        persist(write, {});
    }
    pending.clear();
    for (Slot& slot : slots) {
        slot.name_is_durable = true;
    }
}

void DiskModel::drop_cache() {
    pending.clear();
    for (Slot& slot : slots) {
        slot.cache = slot.platter;
        slot.previous = slot.platter;
        slot.name_is_durable = true;
    }
}

} // namespace axiom::test

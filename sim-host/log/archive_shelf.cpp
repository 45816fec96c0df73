// An archive in the log's order; see sim-host/log/archive_shelf.hpp.

#include <sim-host/log/archive_shelf.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <sim-host/log/mirror_evidence.hpp>

namespace axiom::host {

namespace {

bool begin_alike(store::SegmentHeader const& one, store::SegmentHeader const& other) {
    return one.first == other.first && one.log_id == other.log_id &&
           one.previous_head == other.previous_head;
}

} // namespace

ArchiveShelf::ArchiveShelf(Store& log, Store& archive, HashEngine const& engine)
    : log_{log}, archive_{archive}, slots_{log.slots()} {
    std::map<std::uint64_t, store::SegmentHeader> archived;
    std::map<std::uint64_t, SlotIndex> places;
    for (std::uint32_t index = 0; index < archive.slots(); ++index) {
        if (auto const header = header_on(engine, archive, SlotIndex{index})) {
            archived[header->number.value] = *header;
            places[header->number.value] = SlotIndex{index};
        }
    }
    std::vector<std::uint32_t> unread;
    std::set<std::uint64_t> present;
    for (std::uint32_t index = 0; index < slots_; ++index) {
        auto const header = header_on(engine, log, SlotIndex{index});
        if (!header) {
            unread.push_back(index);
            continue;
        }
        std::uint64_t const number = header->number.value;
        present.insert(number);
        auto const found = archived.find(number);
        if (found == archived.end()) {
            continue;
        }
        ++(begin_alike(found->second, *header) ? alike_ : strange_);
        if (found->second.check == header->check) {
            shelved_[index] = places[number];
        }
    }
    log_segments_ = present.size();
    for (auto const& [number, slot] : places) {
        if (present.contains(number)) {
            continue;
        }
        if (unread.empty()) {
            unread.push_back(slots_++);
        }
        shelved_[unread.front()] = slot;
        unread.erase(unread.begin());
    }
}

Result<void> ArchiveShelf::read(SlotOffset from, MutableBytes to) noexcept {
    auto const shelved = shelved_.find(from.slot.value);
    return shelved != shelved_.end() ? archive_.read({shelved->second, from.offset}, to)
                                     : log_.read(from, to);
}

} // namespace axiom::host

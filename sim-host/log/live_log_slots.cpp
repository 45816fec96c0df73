// Where a live log's next segments go; see sim-host/log/live_log.hpp.
//
//     free slots   |-- reserve --|-- the next segment's --|      appending takes only the last part
//
// The reserve is what a medium that is full is taken over, erased from and pruned with. It is made
// up first, whenever there is room.

#include <sim-host/log/live_log.hpp>

#include <algorithm>
#include <utility>

namespace axiom::host {

// Makes the slot for the segment after this one ready, with the mutex free meanwhile. Nothing in it
// may throw: others wait for `preparing_`.
Result<void> LiveLog::prepare_segment(Lock& lock, SlotWanted wanted) {
    preparing_ = true;
    lock.unlock();
    auto const next = next_segment(wanted);
    lock.lock();
    preparing_ = false;
    if (next) {
        writer_->offer(*next);
    } else {
        // The segment that is being written is the last: what it has left is for recovery, pruning
        // and giving up.
        no_slot_ = next.error();
        log_->nearly_full(true);
    }
    progress_.raise();
    return next ? Result<void>{} : std::unexpected(next.error());
}

// A slot for the segment after this one: a free one if there is, else a new one. The reserve stays,
// but for a segment that somebody who may use it needs now; and of it the last slot stays.
Result<store::NewSegment> LiveLog::next_segment(SlotWanted wanted) {
    store::NewSegment next{};
    TRY(options_.entropy->fill(next.nonce.bytes));
    std::size_t const left = free_slots_.size() + spare_slots_.size();
    std::uint32_t const reserve = options_.reserve_slots;
    bool const digs = options_.may_use_reserve && wanted == SlotWanted::now;
    auto const take = [&](std::vector<SlotIndex>& from) {
        next.slot = from.back();
        from.pop_back();
        return next;
    };
    if (left > reserve && !free_slots_.empty()) {
        return take(free_slots_);
    }
    auto const slot = store_->extend();
    if (!slot && slot.error().code == Code::store_full &&
        left > (digs ? std::min(reserve, 1U) : reserve)) {
        return take(free_slots_.empty() ? spare_slots_ : free_slots_);
    }
    next.slot = TRY(slot);
    if (!free_slots_.empty()) { // the newest waits longest; memory is not asked for here
        std::swap(next.slot, free_slots_.back());
        std::ranges::rotate(free_slots_, free_slots_.end() - 1);
    }
    return next;
}

// Makes slots until there are the reserve and those that a writer begins with, before anything else
// is changed: who finds no room is to leave the log as it was.
Result<void> LiveLog::make_up_reserve(store::SegmentMap& map, store::SegmentWindow& window) {
    full_ = false;
    if (options_.reserve_slots == 0) {
        return {};
    }
    std::size_t const cut = map.segments().size() - (recovered_.last_segment + 1);
    std::size_t const wanted = options_.reserve_slots + (recovered_.ended_in_order ? 1U : 2U);
    bool made = false;
    for (std::size_t have = map.free_slots().size() + cut; have < wanted; ++have) {
        auto const slot = store_->extend();
        if (!slot && slot.error().code == Code::store_full) {
            full_ = true;
            break;
        }
        free_slots_.push_back(TRY(slot));
        made = true;
    }
    return made ? map.load(*options_.engine, window) : Result<void>{};
}

// A slot that was discarded takes its room again when its first block is written. Without room it
// is none that can be counted on.
Result<bool> LiveLog::takes_its_room(SlotIndex slot) {
    std::vector<std::byte> const zeros(store_->geometry().storage_block_bytes);
    auto const written = store_->write({slot, 0}, zeros);
    if (!written && written.error().code != Code::store_full) {
        return std::unexpected(written.error());
    }
    return written.has_value();
}

// Slots that seem free. After an orderly end they are used again, once they are clean. Otherwise an
// older writer may still put its next segment into the one that it had made ready: those wait for
// the next orderly end, and are used now only when the medium has no other room.
Result<void> LiveLog::take_free_slots(store::SegmentMap const& map, store::SegmentWindow& window) {
    std::vector<SlotIndex> slots{map.free_slots().begin(), map.free_slots().end()};
    for (auto const& cut : map.segments().subspan(recovered_.last_segment + 1)) {
        slots.push_back(cut.slot); // its number is the next segment's
    }
    std::vector<SlotIndex> const made = std::exchange(free_slots_, {}); // just now, by this writer
    bool changed = false;
    for (SlotIndex const slot : slots) {
        if (!TRY(store::slot_is_zero(window, slot))) {
            TRY(store_->discard({slot, 0}));
            changed = true;
        }
        bool const is_made = std::ranges::find(made, slot) != made.end();
        if (recovered_.ended_in_order && !is_made && options_.reserve_slots != 0) {
            changed = true;
            if (!TRY(takes_its_room(slot))) {
                continue;
            }
        }
        (recovered_.ended_in_order || is_made ? free_slots_ : spare_slots_).push_back(slot);
    }
    if (options_.reserve_slots != 0) {
        std::ranges::reverse(free_slots_); // slots are taken in their order, from the back
    }
    return changed ? store_->flush() : Result<void>{};
}

} // namespace axiom::host

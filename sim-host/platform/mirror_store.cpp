#include <sim-host/platform/mirror_store.hpp>

#include <algorithm>

namespace axiom::host {

Result<void> MirrorStore::check_pair(Store& first, Store& second) noexcept {
    if (&first == &second || first.geometry() != second.geometry()) {
        return fail(Code::mirrors_differ);
    }
    return {};
}

MirrorStore::MirrorStore(Store& first, Store& second) noexcept
    : geometry_{first.geometry()}, sides_{Side{.store = &first}, Side{.store = &second}},
      slots_{std::min(first.slots(), second.slots())} {
    AXIOM_ASSERT(check_pair(first, second).has_value());
}

MirrorSideState MirrorStore::state(MirrorSide side) const noexcept {
    Side const& wanted = sides_[index(side)];
    std::lock_guard const guard{mutex_};
    return {wanted.is_live.load(), wanted.why_dropped, wanted.failed_reads.load()};
}

template <class Change> MirrorStore::Outcomes MirrorStore::on_live(Change change) noexcept {
    Outcomes outcomes{};
    for (std::size_t at = 0; at < sides_.size(); ++at) {
        if (sides_[at].is_live.load()) {
            outcomes[at] = change(sides_[at]);
        }
    }
    return outcomes;
}

Result<void> MirrorStore::settle(Outcomes const& outcomes) noexcept {
    // One change after the other, so that who is live stays what was counted: of two that failed
    // on different sides the first drops a side, and the second finds that nobody has its bytes.
    std::lock_guard const guard{mutex_};
    bool any_succeeded = false;
    Error why{Code::io_failed};
    for (std::size_t at = 0; at < sides_.size(); ++at) {
        bool const is_told = outcomes[at].has_value() && sides_[at].is_live.load();
        any_succeeded = any_succeeded || (is_told && *outcomes[at]);
        if (is_told && !*outcomes[at]) {
            why = outcomes[at]->error();
        }
    }
    if (!any_succeeded) {
        return Failure{why};
    }
    for (std::size_t at = 0; at < sides_.size(); ++at) {
        if (outcomes[at].has_value() && !*outcomes[at] && sides_[at].is_live.load()) {
            sides_[at].why_dropped = outcomes[at]->error();
            sides_[at].is_live.store(false);
        }
    }
    return {};
}

Result<SlotIndex> MirrorStore::extend() noexcept {
    // A side that is ahead has a slot which the other did not get, before a crash or for want of
    // room. It was never written, so it is the slot that is made now.
    std::uint32_t const before = slots();
    Outcomes const outcomes = on_live([&](Side& side) -> Result<void> {
        if (side.store->slots() == before) {
            TRY(side.store->extend());
        }
        return {};
    });
    for (std::optional<Result<void>> const& outcome : outcomes) {
        if (outcome.has_value() && !*outcome && outcome->error().code == Code::store_full) {
            return Failure{outcome->error()};
        }
    }
    TRY(settle(outcomes));
    slots_.store(before + 1);
    return SlotIndex{before};
}

Result<void> MirrorStore::read(SlotOffset from, MutableBytes to) noexcept {
    if (!store_range_fits(geometry_, slots(), from, to.size())) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    Result<void> outcome = fail(Code::io_failed, from.offset, from.slot.value);
    for (Side& side : sides_) {
        if (!side.is_live.load()) {
            continue;
        }
        outcome = side.store->read(from, to);
        if (outcome) {
            return outcome;
        }
        side.failed_reads.fetch_add(1);
    }
    return outcome;
}

Result<void> MirrorStore::write(SlotOffset to, Bytes from) noexcept {
    if (!store_range_fits(geometry_, slots(), to, from.size())) {
        return fail(Code::out_of_range, to.offset, to.slot.value);
    }
    return settle(on_live([&](Side& side) { return side.store->write(to, from); }));
}

Result<void> MirrorStore::flush() noexcept {
    return settle(on_live([](Side& side) { return side.store->flush(); }));
}

Result<void> MirrorStore::discard(SlotOffset from) noexcept {
    if (!store_range_fits(geometry_, slots(), from, 0)) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    return settle(on_live([&](Side& side) { return side.store->discard(from); }));
}

Result<Epoch> MirrorStore::claimed_epoch() noexcept {
    Result<Epoch> highest = fail(Code::io_failed);
    for (Side& side : sides_) {
        if (!side.is_live.load()) {
            continue;
        }
        Result<Epoch> const claimed = side.store->claimed_epoch();
        if (!claimed && claimed.error().code == Code::no_memory) {
            return claimed; // the claim that is not seen may be the newer one
        }
        if (!claimed) {
            side.failed_reads.fetch_add(1);
        } else if (!highest || *claimed > *highest) {
            highest = claimed;
        }
    }
    return highest;
}

Result<void> MirrorStore::claim_epoch(Epoch epoch) noexcept {
    // Seen on either side, a claim holds on both.
    Epoch const claimed = TRY(claimed_epoch());
    if (epoch <= claimed) {
        return fail(Code::fenced, claimed.value, epoch.value);
    }
    Outcomes const outcomes = on_live([&](Side& side) { return side.store->claim_epoch(epoch); });
    for (std::optional<Result<void>> const& outcome : outcomes) {
        if (outcome.has_value() && !*outcome && outcome->error().code == Code::fenced) {
            return *outcome; // another writer was faster: no fault of the side
        }
    }
    return settle(outcomes);
}

} // namespace axiom::host

// Making two sides one; see sim-host/log/mirror_recovery.hpp.

#include <sim-host/log/mirror_recovery.hpp>

#include <algorithm>

#include <axiom/store/block_scan.hpp>

namespace axiom::host {

namespace {

constexpr int rounds_max = 3; // a write that does not read back is tried again

} // namespace

// For want of memory a side that has the right bytes seems not to have them.
Result<void> MirrorRecovery::nothing_wanted() const {
    return first_.any() || second_.any() ? fail(Code::no_memory) : Result<void>{};
}

Result<MirrorReport> MirrorRecovery::run() {
    TRY(MirrorStore::check_pair(given_.first, given_.second));
    differences_ = TRY(MirrorDifferences::between(sides_));
    TRY(nothing_wanted());
    MirrorReport report;
    report.were_equal = !differences_->any();
    if (report.were_equal && !options_.prove_equal) {
        TRY(raise_claims());
        return report;
    }
    MirrorJudge judge{*options_.engine, sides_, *differences_};
    auto const decided = judge.decide();
    TRY(nothing_wanted());
    TRY(decided);
    report.torn = judge.recovered().torn;
    report.next = judge.recovered().chain.next;
    for (MirrorSide const side : {other(judge.leader()), judge.leader()}) {
        if (side == MirrorSide::second && options_.only_first) {
            continue;
        }
        failed_side_ = side;
        TRY(repair(side, judge, report));
        failed_side_.reset();
    }
    TRY(raise_claims());
    return report;
}

Result<void> MirrorRecovery::repair(MirrorSide side, MirrorJudge& judge, MirrorReport& report) {
    Store& store = sides_.at(side);
    if (options_.only_look) {
        TRY(bring(side, judge, &report));
        return {};
    }
    TRY(make_slots(store, judge.view()));
    TRY(bring(side, judge, &report));
    for (int round = 0; round < rounds_max; ++round) {
        TRY(store.flush());
        if (TRY(bring(side, judge, nullptr)) == 0) {
            return {};
        }
    }
    return fail(Code::io_failed);
}

// A side without room for slots that nothing was written to goes on without them: a pair has the
// slots that both sides have.
Result<void> MirrorRecovery::make_slots(Store& store, MirrorView& view) {
    while (store.slots() < view.slots()) {
        auto const made = store.extend();
        bool const is_full = !made && made.error().code == Code::store_full;
        if (is_full && TRY(nothing_written_from(SlotIndex{store.slots()}, view))) {
            break;
        }
        TRY(made);
    }
    for (std::uint32_t index = 0; index < store.slots(); ++index) {
        if (differences_->in(SlotIndex{index})) {
            TRY(make_whole(store, SlotIndex{index}));
        }
    }
    return {};
}

Result<bool> MirrorRecovery::nothing_written_from(SlotIndex first, MirrorView& view) {
    std::vector<std::byte> buffer(store::scan_window_bytes(view.geometry()));
    store::SegmentWindow window{view, buffer};
    for (SlotIndex slot = first; slot.value < view.slots(); ++slot.value) {
        if (!TRY(store::slot_is_zero(window, slot))) {
            return false;
        }
    }
    return true;
}

// A slot that is not there, or ends early, gets its end again; what is there stays, since it may be
// what the other side lacks.
Result<void> MirrorRecovery::make_whole(Store& store, SlotIndex slot) {
    StoreGeometry const geometry = store.geometry();
    std::uint64_t const block = geometry.storage_block_bytes;
    std::vector<std::byte> bytes(block);
    std::uint64_t end = geometry.segment_bytes;
    while (end != 0) {
        auto const read = store.read({slot, end - block}, bytes);
        if (read || read.error().code != Code::size_changed) {
            break;
        }
        end -= block;
    }
    return end == geometry.segment_bytes ? Result<void>{} : store.discard({slot, end});
}

// Writes every block in which the sides differed and this one is not what it should be. How many
// there were; with a report they are noted.
Result<std::uint64_t> MirrorRecovery::bring(MirrorSide side, MirrorJudge& judge,
                                            MirrorReport* report) {
    Store& store = sides_.at(side);
    StoreGeometry const geometry = store.geometry();
    std::vector<std::byte> right(geometry.storage_block_bytes);
    std::vector<std::byte> there(geometry.storage_block_bytes);
    std::uint64_t written = 0;
    for (std::uint32_t index = 0; index < judge.view().slots(); ++index) {
        SlotIndex const slot{index};
        for (std::uint64_t const offset : differences_->blocks(slot, 0, geometry.segment_bytes)) {
            SlotOffset const at{slot, offset};
            bool const absent = slot.value >= store.slots();
            if (!absent && judge.view().source(at) == side) {
                continue; // what is right is here, and is not written
            }
            TRY(judge.view().read(at, right));
            if (absent && is_zero(right)) {
                continue; // nothing was written to it, and there may be no room for it
            }
            if (!absent && store.read(at, there) && equal_bytes(right, there)) {
                continue;
            }
            ++written;
            if (report != nullptr) {
                note(side, at, judge, *report);
            }
            if (!options_.only_look) {
                TRY(store.write(at, right));
            }
        }
    }
    return written;
}

void MirrorRecovery::note(MirrorSide side, SlotOffset at, MirrorJudge const& judge,
                          MirrorReport& report) {
    std::uint64_t const block = sides_.first.geometry().storage_block_bytes;
    ++report.blocks[side == MirrorSide::first ? 0 : 1];
    auto& repairs = report.repairs;
    bool const goes_on = !repairs.empty() && repairs.back().side == side &&
                         repairs.back().slot == at.slot &&
                         repairs.back().offset + repairs.back().blocks * block == at.offset;
    if (!goes_on) {
        MirrorRepair begun;
        begun.side = side;
        begun.slot = at.slot;
        begun.offset = at.offset;
        repairs.push_back(begun);
    }
    MirrorRepair& repair = repairs.back();
    ++repair.blocks;
    for (MirrorSpan const& span : judge.spans(at.slot)) {
        bool const touched = span.from < at.offset + block && span.to > at.offset;
        if (touched && repair.first == repair.end) {
            repair.first = span.first;
            repair.end = span.end;
        } else if (touched) {
            repair.first = std::min(repair.first, span.first);
            repair.end = std::max(repair.end, span.end);
        }
    }
}

Result<void> MirrorRecovery::raise_claims() {
    if (options_.only_look || options_.only_first) {
        return {};
    }
    Epoch const first = TRY(sides_.first.claimed_epoch());
    Epoch const second = TRY(sides_.second.claimed_epoch());
    if (first == second) {
        return {};
    }
    MirrorSide const lower = first < second ? MirrorSide::first : MirrorSide::second;
    failed_side_ = lower;
    TRY(sides_.at(lower).claim_epoch(std::max(first, second)));
    failed_side_.reset();
    return {};
}

} // namespace axiom::host

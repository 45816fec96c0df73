// Giving devices away, and using them; see kernel/core/device_grants.hpp.
//
// Nothing waits while nobody drains the log by calls. Before the log is attached only the recovery
// account gives devices away, at once: without them there would be no store to attach.

#include <kernel/core/kernel.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

bool Kernel::grants_wait() const noexcept {
    return log_->attached() && log_side_.sealer.generation != 0 && !AXIOM_MUTANT(grant_at_once);
}

bool Kernel::is_device_in(RowHandle process, std::uint64_t slot) const noexcept {
    auto const found = state().slots().find(process, slot_of(slot));
    if (!found) {
        return false;
    }
    ObjectName const& object = found->object;
    return object.type == ObjectType::interrupt || object.type == ObjectType::ports ||
           (object.type == ObjectType::region && state().regions().row(object.row.index).device);
}

// `devices`: to how many of them capabilities are given.
Answer<void> Kernel::may_grant(RowHandle giver, std::uint32_t devices) const noexcept {
    if (devices == 0) {
        return {};
    }
    RowHandle const payer = state().processes().row(giver.index).head.payer;
    if (!log_->attached() && AccountId{payer.generation} != recovery_account) {
        return refused_by_log(Code::log_detached);
    }
    return grants_wait() && grants_.room() < devices ? refuse(Check::table_full) : Answer<void>{};
}

// Of the newest entry: what lies in that slot now may be used when the entry is durable.
void Kernel::note_grant(RowHandle process, std::uint64_t slot) noexcept {
    if (grants_wait() && is_device_in(process, slot)) {
        grants_.note(state().slots().find(process, slot_of(slot))->capability,
                     Sequence{log_->next_sequence().value - 1});
    }
}

// The same, and the asking thread is answered then.
Outcome Kernel::await_grant(Turn& turn, Target const& into, CallAnswer const& answer) noexcept {
    if (!grants_wait()) {
        return answer;
    }
    RowHandle const process =
        into.process == own_space
            ? turn.thread->process
            : state().slots().find(turn.thread->process, into.process)->object.row;
    note_grant(process, into.slot.value);
    turn.thread->words[0] = log_->next_sequence().value - 1;
    turn.thread->answer = answer;
    ipc_.wait_alone(turn, Wait::durable, for_ever);
    return waits;
}

Answer<void> Kernel::may_use(Turn& turn, SlotView const& device, std::uint8_t argument) noexcept {
    if (grants_.is_changing() && !take_authority(turn)) { // (2)
        return refuse(Check::ended);
    }
    return grants_.waits(device.capability) && !AXIOM_MUTANT(device_used_early)
               ? refuse(Check::durable, argument)
               : Answer<void>{};
}

void Kernel::end_durable_waits(Turn& turn) noexcept {
    if (!grants_.durable_through(log_->watermark())) {
        return;
    }
    for (Thread& thread : scheduler_.threads()) {
        WaitWord const seen = thread.seen();
        if (seen.wait() == Wait::durable && thread.words[0] < log_->watermark().value &&
            thread.claim(seen)) {
            scheduler_.wake(turn.cpu, thread);
        }
    }
}

} // namespace axiom::kernel

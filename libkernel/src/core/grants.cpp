// Giving devices away, and using them; see kernel/core/device_grants.hpp.
//
// Nothing waits while nobody drains the log by calls. Before the log is attached only the recovery
// account gives devices away, at once: without them there would be no store to attach.
//
// Afterwards a grant is of use at once only among those whom the first account itself pays for,
// which is that of recovery: the log's own block driver, begun again, cannot wait for an entry that
// only it can store. The caller's process and the one that gets the capability are both paid for
// by it directly, and what it is given from does not itself wait.

#include <kernel/core/kernel.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

bool Kernel::grants_wait() const noexcept {
    return log_->attached() && log_side_.sealer.generation != 0 && !AXIOM_MUTANT(grant_at_once);
}

bool Kernel::is_of_recovery(RowHandle process) const noexcept {
    RowHandle const payer = state().processes().row(process.index).head.payer;
    return AccountId{payer.generation} == recovery_account;
}

bool Kernel::grant_waits(RowHandle giver, RowHandle taker) const noexcept {
    return grants_wait() && !((is_of_recovery(giver) || AXIOM_MUTANT(grant_at_once_by_all)) &&
                              (is_of_recovery(taker) || AXIOM_MUTANT(grant_at_once_to_all)));
}

bool Kernel::still_waits(RowHandle process, Slot slot) const noexcept {
    auto const found = state().slots().find(process, slot);
    return found && grants_.waits(found->capability) && !AXIOM_MUTANT(grant_past_its_source);
}

// Whose capabilities a call adds to. Without one there the call is refused before it gives.
RowHandle Kernel::taker_of(Turn const& turn, Target const& into) const noexcept {
    RowHandle const own = turn.thread->process;
    if (into.process == own_space) {
        return own;
    }
    auto const found = state().slots().find(own, into.process);
    return found && found->object.type == ObjectType::process ? found->object.row : own;
}

bool Kernel::is_device_in(RowHandle process, Slot slot) const noexcept {
    auto const found = state().slots().find(process, slot);
    if (!found) {
        return false;
    }
    ObjectName const& object = found->object;
    return object.type == ObjectType::interrupt || object.type == ObjectType::ports ||
           (object.type == ObjectType::region && state().regions().row(object.row.index).device);
}

// `waiting`: of what is given, how much is of use only when its entry is durable.
Answer<void> Kernel::may_grant(RowHandle giver, bool gives, std::uint32_t waiting) const noexcept {
    if (gives && !log_->attached() && !is_of_recovery(giver)) {
        return refused_by_log(Code::log_detached);
    }
    return grants_.room() < waiting ? refuse(Check::table_full) : Answer<void>{};
}

// Of the newest entry: what lies in that slot now may be used when the entry is durable.
void Kernel::note_grant(RowHandle process, Slot slot) noexcept {
    grants_.note(state().slots().find(process, slot)->capability,
                 Sequence{log_->next_sequence().value - 1});
}

// The same, and the asking thread is answered then.
Outcome Kernel::await_grant(Turn& turn, RowHandle taker, Slot slot,
                            CallAnswer const& answer) noexcept {
    note_grant(taker, slot);
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

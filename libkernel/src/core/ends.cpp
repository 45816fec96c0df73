// System calls that give something up: capabilities, threads, processes.
//
// They are refused neither for rate nor for want of room in the log. Who asks while its ring is
// full waits, and what was asked for is done in its name as soon as the log has been drained, in
// the turn of whoever drains it: everything is looked at again then, and that is what it is told.
//
// Who drains the log cannot wait for that, and is refused; before there is somebody the recovery
// account is, because that is who brings the log up.

#include <kernel/core/kernel.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

bool Kernel::may_await_room(RowHandle process) const noexcept {
    if (AXIOM_MUTANT(room_not_awaited)) {
        return false;
    }
    if (!log_->attached()) {
        return !is_of_recovery(process);
    }
    return log_side_.sealer.generation != 0 && log_side_.sealer != process;
}

Answer<Event> Kernel::decide_giving_up(Thread const& asker, GivingUp const& asked) const noexcept {
    Asker const by{.process = asker.process, .thread = asker.self};
    auto const& [call, first, second] = asked;
    Slot const slot = slot_of(first);
    switch (call) {
    case Call::remove:
        return authority_.decided(by, RemoveRequest{.slot = slot});
    case Call::revoke:
        return authority_.decided(by, RevokeRequest{.slot = slot, .itself = second != 0});
    case Call::process_kill:
    case Call::thread_kill: {
        ObjectType const type =
            call == Call::process_kill ? ObjectType::process : ObjectType::thread;
        static_cast<void>(
            TRY(look(state().slots(), asker.process, slot, {0, type, right::manage})));
        return authority_.decided(by, EndRequest{.slot = slot, .code = second});
    }
    default:
        return authority_.decided(by, ExitRequest{.what = call == Call::process_exit
                                                              ? ObjectType::process
                                                              : ObjectType::thread,
                                                  .code = first});
    }
}

// Whether it is done; else the log has no room for it now, and it may wait for some.
Answer<bool> Kernel::give_up(Thread const& asker, GivingUp const& asked) noexcept {
    Event const event = TRY(decide_giving_up(asker, asked));
    auto const taken = authority_.take({.process = asker.process, .thread = asker.self},
                                       recorder_.position(asker), event);
    if (taken) {
        return true;
    }
    Refusal const& why = taken.error();
    bool const is_full =
        why.check == Check::log && why.detail == static_cast<std::uint64_t>(Code::ring_full);
    if (is_full && event.urgency == Urgency::giving_up && may_await_room(asker.process)) {
        return false;
    }
    return std::unexpected{why};
}

void Kernel::await_room(Turn& turn, GivingUp const& asked, bool by_fault) noexcept {
    Thread& thread = *turn.thread;
    thread.words = {static_cast<std::uint64_t>(asked.call), asked.first, asked.second};
    thread.by_fault = by_fault;
    ipc_.wait_alone(turn, Wait::room, for_ever);
}

// remove: slot; revoke: slot, itself; kill: slot, code; exit: code
Outcome Kernel::on_giving_up(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    GivingUp const asked{.call = static_cast<Call>(frame.number),
                         .first = frame.arguments[0],
                         .second = frame.arguments[1]};
    if (TRY(give_up(*turn.thread, asked))) {
        return CallAnswer{}; // told if who asked has not ended with it
    }
    await_room(turn, asked, false);
    return waits;
}

// At the end of a turn that has freed room. Only the holder of the authority lock ends these waits.
void Kernel::end_room_waits(Turn& turn) noexcept {
    for (Thread& thread : scheduler_.threads()) {
        WaitWord const seen = thread.seen();
        if (seen.wait() != Wait::room || !is_alive(thread.self) || AXIOM_MUTANT(room_not_told)) {
            continue;
        }
        auto const done = give_up(thread, {.call = static_cast<Call>(thread.words[0]),
                                           .first = thread.words[1],
                                           .second = thread.words[2]});
        bool const goes_on = done ? *done : !thread.by_fault; // who cannot go on tries again
        if (goes_on && is_alive(thread.self) && thread.claim(seen)) {
            thread.answer = done ? CallAnswer{} : answer_of(done.error());
            scheduler_.wake(turn.cpu, thread);
        }
    }
}

} // namespace axiom::kernel

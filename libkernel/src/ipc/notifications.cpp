// Notifications: 64 bits, and who waits for them; see kernel/ipc/ipc.hpp.

#include <kernel/ipc/ipc.hpp>

#include <utility>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Answer<void> Ipc::signal(Turn& turn, SlotView const& through, std::uint64_t bits) noexcept {
    Notification& notification = notifications_[through.object.row.index];
    Locked const held{notification.lock};
    if (!slots_->still(through)) {
        return refuse(Check::capability);
    }
    adopt(notification, through.object.row);
    notification.bits |= bits;
    give_bits(turn, notification);
    return {};
}

void Ipc::signal_line(Turn& turn, std::uint32_t index, std::uint64_t bits) noexcept {
    Notification& notification = notifications_[index];
    Locked const held{notification.lock};
    notification.bits |= bits;
    give_bits(turn, notification);
}

// All bits go to the first who waits; to the bound thread only if none does.
void Ipc::give_bits(Turn& turn, Notification& notification) noexcept {
    while (notification.bits != 0 && !notification.waiters.empty()) {
        Thread& waiter = threads_[notification.waiters.first()];
        notification.waiters.remove(threads_, waiter);
        WaitWord const seen = waiter.seen();
        if (seen.wait() != Wait::signal || !waiter.claim(seen)) {
            continue; // its time has come, or its end
        }
        waiter.answer = still(waiter) ? signal_answer(std::exchange(notification.bits, 0))
                                      : answer_of({Check::capability, no_argument});
        scheduler_->wake(turn.cpu, waiter);
    }
    if (notification.bits != 0 && notification.bound != no_thread) {
        give_bound_bits(turn, notification);
    }
}

void Ipc::give_bound_bits(Turn& turn, Notification& notification) noexcept {
    Thread& thread = threads_[notification.bound];
    WaitWord const seen = thread.seen();
    if (seen.wait() != Wait::receive || !thread.claim(seen)) {
        if (AXIOM_MUTANT(bound_bits_lost)) {
            notification.bits = 0;
        }
        return; // it looks before it waits the next time
    }
    unqueue(thread, Wait::receive);
    thread.answer = signal_answer(std::exchange(notification.bits, 0));
    scheduler_->wake(turn.cpu, thread);
}

Outcome Ipc::wait(Turn& turn, SlotView const& through, std::uint64_t timeout_ns) noexcept {
    Thread& waiter = *turn.thread;
    Notification& notification = notifications_[through.object.row.index];
    Locked const held{notification.lock};
    if (!slots_->still(through)) {
        return refuse(Check::capability);
    }
    adopt(notification, through.object.row);
    if (notification.bits != 0) {
        return signal_answer(std::exchange(notification.bits, 0));
    }
    if (timeout_ns == at_once) {
        return refuse(Check::nobody);
    }
    waiter.through = through;
    waiter.by_fault = false;
    waiter.target = through.object;
    begin_wait(turn, Wait::signal, timeout_ns, notification.waiters);
    return waits;
}

void Ipc::name(RowHandle row) noexcept {
    Notification& notification = notifications_[row.index];
    Locked const held{notification.lock};
    adopt(notification, row);
}

void Ipc::bind(Turn& turn, RowHandle row, std::uint32_t thread) noexcept {
    Notification& notification = notifications_[row.index];
    Locked const held{notification.lock};
    adopt(notification, row);
    notification.bound = thread;
    give_bits(turn, notification); // it may receive already, and will not look again
}

void Ipc::unbind(std::uint32_t index, std::uint32_t thread) noexcept {
    Notification& notification = notifications_[index];
    Locked const held{notification.lock};
    if (notification.bound == thread) {
        notification.bound = no_thread;
    }
}

} // namespace axiom::kernel

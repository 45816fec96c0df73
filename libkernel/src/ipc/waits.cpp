// How waits end other than by what they wait for; see kernel/ipc/ipc.hpp.

#include <kernel/ipc/ipc.hpp>

namespace axiom::kernel {

namespace {

// After how long a claim that was seen is looked at again: whoever made it lets go of it sooner.
constexpr std::uint64_t claim_ns = 1'000'000;

} // namespace

void Ipc::wait_alone(Turn& turn, Wait what, std::uint64_t timeout_ns) noexcept {
    scheduler_->leave(turn.cpu, turn.now_ns);
    std::uint64_t const number = turn.thread->begin_wait(what);
    set_deadline(turn, number, timeout_ns);
}

// By who has claimed it. Whoever met it in a queue meanwhile has taken it out of there.
void Ipc::unqueue(Thread& thread, Wait waited) noexcept {
    std::uint32_t const index = thread.target.row.index;
    if (waited == Wait::signal) {
        Notification& notification = notifications_[index];
        Locked const held{notification.lock};
        if (thread.waiting.queued) {
            notification.waiters.remove(threads_, thread);
        }
    } else if (waited == Wait::receive || waited == Wait::send || waited == Wait::call) {
        Endpoint& endpoint = endpoints_[index];
        Locked const held{endpoint.lock};
        if (thread.waiting.queued) {
            (waited == Wait::receive ? endpoint.receivers : endpoint.senders)
                .remove(threads_, thread);
        }
    }
}

bool Ipc::cancel(Turn& turn, Thread& thread, WaitWord seen, CallAnswer const& answer) noexcept {
    if (!thread.claim(seen)) {
        return false;
    }
    unqueue(thread, seen.wait());
    take_back(turn.cpu, thread);
    thread.answer = answer;
    scheduler_->wake(turn.cpu, thread);
    return true;
}

void Ipc::expire(Turn& turn, Deadline const& deadline) noexcept {
    Thread& thread = threads_[deadline.thread];
    WaitWord const seen = thread.seen();
    if (seen.number() != deadline.number) {
        return; // that wait is over
    }
    switch (seen.wait()) {
    case Wait::idle:
    case Wait::none:
        return;
    case Wait::claimed: // perhaps it is put back, and its time has come all the same
        return scheduler_->set_deadline(turn.cpu, {.at_ns = turn.now_ns + claim_ns,
                                                   .number = deadline.number,
                                                   .thread = deadline.thread});
    case Wait::budget:
        if (thread.claim(seen)) {
            scheduler_->wake(turn.cpu, thread);
        }
        return;
    case Wait::sleep:
        cancel(turn, thread, seen, {});
        return;
    default:
        cancel(turn, thread, seen, answer_of({Check::timeout, no_argument}));
    }
}

void Ipc::withdraw(Turn& turn, Thread& thread) noexcept {
    while (true) {
        WaitWord const seen = thread.seen();
        if (seen.wait() == Wait::none || seen.wait() == Wait::idle) {
            return;
        }
        if (seen.wait() == Wait::claimed || !thread.claim(seen)) {
            axiom_relax(); // somebody ends that wait at this moment
            continue;
        }
        unqueue(thread, seen.wait());
        take_back(turn.cpu, thread);
        return;
    }
}

// The first in the queue that may not wait there any more, claimed and taken out of it. What a
// queued thread waits for stays as it is while the queue's lock is held.
Thread* Ipc::take_lost(ThreadQueue<&Thread::waiting>& queue, bool all) noexcept {
    for (std::uint32_t at = queue.first(); at != no_thread;) {
        Thread& thread = threads_[at];
        at = thread.waiting.next;
        if (!all && still(thread)) {
            continue;
        }
        queue.remove(threads_, thread);
        if (thread.claim(thread.seen())) { // else somebody ends that wait at this moment
            if (!thread.by_fault) { // else it goes on as it was, and meets its fault once more
                thread.answer = answer_of({Check::capability, no_argument});
            }
            return &thread;
        }
    }
    return nullptr;
}

void Ipc::end_lost_waits(Turn& turn, ObjectType type, std::uint32_t index, bool all) noexcept {
    auto const end_in = [&](SpinLock& lock, ThreadQueue<&Thread::waiting>& queue) {
        Thread* lost = nullptr;
        do {
            {
                Locked const held{lock};
                lost = take_lost(queue, all);
            }
            if (lost != nullptr) {
                take_back(turn.cpu, *lost);
                scheduler_->wake(turn.cpu, *lost);
            }
        } while (lost != nullptr);
    };
    if (type == ObjectType::endpoint) {
        end_in(endpoints_[index].lock, endpoints_[index].senders);
        end_in(endpoints_[index].lock, endpoints_[index].receivers);
    } else {
        end_in(notifications_[index].lock, notifications_[index].waiters);
    }
}

} // namespace axiom::kernel

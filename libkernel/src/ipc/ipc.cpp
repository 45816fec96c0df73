// Messages and replies; see kernel/ipc/ipc.hpp. Notifications are in notifications.cpp, the ends of
// waits in waits.cpp.

#include <kernel/ipc/ipc.hpp>

#include <algorithm>
#include <cstring>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint8_t token_argument = 0;
constexpr std::uint8_t head_argument = 1;

} // namespace

Ipc::Ipc(Arena& arena, Scheduler& scheduler, SlotViews const& slots, Passage& passage,
         KernelCapacities const& rows) noexcept
    : scheduler_{&scheduler}, slots_{&slots}, passage_{&passage}, threads_{scheduler.threads()},
      endpoints_{arena.make<Endpoint>(rows.endpoints)},
      notifications_{arena.make<Notification>(rows.notifications)} {
    AXIOM_ASSERT(threads_.size() < std::size_t{1} << token_index_bits);
}

std::size_t Ipc::bytes_for(KernelCapacities const& rows) noexcept {
    return Arena::bytes_for<Endpoint>(rows.endpoints) +
           Arena::bytes_for<Notification>(rows.notifications);
}

bool Ipc::still(Thread const& thread) const noexcept {
    return thread.by_fault || slots_->still(thread.through);
}

// By the thread's own CPU, with the lock of the queue's owner held.
void Ipc::begin_wait(Turn& turn, Wait what, std::uint64_t timeout_ns,
                     ThreadQueue<&Thread::waiting>& queue) noexcept {
    Thread& thread = *turn.thread;
    scheduler_->leave(turn.cpu, turn.now_ns);
    std::uint64_t const number = thread.begin_wait(what);
    if (AXIOM_MUTANT(last_goes_first)) {
        queue.push_front(threads_, thread);
    } else {
        queue.push_back(threads_, thread);
    }
    set_deadline(turn, number, timeout_ns);
}

void Ipc::set_deadline(Turn const& turn, std::uint64_t number, std::uint64_t timeout_ns) noexcept {
    if (timeout_ns < for_ever - turn.now_ns && !AXIOM_MUTANT(deadline_lost)) {
        scheduler_->set_deadline(
            turn.cpu,
            {.at_ns = turn.now_ns + timeout_ns, .number = number, .thread = turn.thread->index});
    }
}

// Of the two, one is this CPU's own and the other claimed. The length was taken from a register
// when the call was made, so that nobody can change it now.
void Ipc::hand(Thread const& from, Message const& message, Thread& to,
               ReceivedFrom const& origin) noexcept {
    std::memcpy(to.buffer->bytes.data(), from.buffer->bytes.data(), message.head.bytes());
    to.answer.status = 0;
    to.answer.words = {origin.badge,     origin.token,     message.head.word | origin.flags,
                       message.words[0], message.words[1], message.words[2],
                       message.words[3]};
}

Outcome Ipc::send(Turn& turn, SlotView const& through, Message const& message,
                  std::uint64_t timeout_ns, Wait as) noexcept {
    Thread& sender = *turn.thread;
    sender.through = through;
    sender.by_fault = false;
    return offer(turn, through.object.row, message, timeout_ns, as);
}

Outcome Ipc::report(Turn& turn, RowHandle endpoint, std::uint64_t badge,
                    Message const& message) noexcept {
    turn.thread->by_fault = true;
    turn.thread->through = {};
    turn.thread->through.badge = AXIOM_MUTANT(fault_badge_lost) ? 0 : badge;
    return offer(turn, endpoint, message, for_ever, Wait::call);
}

Outcome Ipc::offer(Turn& turn, RowHandle where, Message const& message, std::uint64_t timeout_ns,
                   Wait as) noexcept {
    Thread& sender = *turn.thread;
    sender.target = {ObjectType::endpoint, where};
    Endpoint& endpoint = endpoints_[where.index];
    while (true) {
        endpoint.lock.lock();
        if (!still(sender)) {
            endpoint.lock.unlock();
            return refuse(Check::capability);
        }
        adopt(endpoint, where);
        if (endpoint.receivers.empty()) {
            Outcome outcome{};
            if (timeout_ns == at_once) {
                outcome = refuse(Check::nobody);
            } else {
                sender.head = message.head;
                sender.words = message.words;
                Thread* const server = as == Wait::call ? server_of(endpoint) : nullptr;
                bool const lends =
                    server != nullptr && server != &sender && !AXIOM_MUTANT(queued_lends_nothing);
                bool const moves = lends && lend(sender, *server);
                begin_wait(turn, as, timeout_ns, endpoint.senders);
                endpoint.lock.unlock();
                if (lends) {
                    after_loan(turn.cpu, sender, *server, moves);
                }
                return outcome;
            }
            endpoint.lock.unlock();
            return outcome;
        }
        if (message.head.capabilities() != 0 && !turn.authority) {
            endpoint.lock.unlock();
            if (!passage_->take_authority(turn)) {
                return waits;
            }
            continue;
        }
        Thread& receiver = threads_[endpoint.receivers.first()];
        endpoint.receivers.pop_front(threads_);
        WaitWord const seen = receiver.seen();
        if (seen.wait() != Wait::receive || !receiver.claim(seen)) {
            endpoint.lock.unlock(); // its time has come, or its end
            continue;
        }
        if (!still(receiver)) {
            endpoint.lock.unlock();
            receiver.answer = answer_of({Check::capability, no_argument});
            scheduler_->wake(turn.cpu, receiver);
            continue;
        }
        if (message.head.capabilities() != 0) {
            auto const passed =
                passage_->pass(turn, sender, sender.through, message.head, receiver);
            if (!passed) {
                receiver.become(Wait::receive);
                endpoint.receivers.push_front(threads_, receiver);
                endpoint.lock.unlock();
                // Bits that came while it was claimed are still there.
                if (std::uint32_t const signals = receiver.signals.load(); signals != no_thread) {
                    signal_line(turn, signals, 0);
                }
                return std::unexpected{passed.error()};
            }
        }
        endpoint.lock.unlock();
        return meet(turn, message, timeout_ns, as, receiver);
    }
}

// The sender is here, the receiver claimed.
Outcome Ipc::meet(Turn& turn, Message const& message, std::uint64_t timeout_ns, Wait as,
                  Thread& receiver) noexcept {
    Thread& sender = *turn.thread;
    ReceivedFrom origin{.badge = sender.through.badge,
                        .flags = sender.by_fault ? head_is_fault : 0};
    if (as == Wait::send) {
        hand(sender, message, receiver, origin);
        scheduler_->wake(turn.cpu, receiver);
        return CallAnswer{};
    }
    std::uint64_t const number = sender.seen().number() + 1;
    origin.token = awaits(sender, number, receiver);
    static_cast<void>(lend(sender, receiver)); // which is nowhere yet
    hand(sender, message, receiver, origin);
    scheduler_->leave(turn.cpu, turn.now_ns);
    sender.begin_wait(sender.by_fault ? Wait::fault : Wait::reply);
    keep_lent(turn.cpu, sender);
    set_deadline(turn, number, timeout_ns);
    scheduler_->wake_here(turn.cpu, receiver);
    return waits;
}

Outcome Ipc::receive(Turn& turn, SlotView const& through, std::uint64_t timeout_ns) noexcept {
    Thread& receiver = *turn.thread;
    receiver.through = through;
    receiver.by_fault = false;
    receiver.target = through.object;
    Endpoint& endpoint = endpoints_[through.object.row.index];
    while (true) {
        // A bound notification's lock is held until this thread waits, or bits that come in between
        // would find nobody.
        std::uint32_t const signals = receiver.signals.load(std::memory_order_relaxed);
        Notification* const bound = signals == no_thread ? nullptr : &notifications_[signals];
        if (bound != nullptr) {
            bound->lock.lock();
            if (bound->bound == receiver.index && bound->bits != 0) {
                std::uint64_t const bits = std::exchange(bound->bits, 0);
                bound->lock.unlock();
                return signal_answer(bits);
            }
        }
        endpoint.lock.lock();
        auto const let_go = [&] {
            endpoint.lock.unlock();
            if (bound != nullptr) {
                bound->lock.unlock();
            }
        };
        if (!still(receiver)) {
            let_go();
            return refuse(Check::capability);
        }
        adopt(endpoint, through.object.row);
        serve(endpoint, through.object.row.index, receiver);
        if (endpoint.senders.empty()) {
            Outcome outcome{};
            if (timeout_ns == at_once) {
                outcome = refuse(Check::nobody);
            } else {
                begin_wait(turn, Wait::receive, timeout_ns, endpoint.receivers);
            }
            let_go();
            return outcome;
        }
        Thread& sender = threads_[endpoint.senders.first()];
        WaitWord const seen = sender.seen();
        bool const is_queued = seen.wait() == Wait::send || seen.wait() == Wait::call;
        if (sender.head.capabilities() != 0 && !turn.authority) {
            let_go();
            if (!passage_->take_authority(turn)) {
                return waits;
            }
            continue;
        }
        endpoint.senders.pop_front(threads_);
        if (!is_queued || !sender.claim(seen)) {
            let_go();
            continue;
        }
        Answer<void> passed{};
        if (!still(sender)) {
            passed = refuse(Check::capability);
        } else if (sender.head.capabilities() != 0) {
            passed = passage_->pass(turn, sender, sender.through, sender.head, receiver);
        }
        borrow_from_queue(turn.cpu, endpoint, receiver);
        let_go();
        if (!passed) { // the sender is told; this thread goes on looking
            take_back(turn.cpu, sender);
            sender.answer = answer_of(passed.error());
            scheduler_->wake(turn.cpu, sender);
            continue;
        }
        take_from(turn, sender, seen);
        return receiver.answer;
    }
}

// The receiver is here, the sender claimed.
void Ipc::take_from(Turn& turn, Thread& sender, WaitWord seen) noexcept {
    Thread& receiver = *turn.thread;
    ReceivedFrom origin{.badge = sender.through.badge,
                        .flags = sender.by_fault ? head_is_fault : 0};
    bool const calls = seen.wait() == Wait::call;
    if (calls) {
        origin.token = awaits(sender, seen.number(), receiver);
        if (sender.server.load(std::memory_order_relaxed) != receiver.index) {
            if (!AXIOM_MUTANT(queued_loan_kept)) {
                take_back(turn.cpu, sender);
            }
            static_cast<void>(lend(sender, receiver)); // which runs here already
            keep_lent(turn.cpu, sender);
        }
    }
    hand(sender, {sender.head, sender.words}, receiver, origin);
    if (calls) {
        sender.become(sender.by_fault ? Wait::fault : Wait::reply);
    } else {
        sender.answer = {};
        scheduler_->wake(turn.cpu, sender);
    }
}

Answer<HeldCaller> Ipc::hold_caller(Turn const& turn, std::uint64_t token) noexcept {
    std::uint64_t const index = token & ((1U << token_index_bits) - 1);
    if (index >= threads_.size()) {
        return refuse(Check::token, token_argument);
    }
    Thread& caller = threads_[index];
    WaitWord const seen = caller.seen();
    bool const is_this_call =
        (seen.number() ^ token >> token_index_bits) << token_index_bits == 0 ||
        AXIOM_MUTANT(token_of_another_call);
    bool const awaits = is_this_call && (seen.wait() == Wait::reply || seen.wait() == Wait::fault);
    bool const ours =
        caller.server_process.load(std::memory_order_relaxed) == turn.thread->process.generation ||
        AXIOM_MUTANT(token_of_others);
    if (!awaits || !ours || !caller.claim(seen)) {
        return refuse(Check::token, token_argument);
    }
    return HeldCaller{&caller, seen};
}

Answer<void> Ipc::reply(Turn& turn, std::uint64_t token, Message const& message) noexcept {
    if (message.head.capabilities() != 0 && !turn.authority && !passage_->take_authority(turn)) {
        return refuse(Check::ended);
    }
    auto const held = TRY(hold_caller(turn, token));
    Thread& caller = *held.thread;
    WaitWord const seen = held.seen;
    if (message.head.capabilities() != 0) {
        auto const passed =
            caller.through.rights.covers(right::execute)
                ? passage_->pass(turn, *turn.thread, {}, message.head, caller)
                : Answer<void>{refuse(Check::rights, head_argument, right::execute.bits)};
        if (!passed) {
            let_wait(held);
            return passed;
        }
    }
    if (seen.wait() != Wait::fault) { // else it goes on as it was
        hand(*turn.thread, message, caller, {});
    }
    take_back(turn.cpu, caller);
    scheduler_->wake_here(turn.cpu, caller);
    return {};
}

} // namespace axiom::kernel

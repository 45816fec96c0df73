// Loans of priority; see kernel/ipc/ipc.hpp.
//
// Every caller says whom it lends to, and how much (`server`, `lent`); whom it lends to counts its
// lenders and keeps the highest, in one word that changes with each of them (`Standing`). None of
// that is under a lock:
//
//   a loan begins      1. `lent`  2. `server`  3. the server's word: one more
//   a loan ends        1. `server`: none       2. the server's word: one less
//   a loan changes     1. `lent`               2. the server's word
//
// Who works out what is left looks at all threads, and if the word has changed meanwhile once more.
// When what a thread runs at changes, so does what it lends: whoever changes the one looks at the
// other afterwards, and who begins to lend looks again at what it runs at, so that one of two who
// meet sees the other.

#include <kernel/ipc/ipc.hpp>

#include <algorithm>
#include <utility>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

std::uint8_t Ipc::highest_lent_to(std::uint32_t server) const noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    std::uint8_t most = 0;
    for (Thread const& other : threads_) {
        if (other.server.load(relaxed) == server) {
            most = std::max(most, other.lent.load(relaxed));
        }
    }
    return most;
}

// By who has claimed the caller, or holds the lock of the queue in which it is.
void Ipc::take_back(Cpu by, Thread& caller) noexcept {
    std::uint32_t const index = caller.server.exchange(no_thread, std::memory_order_relaxed);
    if (index == no_thread) {
        return;
    }
    Thread& server = threads_[index];
    std::uint8_t const ended = caller.lent.load(std::memory_order_relaxed);
    if (server.give_back(ended, [&] { return highest_lent_to(index); })) {
        scheduler_->move(by, server);
        lend_on(by, server);
    }
}

// With the endpoint's lock held. Who has ended is not found, so that none lends to who is its row's
// next: it is marked before every CPU acknowledges, and withdrawn after that.
Thread* Ipc::server_of(Endpoint const& endpoint) const noexcept {
    auto const index = static_cast<std::uint32_t>(&endpoint - endpoints_.data());
    if (endpoint.server == no_thread) {
        return nullptr;
    }
    Thread& server = threads_[endpoint.server];
    bool const serves = server.serves.load(std::memory_order_relaxed) == index;
    return serves && !server.ending.load() ? &server : nullptr;
}

// With the endpoint's lock held: who comes to receive is lent to by the first who queue there,
// whomever they lent to before. Those behind them lend when it comes again.
void Ipc::borrow_from_queue(Cpu by, Endpoint const& endpoint, Thread& server) noexcept {
    std::uint32_t at = endpoint.senders.first();
    for (std::uint32_t count = 0; at != no_thread && count < queued_loans_max; ++count) {
        Thread& caller = threads_[at];
        bool const lends_to_it = caller.server.load(std::memory_order_relaxed) == server.index;
        if (caller.seen().wait() == Wait::call && !lends_to_it && &caller != &server) {
            take_back(by, caller);
            static_cast<void>(lend(caller, server)); // which runs here already
            keep_lent(by, caller);
        }
        at = caller.waiting.next;
    }
}

// Of a caller that queues: its server may run elsewhere, be ready, or wait for somebody.
void Ipc::after_loan(Cpu by, Thread& caller, Thread& server, bool moves) noexcept {
    if (moves) {
        scheduler_->move(by, server);
        lend_on(by, server);
    }
    keep_lent(by, caller);
}

// Of who has just begun to lend: what it runs at may have changed meanwhile.
void Ipc::keep_lent(Cpu by, Thread& caller) noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (caller.effective() != caller.lent.load(std::memory_order_relaxed)) {
        lend_on(by, caller);
    }
}

// What it runs at is what it lends from now on. Whom it lends to, if that one runs at another
// priority then.
Thread* Ipc::lend_anew(Cpu by, Thread& lender, std::uint8_t now) noexcept {
    std::uint32_t const index = lender.server.load();
    if (index == no_thread || AXIOM_MUTANT(loan_not_lent_on)) {
        return nullptr;
    }
    Thread& server = threads_[index];
    auto const work_out = [&] {
        return server.restand(0, [&](Standing /*before*/) {
            return std::max(server.priority.load(std::memory_order_relaxed),
                            highest_lent_to(index));
        });
    };
    std::uint8_t const before = lender.lent.exchange(now);
    bool moves = false;
    if (now > before) {
        moves = server.borrow(now, false);
        if (lender.server.load() != index) { // that loan has ended meanwhile
            moves |= work_out();
        }
    } else if (now < before) {
        moves = work_out();
    }
    if (!moves) {
        return nullptr;
    }
    scheduler_->move(by, server);
    return &server;
}

// What this thread runs at has changed, and so has what it lends, and so on. Whoever changes it
// later does the same after that; of two who do so at once, the later one sees that.
void Ipc::lend_on(Cpu by, Thread& from) noexcept {
    Thread* lender = &from;
    Thread* overtaken = nullptr;
    for (std::uint32_t steps = 0; lender != nullptr && steps < loan_chain_max; ++steps) {
        std::uint8_t const now = lender->effective(std::memory_order_seq_cst);
        Thread* const next = lend_anew(by, *lender, now);
        if (lender->effective(std::memory_order_seq_cst) != now) {
            overtaken = lender;
        }
        lender = next != nullptr ? next : std::exchange(overtaken, nullptr);
    }
}

// With the authority lock held, when every CPU has seen that its server ends: it queues on, and
// lends to nobody. Who receives its call at this moment finds nobody to take it back from.
void Ipc::end_queued_loan(Thread& caller) noexcept {
    std::uint32_t index = caller.server.load();
    if (index != no_thread && threads_[index].ending.load() &&
        caller.server.compare_exchange_strong(index, no_thread)) {
        threads_[index].restand(-1, [](Standing before) { return before.priority(); });
    }
}

} // namespace axiom::kernel

#pragma once
// Ipc: where threads meet: endpoints, replies, notifications.
//
//     send ───▶ ┌──────────┐
//               │ endpoint │ ◀─── receive
//     call ───▶ └──────────┘
//          ◀─────── reply(token) ──────
//
// A message passes when both are there; whoever comes first waits in the endpoint's queue, first
// in, first out. Who calls then waits for the reply, which goes straight to the thread that the
// token names.
//
// The endpoint's lock covers its queues. Under it a sender and a receiver find each other, and the
// capability that each came through is looked at once more: if it is not what it was, its thread is
// told, and the other goes on waiting. The bytes are copied without any lock, by whoever came
// second, who has claimed the other.
//
// A token names a caller and the number of its wait, so that it works once, and only from the
// process that received the call.
//
// Who calls lends its priority (loans.cpp): to who received its call, and while the call is queued
// to who received at that endpoint last. A thread runs at the highest of its own and those that it
// is lent, and lends as much to whom it calls.
//
// Capabilities in a message need the authority lock, which comes before an endpoint's: then
// everything is let go, authority taken, and the meeting looked for again.

#include <optional>

#include <kernel/event/kinds.hpp>
#include <kernel/ipc/turn.hpp>
#include <kernel/task/scheduler.hpp>

namespace axiom::kernel {

/// What a notification gives to who waits for it, or receives while it is bound.
[[nodiscard]] constexpr CallAnswer signal_answer(std::uint64_t bits) noexcept {
    CallAnswer answer{};
    answer.words[ReceivedWords::head] = head_is_signal;
    answer.words[ReceivedWords::first] = bits;
    return answer;
}

/// So far along a chain of callers, each of whom waits for the next, a change of priority goes.
inline constexpr std::uint32_t loan_chain_max = 4;

/// So many of those who queue already lend to a thread that comes to receive.
inline constexpr std::uint32_t queued_loans_max = 4;

/// A caller whose wait for its reply its server has claimed.
struct HeldCaller {
    Thread* thread{};
    WaitWord seen{};
};

class Ipc {
  public:
    Ipc(Arena& arena, Scheduler& scheduler, SlotViews const& slots, Passage& passage,
        KernelCapacities const& rows) noexcept;

    [[nodiscard]] static std::size_t bytes_for(KernelCapacities const& rows) noexcept;

    // ── calls ──────────────────────────────────────────────────────────────────────────────────
    // What came to pass while a thread waited is not about an argument; else 0 is the token, 1 the
    // head.

    /// `as` is `send` or `call`. Refuses: `capability` (it went meanwhile), `nobody` (none waits,
    /// and `timeout_ns` is `at_once`), and what passing capabilities may refuse.
    [[nodiscard]] Outcome send(Turn& turn, SlotView const& through, Message const& message,
                               std::uint64_t timeout_ns, Wait as) noexcept;

    /// As `call`, by the kernel in the name of a thread that cannot go on: to this endpoint, as
    /// long as it takes. When it may, it is told what its `answer` is now.
    [[nodiscard]] Outcome report(Turn& turn, RowHandle endpoint, std::uint64_t badge,
                                 Message const& message) noexcept;

    [[nodiscard]] Outcome receive(Turn& turn, SlotView const& through,
                                  std::uint64_t timeout_ns) noexcept;

    /// The whole of a call's work, if it is as short as can be, and who runs then; none: nothing
    /// has been done (quick.hpp).
    [[nodiscard]] Thread* quick_call(Cpu cpu, std::uint64_t now_ns, Thread& caller,
                                     CallFrame const& frame) noexcept;
    [[nodiscard]] Thread* quick_reply_receive(Cpu cpu, std::uint64_t now_ns, Thread& server,
                                              CallFrame const& frame) noexcept;

    /// Refuses: `token`, `rights` (the caller takes no capabilities), `peer` (it ended meanwhile).
    [[nodiscard]] Answer<void> reply(Turn& turn, std::uint64_t token,
                                     Message const& message) noexcept;

    /// Who waits for the reply under this token, of this turn's process; it waits on, claimed,
    /// until `let_wait`. Refuses: `token`.
    [[nodiscard]] Answer<HeldCaller> hold_caller(Turn const& turn, std::uint64_t token) noexcept;
    static void let_wait(HeldCaller const& held) noexcept { held.thread->become(held.seen.wait()); }

    /// Of a notification: adds bits, and wakes who waits for them.
    [[nodiscard]] Answer<void> signal(Turn& turn, SlotView const& through,
                                      std::uint64_t bits) noexcept;

    /// The same, by an interrupt line that is bound to it.
    void signal_line(Turn& turn, std::uint32_t notification, std::uint64_t bits) noexcept;

    [[nodiscard]] Outcome wait(Turn& turn, SlotView const& through,
                               std::uint64_t timeout_ns) noexcept;

    /// For time to pass, or for an end that the caller has said in the thread.
    void wait_alone(Turn& turn, Wait what, std::uint64_t timeout_ns) noexcept;

    // ── ends of waits ──────────────────────────────────────────────────────────────────────────

    /// A deadline has come: its wait, if it still lasts, ends as timed out.
    void expire(Turn& turn, Deadline const& deadline) noexcept;

    /// Ends the wait of a thread whose word was `seen`; false: somebody else did.
    bool cancel(Turn& turn, Thread& thread, WaitWord seen, CallAnswer const& answer) noexcept;

    /// Takes a thread that has ended out of whatever it waits in. It is nowhere then but perhaps in
    /// a run queue.
    void withdraw(Turn& turn, Thread& thread) noexcept;

    /// With the authority lock held: whoever waits at this endpoint or notification through a
    /// capability that has gone is told; all of them, if it has gone itself.
    void end_lost_waits(Turn& turn, ObjectType type, std::uint32_t index, bool all) noexcept;

    /// With the authority lock held, when every CPU has seen that threads end: who queues does not
    /// lend to one of them any more.
    void end_queued_loan(Thread& caller) noexcept;

    /// With the authority lock held: which thread a notification's bits also wake while it
    /// receives.
    void bind(Turn& turn, RowHandle notification, std::uint32_t thread) noexcept;
    void unbind(std::uint32_t notification, std::uint32_t thread) noexcept;

    /// With the authority lock held: what the row stands for from now on.
    void name(RowHandle notification) noexcept;

    // ── looking, while nothing runs in the kernel ──────────────────────────────────────────────

    /// What lies in a notification and has not been taken yet.
    [[nodiscard]] std::uint64_t pending_bits(RowHandle notification) const noexcept {
        Notification const& found = notifications_[notification.index];
        return found.generation == notification.generation ? found.bits : 0;
    }

    /// To whom those who queue at this endpoint lend; `no_thread`: to nobody.
    [[nodiscard]] std::uint32_t serving_thread(RowHandle endpoint) const noexcept {
        Endpoint const& found = endpoints_[endpoint.index];
        Thread const* const server =
            found.generation == endpoint.generation ? server_of(found) : nullptr;
        return server == nullptr ? no_thread : server->index;
    }

    /// Which thread its bits also wake; `no_thread`: none.
    [[nodiscard]] std::uint32_t bound_thread(RowHandle notification) const noexcept {
        Notification const& found = notifications_[notification.index];
        return found.generation == notification.generation ? found.bound : no_thread;
    }

  private:
    struct Endpoint {
        SpinLock lock;
        std::uint64_t generation{};
        std::uint32_t server{no_thread}; // who received here last, if `serves` says so too
        ThreadQueue<&Thread::waiting> senders;
        ThreadQueue<&Thread::waiting> receivers;

        void reset() noexcept {
            AXIOM_ASSERT(senders.empty() && receivers.empty());
            server = no_thread;
        }
    };
    struct Notification {
        SpinLock lock;
        std::uint64_t generation{};
        std::uint64_t bits{};
        ThreadQueue<&Thread::waiting> waiters;
        std::uint32_t bound{no_thread};

        void reset() noexcept {
            AXIOM_ASSERT(waiters.empty());
            bits = AXIOM_MUTANT(old_bits_kept) ? bits : 0;
            bound = no_thread;
        }
    };

    struct ReceivedFrom {
        std::uint64_t badge{};
        std::uint64_t token{};
        std::uint64_t flags{};
    };

    // A row that is used for the first time since it names something new. With the lock held.
    template <class Meeting> static void adopt(Meeting& meeting, RowHandle row) noexcept {
        if (meeting.generation != row.generation) {
            meeting.generation = row.generation;
            meeting.reset();
        }
    }

    [[nodiscard]] bool still(Thread const& thread) const noexcept;
    void begin_wait(Turn& turn, Wait what, std::uint64_t timeout_ns,
                    ThreadQueue<&Thread::waiting>& queue) noexcept;
    void set_deadline(Turn const& turn, std::uint64_t number, std::uint64_t timeout_ns) noexcept;
    static void hand(Thread const& from, Message const& message, Thread& to,
                     ReceivedFrom const& origin) noexcept;
    static bool used_before(Thread const& thread, std::uint64_t slot, Rights needed) noexcept;

    // Of who serves, the token for the reply: the number of the caller's wait above its index.
    static constexpr unsigned token_index_bits = 24;
    static std::uint64_t awaits(Thread& caller, std::uint64_t number, Thread& server) noexcept {
        caller.server_process.store(server.process.generation, std::memory_order_relaxed);
        return number << token_index_bits | caller.index;
    }
    static bool lend(Thread& caller, Thread& server) noexcept {
        std::uint8_t const lent = caller.effective();
        caller.lent.store(lent, std::memory_order_relaxed);
        caller.server.store(server.index, std::memory_order_relaxed);
        return server.borrow(lent);
    }
    void take_back(Cpu by, Thread& caller) noexcept;
    [[nodiscard]] std::uint8_t highest_lent_to(std::uint32_t server) const noexcept;
    [[nodiscard]] Thread* server_of(Endpoint const& endpoint) const noexcept;
    static void serve(Endpoint& endpoint, std::uint32_t index, Thread& server) noexcept {
        endpoint.server = server.index;
        server.serves.store(index, std::memory_order_relaxed);
    }
    void borrow_from_queue(Cpu by, Endpoint const& endpoint, Thread& server) noexcept;
    void after_loan(Cpu by, Thread& caller, Thread& server, bool moves) noexcept;
    void keep_lent(Cpu by, Thread& caller) noexcept;
    [[nodiscard]] Thread* lend_anew(Cpu by, Thread& lender, std::uint8_t now) noexcept;
    void lend_on(Cpu by, Thread& from) noexcept;
    [[nodiscard]] Outcome offer(Turn& turn, RowHandle where, Message const& message,
                                std::uint64_t timeout_ns, Wait as) noexcept;
    [[nodiscard]] Outcome meet(Turn& turn, Message const& message, std::uint64_t timeout_ns,
                               Wait as, Thread& receiver) noexcept;
    void take_from(Turn& turn, Thread& sender, WaitWord seen) noexcept;
    void give_bits(Turn& turn, Notification& notification) noexcept;
    void give_bound_bits(Turn& turn, Notification& notification) noexcept;
    void unqueue(Thread& thread, Wait waited) noexcept;
    [[nodiscard]] Thread* take_lost(ThreadQueue<&Thread::waiting>& queue, bool all) noexcept;

    Scheduler* scheduler_;
    SlotViews const* slots_;
    Passage* passage_;
    Threads threads_;
    std::span<Endpoint> endpoints_;
    std::span<Notification> notifications_;
};

} // namespace axiom::kernel

#pragma once
// Thread: what is volatile about a thread, and who may touch it.
//
// A thread that waits does so under a number, which is never used twice. Its `wait` word holds the
// number and what it waits for; whoever ends the wait (a peer, a timeout, its death) first claims
// the thread by changing that word, and only one can:
//
//     (7, receive) ──claim──▶ (7, claimed) ──▶ answer, registers, links ──▶ runnable
//
// So a claimed thread belongs to its claimer, a running one to its CPU, one in a run queue to that
// queue's lock. What a waiting thread asked for was written before its word, and stays.

#include <algorithm>
#include <atomic>

#include <axiom/base/mutant.hpp>

#include <kernel/abi/call.hpp>
#include <kernel/event/slot_views.hpp>
#include <kernel/syslog/call_ring.hpp>
#include <kernel/task/cpu.hpp>

namespace axiom::kernel {

enum class Wait : std::uint8_t {
    idle,        // not started, or ended
    none,        // runs, or may
    claimed,     // somebody ends its wait at this moment
    send,        // for a receiver
    call,        // for a receiver, and then for its reply
    receive,     // for a sender
    reply,       // for a reply to what it called
    fault,       // for a reply about its fault
    signal,      // for a notification's bits
    sleep,       // for time to pass
    budget,      // for its scheduling context's next period
    thread_end,  // for a thread
    process_end, // for a process
    durable,     // for an entry to be on stable storage; `words[0]` is its sequence
    room,        // for room in the log, to give up what `words` say; `by_fault`: to end
};

/// The word: a number and a `Wait`.
struct WaitWord {
    std::uint64_t word{};

    static constexpr WaitWord of(std::uint64_t number, Wait wait) noexcept {
        return {number << 8U | static_cast<std::uint64_t>(wait)};
    }
    [[nodiscard]] constexpr std::uint64_t number() const noexcept { return word >> 8U; }
    [[nodiscard]] constexpr Wait wait() const noexcept { return static_cast<Wait>(word & 0xFFU); }
    friend constexpr bool operator==(WaitWord, WaitWord) noexcept = default;
};

inline constexpr std::uint32_t no_cpu = ~std::uint32_t{0};
inline constexpr std::uint32_t no_thread = ~std::uint32_t{0};
inline constexpr std::uint32_t no_endpoint = ~std::uint32_t{0};

/// A place in one queue at a time, under that queue's lock.
struct QueueLink {
    std::uint32_t next{no_thread};
    std::uint32_t previous{no_thread};
    bool queued{};
};

/// The priority that a thread runs at, how many of those whom it serves lend it theirs, and how
/// often loans have come and gone. In one word, so that none that does meanwhile is overlooked.
struct Standing {
    std::uint64_t word{};

    static constexpr Standing of(std::uint64_t changes, std::uint32_t lenders,
                                 std::uint8_t priority) noexcept {
        return {changes << 32U | std::uint64_t{lenders} << 8U | priority};
    }
    [[nodiscard]] constexpr std::uint64_t changes() const noexcept { return word >> 32U; }
    [[nodiscard]] constexpr std::uint32_t lenders() const noexcept {
        return static_cast<std::uint32_t>(word) >> 8U;
    }
    [[nodiscard]] constexpr std::uint8_t priority() const noexcept { return word & 0xFFU; }
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): grouped by who touches what
struct Thread {
    // ── fixed while the thread lives ───────────────────────────────────────────────────────────
    std::uint32_t index{};
    RowHandle self{};
    RowHandle process{};
    MessageBuffer* buffer{};
    CallerWords caller{}; // how the SysLog names it
    Actor actor{};

    // ── by anybody ─────────────────────────────────────────────────────────────────────────────
    std::atomic<std::uint64_t> wait{};
    std::atomic<bool> ending{};            // to be dropped by whoever next would run it
    std::atomic<std::uint8_t> priority{};  // its own
    std::atomic<std::uint64_t> standing{}; // what it runs at, and how many lend: see `Standing`
    std::atomic<std::uint32_t> context{no_thread}; // its scheduling context's index, or none
    std::atomic<std::uint32_t> signals{no_thread}; // the notification that wakes it, or none
    std::atomic<bool> tells_budget{}; // somebody is to hear that its context's time is used up
    std::atomic<std::uint64_t> told_until_ns{}; // and has heard it of the period that ends then
    std::atomic<std::uint64_t> affinity{~std::uint64_t{0}}; // a CpuSet
    std::atomic<std::uint32_t> cpu{};                       // whose run queue it was in last
    std::atomic<std::uint32_t> server{no_thread};   // whom it lends its priority, or none; of
                                                    // `reply` and `fault`: who received it
    std::atomic<std::uint8_t> lent{};               // and what that one was lent
    std::atomic<std::uint64_t> server_process{};    // of `reply`, `fault`: that one's process
    std::atomic<std::uint32_t> serves{no_endpoint}; // where it received last, or none

    // ── of a message that waits to be sent, or of a wait ───────────────────────────────────────
    SlotView through{}; // the capability, and of the next wait too if the slot is the same
    MessageHead head{};
    std::array<std::uint64_t, message_words> words{};
    ObjectName target{}; // where it queues, or whose end it waits for
    bool by_fault{};     // of a call: the kernel sends it, and no capability is used

    CallMark open{no_call};                      // its call in the SysLog, until it is answered
    std::uint16_t asked{};                       // the number of that call
    CallAnswer answer{};                         // what it is told when it runs again
    QueueLink waiting;                           // an endpoint's or a notification's queue
    QueueLink ready;                             // a run queue
    std::atomic<std::uint32_t> ready_on{no_cpu}; // whose; under that one's lock
    std::uint8_t queued_priority{};

    [[nodiscard]] WaitWord seen() const noexcept { return {wait.load(std::memory_order_acquire)}; }

    [[nodiscard]] std::uint32_t serving() const noexcept {
        return Standing{standing.load(std::memory_order_relaxed)}.lenders();
    }
    [[nodiscard]] std::uint8_t
    effective(std::memory_order order = std::memory_order_relaxed) const noexcept {
        return Standing{standing.load(order)}.priority();
    }

    /// So many more lend, and it runs at what `becomes(Standing)` says. Whether that is another
    /// priority. Each change counts, even one that is none: who looked at the loans before it, and
    /// has not said yet what they come to, looks again.
    template <class Becomes>
    [[gnu::always_inline]] bool restand(std::int32_t lenders, Becomes&& becomes) noexcept {
        Standing before{standing.load(std::memory_order_acquire)};
        Standing after{};
        do {
            after = Standing::of(before.changes() + 1,
                                 before.lenders() + static_cast<std::uint32_t>(lenders),
                                 becomes(before));
        } while (!standing.compare_exchange_weak(before.word, after.word, std::memory_order_seq_cst,
                                                 std::memory_order_acquire));
        return after.priority() != before.priority();
    }

    /// A loan begins, or one that there is becomes as high as this.
    [[gnu::always_inline]] bool borrow(std::uint8_t from, bool is_new = true) noexcept {
        return restand(is_new ? 1 : 0, [from](Standing before) {
            return AXIOM_MUTANT(priority_not_lent) ? before.priority()
                                                   : std::max(before.priority(), from);
        });
    }

    /// A loan ends. `highest()` is the highest of the others, and asked for only if there are some
    /// and none of them need be as high. Whether the thread runs lower now.
    template <class Highest>
    [[gnu::always_inline]] bool give_back(std::uint8_t ended, Highest&& highest) noexcept {
        return restand(-1, [&](Standing before) {
            std::uint8_t const runs_at = before.priority();
            std::uint8_t const own = priority.load(std::memory_order_relaxed);
            if (before.lenders() == 1) {
                return AXIOM_MUTANT(loan_kept) ? runs_at : own;
            }
            bool const was_highest = ended == runs_at && runs_at != own;
            return was_highest && !AXIOM_MUTANT(highest_loan_kept) ? std::max(own, highest())
                                                                   : runs_at;
        });
    }

    /// By the thread's own CPU: it waits from now on.
    std::uint64_t begin_wait(Wait what) noexcept {
        std::uint64_t const number = seen().number() + 1;
        wait.store(WaitWord::of(number, what).word, std::memory_order_release);
        return number;
    }

    /// Whether the caller ends the wait that it has seen, if it was one. Also: starts a thread.
    [[nodiscard]] bool claim(WaitWord seen_word) noexcept {
        bool const waits = seen_word.wait() != Wait::none && seen_word.wait() != Wait::claimed;
        return waits && wait.compare_exchange_strong(
                            seen_word.word, WaitWord::of(seen_word.number(), Wait::claimed).word,
                            std::memory_order_acq_rel);
    }

    /// Both at once, for who readies it before it leaves the kernel: claims it and lets it go on.
    [[nodiscard]] bool end_wait(WaitWord seen_word) noexcept {
        return wait.compare_exchange_strong(seen_word.word,
                                            WaitWord::of(seen_word.number(), Wait::none).word,
                                            std::memory_order_acq_rel);
    }

    /// By the claimer: the thread goes on as `what`, under the same number.
    void become(Wait what) noexcept {
        wait.store(WaitWord::of(seen().number(), what).word, std::memory_order_release);
    }
};

/// Every thread, by the index of its row.
using Threads = std::span<Thread>;

/// First in, first out, through one of a thread's links.
template <QueueLink Thread::* link> class ThreadQueue {
  public:
    [[nodiscard]] bool empty() const noexcept { return first_ == no_thread; }
    [[nodiscard]] std::uint32_t first() const noexcept { return first_; }

    void push_back(Threads threads, Thread& thread) noexcept {
        AXIOM_ASSERT(!(thread.*link).queued);
        thread.*link = {.next = no_thread, .previous = last_, .queued = true};
        (last_ == no_thread ? first_ : (threads[last_].*link).next) = thread.index;
        last_ = thread.index;
    }
    void push_front(Threads threads, Thread& thread) noexcept {
        AXIOM_ASSERT(!(thread.*link).queued);
        thread.*link = {.next = first_, .previous = no_thread, .queued = true};
        (first_ == no_thread ? last_ : (threads[first_].*link).previous) = thread.index;
        first_ = thread.index;
    }
    void pop_front(Threads threads) noexcept {
        Thread& thread = threads[first_];
        AXIOM_ASSERT((thread.*link).queued);
        first_ = (thread.*link).next;
        (first_ == no_thread ? last_ : (threads[first_].*link).previous) = no_thread;
        thread.*link = {};
    }
    void remove(Threads threads, Thread& thread) noexcept {
        QueueLink const at = thread.*link;
        AXIOM_ASSERT(at.queued);
        (at.previous == no_thread ? first_ : (threads[at.previous].*link).next) = at.next;
        (at.next == no_thread ? last_ : (threads[at.next].*link).previous) = at.previous;
        thread.*link = {};
    }

  private:
    std::uint32_t first_{no_thread};
    std::uint32_t last_{no_thread};
};

} // namespace axiom::kernel

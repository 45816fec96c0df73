#pragma once
// Scheduler: which thread runs on which CPU.
//
// Fixed priorities, the highest first; among equals by turns of `slice_ns`. Each CPU has run queues
// of its own, one a priority, under a lock of their own, and its own deadlines, which only it
// touches. A thread whose scheduling context has nothing left waits for the next period; one
// without a context never runs.
//
// No CPU idles beside a thread that may run there. Whoever queues a thread where it must wait tells
// one vacant CPU of it, and a CPU that becomes vacant looks at the others' queues:
//
//   who queues it                             who becomes vacant
//   1. puts it into a queue, with its lock    1. says that it is vacant
//   2. looks who is vacant, and tells one     2. looks into the queues, with their locks
//
// so that one of the two sees the other. Who was told of one thread and runs another passes the
// word on.

#include <array>
#include <bit>

#include <kernel/task/budget.hpp>
#include <kernel/task/deadlines.hpp>
#include <kernel/task/thread.hpp>

namespace axiom::kernel {

inline constexpr std::uint64_t slice_ns = 10'000'000;

/// How many CPUs an idle one asks in one go, till it has asked all; and at how many threads of each
/// it looks. As many are told of in one go.
inline constexpr std::uint32_t pull_cpus_max = 4;
inline constexpr std::uint32_t pull_threads_max = 8;

/// How many threads that may not run are passed by in one go; then the timer comes at once.
inline constexpr std::uint32_t skips_max = 16;

/// What a CPU does until its next event.
struct Decision {
    // Whose registers to load, and its answer if it came in by a call; none: halt.
    std::uint32_t thread{no_thread};
    std::uint64_t timer_ns{}; // when to come back at the latest; `for_ever`
    CpuSet kicks{};           // whom to bring into the kernel soon
};

class Scheduler {
  public:
    Scheduler(Arena& arena, std::uint32_t cpus, std::uint32_t threads,
              std::uint32_t contexts) noexcept;

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t cpus, std::uint32_t threads,
                                               std::uint32_t contexts) noexcept;

    [[nodiscard]] std::uint32_t cpus() const noexcept {
        return static_cast<std::uint32_t>(cpus_.size());
    }
    [[nodiscard]] Threads threads() const noexcept { return threads_; }
    [[nodiscard]] std::uint32_t running(Cpu cpu) const noexcept {
        Thread const* const thread = current(cpu);
        return thread == nullptr ? no_thread : thread->index;
    }
    [[nodiscard]] Thread* current(Cpu cpu) const noexcept {
        return cpus_[cpu.value].current.load(std::memory_order_acquire);
    }
    [[nodiscard]] Budget& budget(std::uint32_t context) noexcept { return budgets_[context]; }
    [[nodiscard]] Budget const& budget(std::uint32_t context) const noexcept {
        return budgets_[context];
    }

    /// What a CPU's next choice rests on, besides its queues. While nothing runs in the kernel.
    struct Standpoint {
        bool choose{};
        std::uint64_t since_ns{};
        std::uint64_t slice_end_ns{};
        Deadlines const* deadlines{};
    };
    [[nodiscard]] Standpoint standpoint(Cpu cpu) const noexcept {
        CpuState const& own = cpus_[cpu.value];
        return {own.choose.load(std::memory_order_relaxed), own.since_ns, own.slice_end_ns,
                &own.deadlines};
    }

    // ── for the CPU itself ─────────────────────────────────────────────────────────────────────

    /// Its thread is about to wait.
    void leave(Cpu cpu, std::uint64_t now_ns) noexcept;

    /// Its thread lets others of the same priority go first.
    void yield(Cpu cpu) noexcept {
        cpus_[cpu.value].yields = true;
        cpus_[cpu.value].choose.store(true, std::memory_order_relaxed);
    }

    void set_deadline(Cpu cpu, Deadline const& deadline) noexcept {
        cpus_[cpu.value].deadlines.set(deadline);
    }
    [[nodiscard]] std::optional<Deadline> take_due(Cpu cpu, std::uint64_t now_ns) noexcept {
        return cpus_[cpu.value].deadlines.take_due(now_ns);
    }

    /// Its thread has ended, and is not its thread any more.
    void drop(Cpu cpu) noexcept {
        set_running(cpus_[cpu.value], nullptr);
        cpus_[cpu.value].choose.store(true, std::memory_order_relaxed);
    }
    void drop_ended(Cpu cpu) noexcept;

    /// Whether its thread has run for all that its context has left. Of one without a context: no.
    [[nodiscard]] bool has_used_up(Cpu cpu, std::uint64_t now_ns) noexcept;

    /// What runs next.
    [[nodiscard]] Decision const& pick(Cpu cpu, std::uint64_t now_ns) noexcept;

    /// The same, when what was picked cannot run after all; the kicks are those of both.
    [[nodiscard]] Decision const& pick_again(Cpu cpu, std::uint64_t now_ns) noexcept {
        CpuState& own = cpus_[cpu.value];
        own.kicks.bits |= own.decision.kicks.bits;
        return pick(cpu, now_ns);
    }

    /// After a call: whether something has changed for this CPU, so that `pick` is to say who runs.
    [[nodiscard]] bool must_choose(Cpu cpu) const noexcept {
        return cpus_[cpu.value].choose.load(std::memory_order_relaxed);
    }

    /// Else this, with what runs here now.
    [[nodiscard]] Decision const& decision(Cpu cpu) const noexcept {
        return cpus_[cpu.value].decision;
    }

    /// Its thread is about to wait, and `next`, which `take()` claims and readies if it can, goes
    /// on in its place: what `leave`, `wake_here` and `pick` would come to, if nobody else here is
    /// to go first, its CPU time is not counted, and neither is that of the thread that leaves.
    /// Else nothing has been done. The timer stays as it was, and comes too early rather than too
    /// late.
    template <class Take>
    [[nodiscard]] bool hand_over(Cpu cpu, std::uint64_t now_ns, Thread& next, std::uint8_t priority,
                                 Take&& take) noexcept;

    // ── for who has claimed a thread ───────────────────────────────────────────────────────────

    /// It may run again, where it ran last if it still may.
    void wake(Cpu by, Thread& thread) noexcept;

    /// The same, here: this CPU's own thread is about to wait for it.
    void wake_here(Cpu by, Thread& thread) noexcept;

    /// It runs at another priority from now on, wherever it is.
    void move(Cpu by, Thread& thread) noexcept;

    /// These are the CPUs where it may run from now on. With the authority lock held, so that it
    /// does not end meanwhile.
    void place(Cpu by, Thread& thread, CpuSet cpus) noexcept;

    /// Its scheduling context is another from now on, or none. With the authority lock held.
    void give_context(Cpu by, Thread& thread, std::uint32_t context) noexcept;

    // ── for the end of a thread, once every CPU has acknowledged it ────────────────────────────

    void forget(Cpu by, Thread& thread) noexcept;

  private:
    struct alignas(64) CpuState {
        SpinLock lock;                      // of the queues, and which of them hold a thread
        bool counts{};                      // whether the running thread's CPU time is counted
        bool yields{};                      // whether it lets others go first
        std::atomic<bool> choose{true};     // what runs, or is queued, is not what it was
        std::atomic<std::uint32_t> level{}; // one more than the running thread's priority; 0: idle
        std::atomic<Thread*> current{};
        std::uint64_t occupied{};
        Decision decision{};
        std::uint64_t since_ns{}; // the running thread has been charged up to here
        std::uint64_t slice_end_ns{};
        CpuSet kicks{};
        std::uint32_t asked{};                          // whom it asked last, counted from itself
        std::uint32_t to_ask{};                         // so many more before it halts
        std::atomic<std::uint32_t> vacancy{not_vacant}; // or the thread that it was told of
        std::array<ThreadQueue<&Thread::ready>, priorities> queues;
        Deadlines deadlines;
    };

    void enqueue(Cpu by, Cpu where, Thread& thread) noexcept;
    void push(CpuState& cpu, Thread& thread, bool at_front) noexcept;
    void take_out(CpuState& cpu, Thread& thread) noexcept;
    void insert(CpuState& cpu, Thread& thread, bool at_front) noexcept;
    void remove(CpuState& cpu, Thread& thread) noexcept;
    template <class Change> void in_its_queue(Thread& thread, Change&& change) noexcept;
    [[nodiscard]] std::uint64_t time_left(Thread const& thread, std::uint64_t now_ns) noexcept;
    [[nodiscard]] bool lacks_time(Thread const& thread, std::uint64_t now_ns) noexcept;
    void charge(CpuState& cpu, std::uint64_t now_ns) noexcept;
    void await_budget(CpuState& cpu, Thread& thread, std::uint64_t now_ns) noexcept;
    [[nodiscard]] bool stays(CpuState const& cpu, Thread const& running,
                             std::uint64_t now_ns) const noexcept;
    [[nodiscard]] Thread* take_ready(CpuState& cpu, std::uint64_t now_ns) noexcept;
    template <class Visit> void look_at_ready(CpuState const& cpu, Visit&& visit) const noexcept;
    [[nodiscard]] Thread* pull(Cpu cpu, bool& again) noexcept;
    [[nodiscard]] Thread* take_told(Cpu cpu, std::uint32_t told) noexcept;
    [[nodiscard]] Thread* seek(Cpu cpu, std::uint64_t now_ns, bool& again) noexcept;
    void tell_vacant(Cpu by, Thread const& thread) noexcept;
    void end_vacancy(Cpu cpu, Thread const& next) noexcept;
    void pass_on(Cpu by, std::uint32_t told, Thread const* next) noexcept;
    void reconsider(Cpu by, Thread const& thread) noexcept;
    void kick(Cpu by, Cpu where) noexcept {
        cpus_[by.value].kicks.insert(where);
        cpus_[by.value].choose.store(true, std::memory_order_relaxed);
    }
    [[nodiscard]] bool counts(Thread const& thread) const noexcept {
        std::uint32_t const context = thread.context.load(std::memory_order_relaxed);
        return context == no_thread || !budgets_[context].is_unlimited();
    }
    void set_running(CpuState& cpu, Thread* next) const noexcept;
    [[nodiscard]] static bool may_run_on(Cpu cpu, Thread const& thread) noexcept {
        return CpuSet{thread.affinity.load(std::memory_order_relaxed)}.contains(cpu) ||
               AXIOM_MUTANT(place_ignored);
    }
    [[nodiscard]] std::uint64_t timer_ns(CpuState const& cpu, Thread const* running,
                                         std::uint64_t now_ns) noexcept;

    // What a CPU's `vacancy` says besides the index of a thread.
    static constexpr std::uint32_t not_vacant = no_thread;
    static constexpr std::uint32_t vacant = no_thread - 1;

    Threads threads_;
    std::span<Budget> budgets_;
    std::span<CpuState> cpus_;
    std::atomic<std::uint64_t> vacant_{}; // a CpuSet: whose `vacancy` is worth a look
};

template <class Take>
bool Scheduler::hand_over(Cpu cpu, std::uint64_t now_ns, Thread& next, std::uint8_t priority,
                          Take&& take) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    CpuState& own = cpus_[cpu.value];
    TryLocked const held{own.lock};
    bool const first =
        held.holds() && (own.occupied >> priority == 0 || AXIOM_MUTANT(quick_past_others));
    bool const may = first && !own.choose.load(relaxed) && !own.counts && may_run_on(cpu, next) &&
                     !counts(next) && !next.ending.load(relaxed);
    if (!may || !take()) [[unlikely]] {
        return false;
    }
    next.cpu.store(cpu.value, relaxed);
    own.current.store(&next, std::memory_order_release);
    own.decision.thread = next.index;
    own.level.store(priority + 1U, relaxed);
    own.since_ns = now_ns;
    own.slice_end_ns = now_ns + slice_ns;
    if (next.effective() != priority) [[unlikely]] { // lent more, or less, meanwhile
        own.choose.store(true, relaxed);
    }
    return true;
}

// Calls `change(CpuState&)` with the lock of the CPU in whose queue the thread is, if it is in one.
template <class Change> void Scheduler::in_its_queue(Thread& thread, Change&& change) noexcept {
    std::uint32_t const where = thread.ready_on.load();
    if (where == no_cpu) {
        return;
    }
    Locked const held{cpus_[where].lock};
    if (thread.ready_on.load(std::memory_order_relaxed) == where) {
        change(cpus_[where]);
    }
}

// Calls `visit(Thread&)` for a few, the highest first, until it says true; with the lock held.
template <class Visit>
void Scheduler::look_at_ready(CpuState const& cpu, Visit&& visit) const noexcept {
    std::uint32_t looked = 0;
    for (std::uint64_t left = cpu.occupied; left != 0 && looked < pull_threads_max;) {
        auto const top = static_cast<std::size_t>(std::bit_width(left)) - 1;
        left &= ~(std::uint64_t{1} << top);
        for (std::uint32_t at = cpu.queues[top].first();
             at != no_thread && looked < pull_threads_max; at = threads_[at].ready.next, ++looked) {
            if (visit(threads_[at])) {
                return;
            }
        }
    }
}

} // namespace axiom::kernel

#pragma once
// Scheduler: which thread runs on which CPU.
//
// Fixed priorities, the highest first; among equals by turns of `slice_ns`. Each CPU has run queues
// of its own, one a priority, under a lock of their own, and its own deadlines, which only it
// touches. An idle CPU looks at few others and takes over what may run there. A thread whose
// scheduling context has nothing left waits for the next period; one without a context never runs.

#include <array>

#include <kernel/task/budget.hpp>
#include <kernel/task/deadlines.hpp>
#include <kernel/task/thread.hpp>

namespace axiom::kernel {

inline constexpr std::uint64_t slice_ns = 10'000'000;

/// How many CPUs an idle one asks, and at how many threads of each it looks.
inline constexpr std::uint32_t pull_cpus_max = 4;
inline constexpr std::uint32_t pull_threads_max = 8;

/// How many threads that may not run are passed by in one go; then the timer comes at once.
inline constexpr std::uint32_t skips_max = 16;

/// What a CPU does until its next event.
struct Decision {
    std::uint32_t thread{no_thread}; // whose registers to load, with its answer; none: halt
    std::uint64_t timer_ns{};        // when to come back at the latest; `for_ever`
    CpuSet kicks{};                  // whom to bring into the kernel soon
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
    void yield(Cpu cpu) noexcept { cpus_[cpu.value].yields = true; }

    void set_deadline(Cpu cpu, Deadline const& deadline) noexcept {
        cpus_[cpu.value].deadlines.set(deadline);
    }
    [[nodiscard]] std::optional<Deadline> take_due(Cpu cpu, std::uint64_t now_ns) noexcept {
        return cpus_[cpu.value].deadlines.take_due(now_ns);
    }

    /// Its thread has ended, and is not its thread any more.
    void drop(Cpu cpu) noexcept { set_running(cpus_[cpu.value], nullptr); }
    void drop_ended(Cpu cpu) noexcept;

    /// What runs next.
    [[nodiscard]] Decision pick(Cpu cpu, std::uint64_t now_ns) noexcept;

    /// The same, after a call: if nothing has changed for this CPU, its thread goes on.
    [[nodiscard]] Decision go_on(Cpu cpu, std::uint64_t now_ns) noexcept {
        CpuState const& own = cpus_[cpu.value];
        std::uint32_t const current = own.current.load(std::memory_order_relaxed);
        bool const choose = current == no_thread || own.choose.load(std::memory_order_relaxed) ||
                            own.yields || own.kicks.bits != 0 || threads_[current].ending.load();
        return choose ? pick(cpu, now_ns) : Decision{current, own.timer_ns, {}};
    }

    // ── for who has claimed a thread ───────────────────────────────────────────────────────────

    /// It may run again, where it ran last if it still may.
    void wake(Cpu by, Thread& thread) noexcept;

    /// The same, here: this CPU's own thread is about to wait for it.
    void wake_here(Cpu by, Thread& thread) noexcept;

    /// It runs at a lower priority from now on, wherever it is.
    void lower(Cpu by, Thread& thread) noexcept;

    /// Its scheduling context is another from now on.
    void reconsider(Cpu by, Thread const& thread) noexcept;

    // ── for the end of a thread, once every CPU has acknowledged it ────────────────────────────

    void forget(Thread& thread) noexcept;

  private:
    struct alignas(64) CpuState {
        SpinLock lock;            // of the two below
        std::uint64_t occupied{}; // which queues hold a thread
        std::array<ThreadQueue<&Thread::ready>, priorities> queues;
        std::atomic<std::uint32_t> current{no_thread};
        std::atomic<std::uint32_t> level{}; // one more than the running thread's priority; 0: idle
        std::atomic<bool> choose{};         // a thread was queued here, or the running one changed
        std::uint64_t timer_ns{};           // of the last choice
        std::uint64_t since_ns{};           // the running thread has been charged up to here
        std::uint64_t slice_end_ns{};
        std::uint32_t asked{}; // whom it asked last, counted from itself
        bool yields{};
        CpuSet kicks{};
        Deadlines deadlines;
    };

    void enqueue(Cpu by, Cpu where, Thread& thread) noexcept;
    void insert(CpuState& cpu, Thread& thread, bool at_front) noexcept;
    void remove(CpuState& cpu, Thread& thread) noexcept;
    template <class Change> void in_its_queue(Thread& thread, Change&& change) noexcept;
    [[nodiscard]] std::uint64_t time_left(Thread const& thread, std::uint64_t now_ns) noexcept;
    void charge(CpuState& cpu, std::uint64_t now_ns) noexcept;
    void await_budget(CpuState& cpu, Thread& thread) noexcept;
    [[nodiscard]] bool stays(CpuState const& cpu, Thread const& running,
                             std::uint64_t now_ns) const noexcept;
    [[nodiscard]] Thread* take_ready(CpuState& cpu, std::uint64_t now_ns) noexcept;
    [[nodiscard]] Thread* pull(Cpu cpu) noexcept;
    static void set_running(CpuState& cpu, Thread const* next) noexcept;
    [[nodiscard]] std::uint64_t timer_ns(CpuState const& cpu, Thread const* running,
                                         std::uint64_t now_ns) noexcept;

    Threads threads_;
    std::span<Budget> budgets_;
    std::span<CpuState> cpus_;
};

} // namespace axiom::kernel

// Run queues, turns and budgets; see kernel/task/scheduler.hpp.

#include <kernel/task/scheduler.hpp>

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Scheduler::Scheduler(Arena& arena, std::uint32_t cpus, std::uint32_t threads,
                     std::uint32_t contexts) noexcept
    : threads_{arena.make<Thread>(threads)}, budgets_{arena.make<Budget>(contexts)},
      cpus_{arena.make<CpuState>(cpus)} {
    AXIOM_ASSERT(cpus != 0 && cpus <= cpus_max);
    for (CpuState& cpu : cpus_) {
        cpu.deadlines = Deadlines{arena, threads};
    }
    for (std::uint32_t index = 0; index < threads; ++index) {
        threads_[index].index = index;
    }
}

std::size_t Scheduler::bytes_for(std::uint32_t cpus, std::uint32_t threads,
                                 std::uint32_t contexts) noexcept {
    return Arena::bytes_for<Thread>(threads) + Arena::bytes_for<Budget>(contexts) +
           Arena::bytes_for<CpuState>(cpus) + cpus * Deadlines::bytes_for(threads);
}

// ── run queues ─────────────────────────────────────────────────────────────────────────────────

void Scheduler::push(CpuState& cpu, Thread& thread, bool at_front) noexcept {
    thread.queued_priority = thread.effective();
    auto& queue = cpu.queues[thread.queued_priority];
    if (at_front) {
        queue.push_front(threads_, thread);
    } else {
        queue.push_back(threads_, thread);
    }
    cpu.occupied |= std::uint64_t{1} << thread.queued_priority;
}

void Scheduler::take_out(CpuState& cpu, Thread& thread) noexcept {
    auto& queue = cpu.queues[thread.queued_priority];
    queue.remove(threads_, thread);
    if (queue.empty()) {
        cpu.occupied &= ~(std::uint64_t{1} << thread.queued_priority);
    }
}

// Either this sees a priority that changes at this moment, or `move` sees where the thread is.
void Scheduler::insert(CpuState& cpu, Thread& thread, bool at_front) noexcept {
    push(cpu, thread, at_front);
    thread.ready_on.store(static_cast<std::uint32_t>(&cpu - cpus_.data()));
    if (thread.effective(std::memory_order_seq_cst) != thread.queued_priority) {
        take_out(cpu, thread);
        push(cpu, thread, at_front);
    }
}

void Scheduler::remove(CpuState& cpu, Thread& thread) noexcept {
    take_out(cpu, thread);
    thread.ready_on.store(no_cpu, std::memory_order_release);
}

void Scheduler::enqueue(Cpu by, Cpu where, Thread& thread) noexcept {
    CpuState& cpu = cpus_[where.value];
    bool higher = false;
    {
        Locked const held{cpu.lock};
        // First where it is: `forget` looks there, and waits for this lock, as soon as it is ready.
        thread.cpu.store(where.value, std::memory_order_relaxed);
        thread.become(Wait::none);
        if (!AXIOM_MUTANT(wake_lost)) {
            insert(cpu, thread, false);
        }
        cpu.choose.store(true, std::memory_order_relaxed);
        higher = thread.queued_priority + 1U > cpu.level.load(std::memory_order_relaxed);
    }
    if (by == where) {
        return; // `pick` tells of whoever stays in the queue
    }
    if (higher) {
        kick(by, where);
    } else {
        tell_vacant(by, thread);
    }
}

void Scheduler::wake(Cpu by, Thread& thread) noexcept {
    CpuSet const allowed{thread.affinity.load(std::memory_order_relaxed)};
    Cpu const last{thread.cpu.load(std::memory_order_relaxed)};
    Cpu const lowest{static_cast<std::uint32_t>(std::countr_zero(allowed.bits))};
    enqueue(by, allowed.contains(last) ? last : lowest, thread);
}

void Scheduler::wake_here(Cpu by, Thread& thread) noexcept {
    if (may_run_on(by, thread)) {
        enqueue(by, by, thread);
    } else {
        wake(by, thread);
    }
}

// Whoever queues it at this moment, or takes it out, looks at its priority after this.
void Scheduler::move(Cpu by, Thread& thread) noexcept {
    std::optional<Cpu> higher{};
    in_its_queue(thread, [&](CpuState& cpu) {
        remove(cpu, thread);
        insert(cpu, thread, false);
        cpu.choose.store(true, std::memory_order_relaxed);
        if (thread.queued_priority + 1U > cpu.level.load(std::memory_order_relaxed)) {
            higher = Cpu{static_cast<std::uint32_t>(&cpu - cpus_.data())};
        }
    });
    if (higher && *higher != by) {
        kick(by, *higher);
    }
    reconsider(by, thread); // it may run, and others go first now
}

// Who queues it at this very moment may have looked before: then it moves when its turn comes.
void Scheduler::place(Cpu by, Thread& thread, CpuSet cpus) noexcept {
    thread.affinity.store(cpus.bits);
    bool moves = false;
    in_its_queue(thread, [&](CpuState& cpu) {
        Cpu const where{static_cast<std::uint32_t>(&cpu - cpus_.data())};
        if (!may_run_on(where, thread) && !AXIOM_MUTANT(ready_not_moved)) {
            remove(cpu, thread);
            moves = true;
        }
    });
    if (moves) {
        wake(by, thread);
    } else {
        reconsider(by, thread); // if it runs where it may not, it goes
    }
}

// What runs on a context that is counted from now on has been told of no end of its time.
void Scheduler::give_context(Cpu by, Thread& thread, std::uint32_t context) noexcept {
    std::uint32_t const before = thread.context.exchange(context);
    if (before != no_thread) {
        static_cast<void>(budgets_[before].share(-1));
    }
    if (context != no_thread && budgets_[context].share(1)) {
        for (Thread const& other : threads_) {
            if (other.context.load(std::memory_order_relaxed) == context) {
                reconsider(by, other);
            }
        }
    } else {
        reconsider(by, thread);
    }
}

void Scheduler::reconsider(Cpu by, Thread const& thread) noexcept {
    Cpu const where{thread.cpu.load(std::memory_order_relaxed)};
    if (running(where) == thread.index) {
        cpus_[where.value].choose.store(true, std::memory_order_relaxed);
        if (by != where) {
            kick(by, where);
        }
    } else if (thread.ready_on.load(std::memory_order_acquire) != no_cpu) {
        tell_vacant(by, thread);
    }
}

// The lock is taken even if the thread is in no queue: its CPU may just have taken it out, and is
// about to see that it has ended.
void Scheduler::forget(Cpu by, Thread& thread) noexcept {
    {
        CpuState& cpu = cpus_[thread.cpu.load(std::memory_order_relaxed)];
        Locked const held{cpu.lock};
        if (thread.ready.queued) {
            remove(cpu, thread);
        }
    }
    give_context(by, thread, no_thread);
}

// ── time ───────────────────────────────────────────────────────────────────────────────────────

std::uint64_t Scheduler::time_left(Thread const& thread, std::uint64_t now_ns) noexcept {
    std::uint32_t const context = thread.context.load(std::memory_order_relaxed);
    return context == no_thread ? 0 : budgets_[context].left_ns(now_ns);
}

// One whose budget somebody is to hear of is chosen all the same, once a period, and then told of.
bool Scheduler::lacks_time(Thread const& thread, std::uint64_t now_ns) noexcept {
    std::uint32_t const context = thread.context.load(std::memory_order_relaxed);
    if (time_left(thread, now_ns) != 0) {
        return false;
    }
    return context == no_thread || !thread.tells_budget.load(std::memory_order_relaxed) ||
           thread.told_until_ns.load(std::memory_order_relaxed) ==
               budgets_[context].period_end_ns();
}

bool Scheduler::has_used_up(Cpu cpu, std::uint64_t now_ns) noexcept {
    CpuState& own = cpus_[cpu.value];
    Thread const& thread = *own.current.load(std::memory_order_relaxed);
    bool const has_one = thread.context.load(std::memory_order_relaxed) != no_thread;
    if (!own.counts || !has_one) {
        return false;
    }
    charge(own, now_ns);
    return time_left(thread, now_ns) == 0;
}

void Scheduler::charge(CpuState& cpu, std::uint64_t now_ns) noexcept {
    Thread const& thread = *cpu.current.load(std::memory_order_relaxed);
    std::uint32_t const context = thread.context.load(std::memory_order_relaxed);
    if (context != no_thread && now_ns > cpu.since_ns && !AXIOM_MUTANT(time_not_charged)) {
        budgets_[context].charge(now_ns - cpu.since_ns);
    }
    cpu.since_ns = now_ns;
}

void Scheduler::leave(Cpu cpu, std::uint64_t now_ns) noexcept {
    CpuState& own = cpus_[cpu.value];
    charge(own, now_ns);
    set_running(own, nullptr);
    own.yields = false;
    own.choose.store(true, std::memory_order_relaxed);
}

void Scheduler::drop_ended(Cpu cpu) noexcept {
    Thread const* const thread = current(cpu);
    if (thread != nullptr && thread->ending.load()) {
        drop(cpu);
    }
}

// Its next period is a time to wait for like any other; a thread that has no context is woken when
// it is given one.
void Scheduler::await_budget(CpuState& cpu, Thread& thread, std::uint64_t now_ns) noexcept {
    std::uint64_t const number = thread.begin_wait(Wait::budget);
    // Either this CPU sees a context that is bound at this moment, or its binder sees the wait.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::uint32_t const context = thread.context.load(std::memory_order_relaxed);
    if (context != no_thread) { // another CPU may have begun the next period meanwhile
        Budget::Left const left = budgets_[context].left(now_ns);
        cpu.deadlines.set({.at_ns = left.ns != 0 ? now_ns : left.until_ns,
                           .number = number,
                           .thread = thread.index});
    }
}

// When the next wait is over, or the running thread's turn or its budget.
std::uint64_t Scheduler::timer_ns(CpuState const& cpu, Thread const* running,
                                  std::uint64_t now_ns) noexcept {
    std::uint64_t const waits = cpu.deadlines.next_ns();
    if (running == nullptr) {
        return waits;
    }
    std::uint64_t const left = time_left(*running, now_ns);
    std::uint64_t const spent = left < for_ever - now_ns ? now_ns + left : for_ever;
    return std::min({waits, cpu.slice_end_ns, spent});
}

// ── choosing ───────────────────────────────────────────────────────────────────────────────────

bool Scheduler::stays(CpuState const& cpu, Thread const& running,
                      std::uint64_t now_ns) const noexcept {
    std::uint32_t const own = running.effective();
    std::uint64_t const others = cpu.occupied >> own; // bit 0: equals; above it: higher ones
    bool const turn_is_over = cpu.yields || now_ns >= cpu.slice_end_ns;
    return others == 0 || (others == 1 && !turn_is_over);
}

// The next that may run, with the lock held.
Thread* Scheduler::take_ready(CpuState& cpu, std::uint64_t now_ns) noexcept {
    for (std::uint32_t skips = 0; skips < skips_max && cpu.occupied != 0; ++skips) {
        auto const top = static_cast<std::size_t>(std::bit_width(cpu.occupied)) - 1;
        Thread& thread = threads_[cpu.queues[top].first()];
        remove(cpu, thread);
        if (thread.ending.load()) {
            continue;
        }
        if (thread.effective() < thread.queued_priority) { // lowered while it was being queued
            insert(cpu, thread, false);
            continue;
        }
        if (lacks_time(thread, now_ns)) {
            await_budget(cpu, thread, now_ns);
            continue;
        }
        return &thread;
    }
    return nullptr;
}

void Scheduler::set_running(CpuState& cpu, Thread* next) const noexcept {
    cpu.counts = next != nullptr && counts(*next);
    cpu.current.store(next, std::memory_order_release);
    cpu.level.store(next == nullptr ? 0 : next->effective() + 1U, std::memory_order_relaxed);
}

Decision const& Scheduler::pick(Cpu cpu, std::uint64_t now_ns) noexcept {
    CpuState& own = cpus_[cpu.value];
    own.choose.store(false, std::memory_order_relaxed); // before the queues are looked at
    drop_ended(cpu);
    Thread const* const before = current(cpu);
    Thread* next = current(cpu);
    if (next != nullptr) {
        charge(own, now_ns);
        if (time_left(*next, now_ns) == 0) {
            leave(cpu, now_ns);
            await_budget(own, *next, now_ns);
            next = nullptr;
        } else if (!may_run_on(cpu, *next)) {
            leave(cpu, now_ns);
            wake(cpu, *next);
            next = nullptr;
        }
    }
    Thread* elsewhere = nullptr; // chosen here, and placed on other CPUs meanwhile
    bool const turn_is_over = own.yields || now_ns >= own.slice_end_ns;
    bool skipped_some = false;
    {
        Locked const held{own.lock};
        if (next == nullptr || !stays(own, *next, now_ns)) {
            if (next != nullptr) { // whose turn is not over goes first among its equals
                insert(own, *next, !turn_is_over);
            }
            next = take_ready(own, now_ns);
            if (next != nullptr && !may_run_on(cpu, *next)) {
                elsewhere = std::exchange(next, nullptr);
            }
            skipped_some = next == nullptr && own.occupied != 0;
        }
        set_running(own, next); // under the lock: whoever adds a thread compares with it
        if (own.occupied != 0 && vacant_.load(std::memory_order_relaxed) != 0) {
            look_at_ready(own, [&](Thread& waiting) {
                tell_vacant(cpu, waiting);
                return false;
            });
        }
    }
    if (elsewhere != nullptr) {
        wake(cpu, *elsewhere);
    }
    bool again = skipped_some || elsewhere != nullptr; // at once: that may be placed here again
    if (next == nullptr && !skipped_some && cpus() > 1) {
        next = seek(cpu, now_ns, again);
    } else if (next != nullptr && own.vacancy.load(std::memory_order_relaxed) != not_vacant) {
        end_vacancy(cpu, *next);
    }
    if (next != nullptr && (next != before || turn_is_over)) {
        own.slice_end_ns = now_ns + slice_ns;
    }
    own.since_ns = now_ns;
    own.yields = false;
    own.decision = {.thread = next == nullptr ? no_thread : next->index,
                    .timer_ns = again ? now_ns : timer_ns(own, next, now_ns),
                    .kicks = std::exchange(own.kicks, {})};
    if (own.decision.kicks.bits != 0) { // to be told once
        own.choose.store(true, std::memory_order_relaxed);
    }
    return own.decision;
}

} // namespace axiom::kernel

// How vacant CPUs and threads that wait for one come together; see kernel/task/scheduler.hpp.

#include <kernel/task/scheduler.hpp>

#include <algorithm>
#include <bit>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

// By a CPU that queued the thread, after that. The first that can be told is: which of two that
// tell at once does so the word of that CPU decides.
void Scheduler::tell_vacant(Cpu by, Thread const& thread) noexcept {
    std::uint64_t left = vacant_.load(std::memory_order_relaxed) &
                         thread.affinity.load(std::memory_order_relaxed) &
                         ~(std::uint64_t{1} << by.value);
    while (left != 0 && !AXIOM_MUTANT(vacant_not_told)) {
        Cpu const there{static_cast<std::uint32_t>(std::countr_zero(left))};
        std::uint32_t is_vacant = vacant;
        if (cpus_[there.value].vacancy.compare_exchange_strong(is_vacant, thread.index,
                                                               std::memory_order_acq_rel)) {
            kick(by, there);
            return;
        }
        left &= left - 1;
    }
}

// It runs `next` now. Only the CPU itself changes its bit.
void Scheduler::end_vacancy(Cpu cpu, Thread const& next) noexcept {
    vacant_.fetch_and(~(std::uint64_t{1} << cpu.value), std::memory_order_relaxed);
    pass_on(cpu, cpus_[cpu.value].vacancy.exchange(not_vacant, std::memory_order_acq_rel), &next);
}

// What it was told of may still wait, and another be vacant.
void Scheduler::pass_on(Cpu by, std::uint32_t told, Thread const* next) noexcept {
    if (told < vacant && (next == nullptr || next->index != told) && !AXIOM_MUTANT(word_kept)) {
        Thread& thread = threads_[told];
        in_its_queue(thread, [&](CpuState&) {
            if (!thread.ending.load()) {
                tell_vacant(by, thread);
            }
        });
    }
}

// Nothing is ready here.
Thread* Scheduler::seek(Cpu cpu, std::uint64_t now_ns, bool& again) noexcept {
    CpuState& own = cpus_[cpu.value];
    std::uint32_t const told = own.vacancy.exchange(vacant, std::memory_order_acq_rel);
    if (told == not_vacant) {
        vacant_.fetch_or(std::uint64_t{1} << cpu.value, std::memory_order_relaxed);
    }
    if (told != vacant || own.to_ask == 0) {
        own.to_ask = cpus() - 1;
    }
    Thread* next = told < vacant ? take_told(cpu, told) : nullptr;
    if (next == nullptr) {
        next = pull(cpu, again);
    }
    if (next != nullptr && lacks_time(*next, now_ns)) {
        await_budget(own, *next, now_ns);
        next = nullptr;
        again = true; // others may wait there
    }
    set_running(own, next);
    if (next != nullptr) {
        end_vacancy(cpu, *next);
    }
    pass_on(cpu, told, next);
    return next;
}

Thread* Scheduler::take_told(Cpu cpu, std::uint32_t told) noexcept {
    Thread& thread = threads_[told];
    Thread* taken = nullptr;
    in_its_queue(thread, [&](CpuState& other) {
        if (may_run_on(cpu, thread) && !thread.ending.load()) {
            remove(other, thread);
            thread.cpu.store(cpu.value, std::memory_order_relaxed);
            taken = &thread;
        }
    });
    return taken;
}

// One of a few others' threads, if it may run here. Nobody is waited for, and the next time it goes
// on from there.
Thread* Scheduler::pull(Cpu cpu, bool& again) noexcept {
    CpuState& own = cpus_[cpu.value];
    for (std::uint32_t count = 0; count < pull_cpus_max && own.to_ask != 0; ++count) {
        own.asked = own.asked % (cpus() - 1) + 1; // [1, cpus)
        CpuState& other = cpus_[(cpu.value + own.asked) % cpus()];
        if (!other.lock.try_lock()) {
            own.to_ask = cpus() - 1;
            continue;
        }
        --own.to_ask;
        Thread* found = nullptr;
        look_at_ready(other, [&](Thread& thread) {
            bool const fits = may_run_on(cpu, thread) && !thread.ending.load();
            found = fits ? &thread : nullptr;
            return fits;
        });
        if (found != nullptr) {
            remove(other, *found);
            found->cpu.store(cpu.value, std::memory_order_relaxed);
        }
        other.lock.unlock();
        if (found != nullptr) {
            own.to_ask = 0;
            return found;
        }
    }
    again = again || own.to_ask != 0;
    return nullptr;
}

} // namespace axiom::kernel

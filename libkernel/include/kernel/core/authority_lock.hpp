#pragma once
// AuthorityLock: one change of authority at a time, and what its holder may ask of other CPUs.
//
// What goes must be gone everywhere before its place is used again: another CPU may be about to act
// on a capability that it has looked up, or run a thread that has ended. So whoever took something
// away waits until every other CPU has acknowledged, by leaving the kernel or by a call to
// `acknowledge` when it is brought in. A CPU that waits for this very lock has acknowledged: it
// looks everything up again once it has it.
//
//     holder   take away ─ look at each CPU's count ─ stop them ─ wait until each count moved
//     other    … in the kernel … out: count + 1        (or, outside: brought in: count + 1)
//
// What it knows of page tables a CPU forgets only when it is brought in. Where a mapping went it is
// that count which has to move; who waits for the lock forgets before it runs a thread again.

#include <axiom/base/mutant.hpp>

#include <kernel/task/cpu.hpp>
#include <kernel/task/thread.hpp>

namespace axiom::kernel {

class AuthorityLock {
  public:
    AuthorityLock(Arena& arena, std::uint32_t cpus) noexcept : cpus_{arena.make<CpuCount>(cpus)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t cpus) noexcept {
        return Arena::bytes_for<CpuCount>(cpus);
    }

    void lock(Cpu cpu) noexcept {
        if (!lock_.try_lock()) {
            cpus_[cpu.value].waits.store(true);
            lock_.lock();
            cpus_[cpu.value].waits.store(false);
        }
    }
    void unlock() noexcept { lock_.unlock(); }

    /// By a CPU that leaves the kernel.
    void leave(Cpu cpu) noexcept { count(cpus_[cpu.value].passed); }

    /// By one that was brought in, and has forgotten what it knew of page tables.
    void acknowledge(Cpu cpu) noexcept {
        count(cpus_[cpu.value].forgot);
        count(cpus_[cpu.value].passed);
    }

    enum class Until : std::uint8_t { passed, forgot };

    /// By the holder: calls `stop(CpuSet)`, and returns when each other CPU has acknowledged and
    /// `is_done(Cpu)` holds of it.
    template <class Stop, class IsDone>
    void await_others(Cpu self, Until until, Stop&& stop, IsDone&& is_done) noexcept {
        if (cpus_.size() == 1) {
            return;
        }
        bool const forgot = until == Until::forgot && !AXIOM_MUTANT(leaving_forgets);
        auto const count_of = [&](CpuCount const& cpu) {
            return (forgot ? cpu.forgot : cpu.passed).load(std::memory_order_acquire);
        };
        for (CpuCount& cpu : cpus_) {
            cpu.seen = count_of(cpu);
        }
        CpuSet others = CpuSet::first(static_cast<std::uint32_t>(cpus_.size()));
        others.bits &= ~(std::uint64_t{1} << self.value);
        stop(others);
        for (std::uint32_t index = 0; index < cpus_.size(); ++index) {
            CpuCount const& cpu = cpus_[index];
            auto const acknowledged = [&] {
                return cpu.waits.load() || AXIOM_MUTANT(stop_not_awaited) ||
                       (count_of(cpu) != cpu.seen && is_done(Cpu{index}));
            };
            while (index != self.value && !acknowledged()) {
                axiom_relax();
            }
        }
    }

  private:
    struct alignas(64) CpuCount {
        std::atomic<std::uint64_t> passed{};
        std::atomic<std::uint64_t> forgot{};
        std::atomic<bool> waits{};
        std::uint64_t seen{}; // the holder's
    };

    static void count(std::atomic<std::uint64_t>& own) noexcept { // which only its CPU changes
        own.store(own.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    SpinLock lock_;
    std::span<CpuCount> cpus_;
};

} // namespace axiom::kernel

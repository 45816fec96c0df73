#pragma once
// Signal: threads that hold a mutex wait, with it free, for something that another announces.
//
// What is raised after a waiter let the mutex go is not missed: the waiter sleeps only while the
// word is what it was then.
//
//     wait        word n ─ asleep ───────────────── n + 1
//     wait_awake  word n ─ asleep ─── from, awake ─ n + 1     no wake-up to pay for: a thread on a
//                                                             CPU that was halted wakes in up to
//                                                             a tenth of a millisecond

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace axiom::host {

class Signal {
  public:
    using Clock = std::chrono::steady_clock;

    /// Wakes everybody who waits. Best without the mutex, which they take next.
    void raise() noexcept;

    /// Returns, with the mutex held again, when the signal was raised since the call.
    void wait(std::unique_lock<std::mutex>& held) noexcept;

    /// The same, for who has an idea when that will be: asleep before `from`, then looking at each
    /// turn that the scheduler gives, and from `until` on asleep again.
    void wait_awake(std::unique_lock<std::mutex>& held, Clock::time_point from,
                    Clock::time_point until) noexcept;

  private:
    void sleep(std::uint32_t seen, Clock::time_point const* until) noexcept;

    [[nodiscard]] bool is(std::uint32_t seen) const noexcept {
        return raised_.load(std::memory_order_acquire) == seen;
    }

    std::atomic<std::uint32_t> raised_{};
    std::atomic<std::uint32_t> asleep_{};
};

} // namespace axiom::host

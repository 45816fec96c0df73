#pragma once
// Signal: threads that hold a mutex wait, with it free, for something that another announces.
//
// What is raised after a waiter let the mutex go is not missed. Nobody spins: a CPU that spins is
// one on which the device's interrupt cannot wake the thread that waits for a flush, and an idle
// one is polled for a while by the kernel of a virtual machine before it halts.

#include <atomic>
#include <cstdint>
#include <mutex>

namespace axiom::host {

class Signal {
  public:
    /// Wakes everybody who waits. Best without the mutex, which they take next.
    void raise() noexcept {
        raised_.fetch_add(1, std::memory_order_release);
        raised_.notify_all();
    }

    /// Returns, with the mutex held again, when the signal was raised since the call.
    void wait(std::unique_lock<std::mutex>& held) {
        std::uint32_t const seen = raised_.load(std::memory_order_relaxed);
        held.unlock();
        raised_.wait(seen, std::memory_order_acquire);
        held.lock();
    }

  private:
    std::atomic<std::uint32_t> raised_{};
};

} // namespace axiom::host

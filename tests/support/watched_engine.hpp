#pragma once
// Threads met in the middle of their work: a hash engine that does something first, and an event
// that one thread waits for and another makes happen.

#include <chrono>
#include <functional>
#include <semaphore>

#include <axiom/port/hash_engine.hpp>

namespace axiom::test {

/// The portable engine. A thread that hashes for a block does `before_hashing` first.
[[nodiscard]] HashEngine watched_engine();

/// Done once; each thread sets its own.
extern thread_local std::function<void()> before_hashing;

class Event {
  public:
    void happen() { semaphore_.release(); }

    /// False after far too long.
    [[nodiscard]] bool wait() { return semaphore_.try_acquire_for(std::chrono::minutes{1}); }
    [[nodiscard]] bool wait(std::chrono::milliseconds at_most) {
        return semaphore_.try_acquire_for(at_most);
    }

  private:
    std::binary_semaphore semaphore_{0};
};

} // namespace axiom::test

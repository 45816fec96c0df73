// Waiting by futex; see sim-host/log/signal.hpp.

#include <sim-host/log/signal.hpp>

#include <climits>
#include <ctime>

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace axiom::host {

namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

// The deadline is one of CLOCK_MONOTONIC, which is what the steady clock reads.
timespec timespec_of(Signal::Clock::time_point time) noexcept {
    auto const since = time.time_since_epoch();
    auto const seconds = std::chrono::floor<std::chrono::seconds>(since);
    auto const rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds);
    return {.tv_sec = seconds.count(), .tv_nsec = rest.count()};
}

} // namespace

// 1. the word changes, 2. sleepers are looked for; a sleeper 1. counts itself, 2. sleeps only if
// the word has not changed. Whoever comes second of the two sees the other.
void Signal::raise() noexcept {
    raised_.fetch_add(1);
    if (asleep_.load() != 0) {
        ::syscall(SYS_futex, &raised_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
    }
}

void Signal::wait(std::unique_lock<std::mutex>& held) noexcept {
    std::uint32_t const seen = raised_.load(std::memory_order_relaxed);
    held.unlock();
    while (is(seen)) {
        sleep(seen, nullptr);
    }
    held.lock();
}

void Signal::wait_awake(std::unique_lock<std::mutex>& held, Clock::time_point from,
                        Clock::time_point until) noexcept {
    std::uint32_t const seen = raised_.load(std::memory_order_relaxed);
    held.unlock();
    while (is(seen) && Clock::now() < from) {
        sleep(seen, &from);
    }
    while (is(seen) && Clock::now() < until) {
        ::sched_yield();
    }
    while (is(seen)) {
        sleep(seen, nullptr);
    }
    held.lock();
}

// May wake for no reason: every caller looks again.
void Signal::sleep(std::uint32_t seen, Clock::time_point const* until) noexcept {
    timespec const deadline = until != nullptr ? timespec_of(*until) : timespec{};
    asleep_.fetch_add(1);
    ::syscall(SYS_futex, &raised_, FUTEX_WAIT_BITSET_PRIVATE, seen,
              until != nullptr ? &deadline : nullptr, nullptr, FUTEX_BITSET_MATCH_ANY);
    asleep_.fetch_sub(1);
}

} // namespace axiom::host

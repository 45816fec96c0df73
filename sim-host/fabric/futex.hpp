#pragma once
// Futexes: sleeping until a word of memory changes, also one that another process writes.

#include <atomic>
#include <cstdint>
#include <span>

namespace axiom::host {

/// A word, and the value at which to sleep.
struct SleepOn {
    std::atomic<std::uint32_t> const* word{};
    std::uint32_t while_it_is{};
};

/// On the clock of `monotonic_ns`.
inline constexpr std::uint64_t no_deadline = ~std::uint64_t{0};

/// Sleeps while every word is as given, until the deadline at the latest. May return early.
void futex_sleep(std::span<SleepOn const> words, std::uint64_t deadline_ns) noexcept;

/// Wakes everybody who sleeps on the word.
void futex_wake(std::atomic<std::uint32_t>& word) noexcept;

/// The host's clock that never goes back, in nanoseconds.
[[nodiscard]] std::uint64_t monotonic_ns() noexcept;

} // namespace axiom::host

#include <sim-host/fabric/futex.hpp>

#include <algorithm>
#include <array>
#include <climits>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace axiom::host {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::size_t words_max = 2;

timespec timespec_of(std::uint64_t ns) noexcept {
    return {.tv_sec = static_cast<time_t>(ns / ns_per_s),
            .tv_nsec = static_cast<long>(ns % ns_per_s)};
}

} // namespace

void futex_sleep(std::span<SleepOn const> words, std::uint64_t deadline_ns) noexcept {
    std::array<futex_waitv, words_max> waiters{};
    std::size_t const count = std::min(words.size(), words_max);
    for (std::size_t index = 0; index < count; ++index) {
        waiters[index].val = words[index].while_it_is;
        waiters[index].uaddr = reinterpret_cast<std::uintptr_t>(words[index].word);
        waiters[index].flags = FUTEX_32;
    }
    timespec const deadline = timespec_of(deadline_ns);
    ::syscall(SYS_futex_waitv, waiters.data(), count, 0,
              deadline_ns == no_deadline ? nullptr : &deadline, CLOCK_MONOTONIC);
}

void futex_wake(std::atomic<std::uint32_t>& word) noexcept {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

std::uint64_t monotonic_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * ns_per_s +
           static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace axiom::host

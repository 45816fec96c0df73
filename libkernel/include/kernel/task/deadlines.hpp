#pragma once
// Deadlines: when each wait that began on one CPU is over.
//
// Only that CPU touches them, so there is no lock. A wait that ended otherwise leaves its deadline
// behind: the number tells, and the thread's next one takes its place, so that there is at most one
// for each thread. A heap: setting one and taking the first cost a logarithm of steps.

#include <optional>
#include <span>

#include <axiom/base/arena.hpp>

namespace axiom::kernel {

struct Deadline {
    std::uint64_t at_ns{};
    std::uint64_t number{}; // of the wait
    std::uint32_t thread{};
};

class Deadlines {
  public:
    Deadlines() noexcept = default; // of no thread
    Deadlines(Arena& arena, std::uint32_t threads) noexcept
        : heap_{arena.make<Deadline>(threads)}, place_{arena.make<std::uint32_t>(threads)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t threads) noexcept {
        return Arena::bytes_for<Deadline>(threads) + Arena::bytes_for<std::uint32_t>(threads);
    }

    void set(Deadline const& deadline) noexcept;

    /// The earliest, if it is not later than `now_ns`.
    [[nodiscard]] std::optional<Deadline> take_due(std::uint64_t now_ns) noexcept;

    /// All of them, in no order; some may be of waits that are over.
    [[nodiscard]] std::span<Deadline const> all() const noexcept { return heap_.first(count_); }

    /// When the earliest is; `for_ever` if there is none.
    [[nodiscard]] std::uint64_t next_ns() const noexcept;

  private:
    void put(std::size_t at, Deadline const& deadline) noexcept;
    void rise(std::size_t at, Deadline const& deadline) noexcept;
    void sink(std::size_t at, Deadline const& deadline) noexcept;

    std::span<Deadline> heap_;
    std::span<std::uint32_t> place_; // by thread: one more than its place in the heap
    std::size_t count_{};
};

} // namespace axiom::kernel

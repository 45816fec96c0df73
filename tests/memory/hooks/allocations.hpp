#pragma once
// Allocations that are counted, and of which the N-th is refused: once, or so that from then on
// nothing more is given than was held at that moment. As with a limit, what is given back can be
// had again.
//
// Linked into a program, or loaded before one, this stands for the allocator of everything in it.

#include <atomic>
#include <cstdint>

namespace axiom::test {

struct AllocationPlan {
    std::uint64_t number{}; // which allocation is refused, from 1; 0: none
    bool from_then_on{};
};

struct AllocationCounts {
    std::atomic<std::uint64_t> asked{};
    std::atomic<std::uint64_t> refused{};
};

/// Counts into `to`, from 0, and refuses as planned, until `stop_refusing`.
void refuse_allocations(AllocationPlan plan, AllocationCounts& to) noexcept;
void stop_refusing() noexcept;

/// For the allocator: whether it is to refuse this one, and what it holds.
[[nodiscard]] bool allocation_is_refused(std::uint64_t bytes) noexcept;
void note_allocated(std::uint64_t bytes) noexcept;
void note_freed(std::uint64_t bytes) noexcept;

} // namespace axiom::test

#pragma once
// Counts calls of the allocator: the proof that appending makes none.

#include <cstdint>

namespace axiom::bench {

/// Calls of malloc, calloc, realloc and the aligned forms in all threads, between construction and
/// `count`. One at a time.
class AllocationCount {
  public:
    AllocationCount() noexcept;
    ~AllocationCount();
    AllocationCount(AllocationCount const&) = delete;
    AllocationCount& operator=(AllocationCount const&) = delete;

    [[nodiscard]] std::uint64_t count() const noexcept;
};

} // namespace axiom::bench

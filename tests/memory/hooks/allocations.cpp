#include <tests/memory/hooks/allocations.hpp>

#include <cerrno>

namespace axiom::test {

namespace {

AllocationPlan plan_now{};
std::atomic<AllocationCounts*> counts{};
std::atomic<std::uint64_t> held{};    // bytes
std::atomic<std::uint64_t> ceiling{}; // of `held`, from the N-th on; 0: none yet

} // namespace

void refuse_allocations(AllocationPlan plan, AllocationCounts& to) noexcept {
    plan_now = plan;
    ceiling.store(0);
    to.asked.store(0);
    to.refused.store(0);
    counts.store(&to);
}

void stop_refusing() noexcept {
    counts.store(nullptr);
}

bool allocation_is_refused(std::uint64_t bytes) noexcept {
    AllocationCounts* const to = counts.load();
    if (to == nullptr) {
        return false;
    }
    bool const planned = to->asked.fetch_add(1) + 1 == plan_now.number;
    std::uint64_t const top = ceiling.load();
    bool const refused = planned || (top != 0 && held.load() + bytes > top);
    if (planned && plan_now.from_then_on) {
        ceiling.store(held.load() + 1);
    }
    if (refused) {
        to->refused.fetch_add(1);
        errno = ENOMEM;
    }
    return refused;
}

void note_allocated(std::uint64_t bytes) noexcept {
    held.fetch_add(bytes);
}

void note_freed(std::uint64_t bytes) noexcept {
    held.fetch_sub(bytes);
}

} // namespace axiom::test

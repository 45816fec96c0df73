// The program's own malloc stands before the C library's and hands on to it. glibc keeps the real
// functions under the names declared here for this purpose. While nobody counts it costs one load
// of a flag.

#include <bench/support/allocations.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace {

std::atomic<bool> counting{false};
std::atomic<std::uint64_t> calls{0};

void note() noexcept {
    if (counting.load(std::memory_order_relaxed)) {
        calls.fetch_add(1, std::memory_order_relaxed);
    }
}

} // namespace

extern "C" {

// The names are glibc's.
// NOLINTBEGIN(readability-identifier-naming)
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* old, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
// NOLINTEND(readability-identifier-naming)

void* malloc(std::size_t bytes) noexcept {
    note();
    return __libc_malloc(bytes);
}

void* calloc(std::size_t count, std::size_t bytes) noexcept {
    note();
    return __libc_calloc(count, bytes);
}

void* realloc(void* old, std::size_t bytes) noexcept {
    note();
    return __libc_realloc(old, bytes);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    note();
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void** to, std::size_t alignment, std::size_t bytes) noexcept {
    note();
    *to = __libc_memalign(alignment, bytes);
    return *to == nullptr ? ENOMEM : 0;
}

} // extern "C"

namespace axiom::bench {

AllocationCount::AllocationCount() noexcept {
    calls.store(0);
    counting.store(true);
}

AllocationCount::~AllocationCount() {
    counting.store(false);
}

std::uint64_t AllocationCount::count() const noexcept {
    return calls.load();
}

} // namespace axiom::bench

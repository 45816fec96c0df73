// The allocator of a program, with all that passes through it: operator new, aligned_alloc, what
// SQLite and the C library take for themselves. The C library lets a program bring its own, and
// keeps the real one under other names.

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include <malloc.h>

#include <tests/memory/hooks/allocations.hpp>

extern "C" {

void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* from, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* memory);
}

namespace {

using axiom::test::allocation_is_refused;

void* noted(void* memory) noexcept {
    if (memory != nullptr) {
        axiom::test::note_allocated(::malloc_usable_size(memory));
    }
    return memory;
}

} // namespace

extern "C" {

void* malloc(std::size_t bytes) noexcept {
    return allocation_is_refused(bytes) ? nullptr : noted(__libc_malloc(bytes));
}

void* calloc(std::size_t count, std::size_t bytes) noexcept {
    return allocation_is_refused(count * bytes) ? nullptr : noted(__libc_calloc(count, bytes));
}

void* realloc(void* from, std::size_t bytes) noexcept {
    if (allocation_is_refused(bytes)) {
        return nullptr;
    }
    std::size_t const before = from != nullptr ? ::malloc_usable_size(from) : 0;
    void* const to = __libc_realloc(from, bytes);
    if (to != nullptr || bytes == 0) {
        axiom::test::note_freed(before);
    }
    return noted(to);
}

void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
    return allocation_is_refused(bytes) ? nullptr : noted(__libc_memalign(alignment, bytes));
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    return memalign(alignment, bytes);
}

int posix_memalign(void** to, std::size_t alignment, std::size_t bytes) noexcept {
    *to = memalign(alignment, bytes);
    return *to != nullptr ? 0 : ENOMEM;
}

void free(void* memory) noexcept {
    if (memory != nullptr) {
        axiom::test::note_freed(::malloc_usable_size(memory));
    }
    __libc_free(memory);
}
}

// Under a sanitizer, which brings an allocator of its own: operator new alone.

#include <cstdlib>
#include <new>

#include <malloc.h>

#include <tests/memory/hooks/allocations.hpp>

void* operator new(std::size_t bytes) {
    void* const memory =
        axiom::test::allocation_is_refused(bytes) ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    axiom::test::note_allocated(::malloc_usable_size(memory));
    return memory;
}

void operator delete(void* memory) noexcept {
    if (memory != nullptr) {
        axiom::test::note_freed(::malloc_usable_size(memory));
    }
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    operator delete(memory);
}

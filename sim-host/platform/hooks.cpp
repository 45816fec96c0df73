// The link-time hooks of the portable archives, as a host answers them; see axiom/base/hooks.hpp.

#include <cstdio>
#include <cstdlib>

#include <sched.h>

#include <axiom/base/hooks.hpp>

extern "C" [[noreturn]] void axiom_panic(char const* condition, char const* file,
                                         unsigned line) noexcept {
    std::fprintf(stderr, "axiom: bug: %s does not hold at %s:%u\n", condition, file, line);
    std::abort();
}

extern "C" void axiom_relax() noexcept {
    ::sched_yield(); // who holds it may have been put off this very CPU
}

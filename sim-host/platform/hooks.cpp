// The link-time hooks of the portable archives, as a host answers them; see axiom/base/hooks.hpp.

#include <cstdio>
#include <cstdlib>

#include <axiom/base/hooks.hpp>

extern "C" [[noreturn]] void axiom_panic(char const* condition, char const* file,
                                         unsigned line) noexcept {
    std::fprintf(stderr, "axiom: bug: %s does not hold at %s:%u\n", condition, file, line);
    std::abort();
}

// The link-time hooks of the portable archives in a service process; see axiom/base/hooks.hpp.
// What is wrong is said on the machine's debug output, as on metal.

#include <array>
#include <cstdio>
#include <cstdlib>

#include <sched.h>

#include <axiom/base/hooks.hpp>
#include <sim-host/process/service_thread.hpp>

extern "C" [[noreturn]] void axiom_panic(char const* condition, char const* file,
                                         unsigned line) noexcept {
    std::array<char, 256> text{};
    int const length = std::snprintf(text.data(), text.size(), "bug: %s does not hold at %s:%u\n",
                                     condition, file, line);
    if (length > 0) {
        axiom::host::say_on_debug_output({text.data(), static_cast<std::size_t>(length)});
    }
    std::_Exit(EXIT_FAILURE);
}

extern "C" void axiom_relax() noexcept {
    ::sched_yield();
}

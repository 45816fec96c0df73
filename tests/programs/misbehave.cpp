// Does what the argument says: nothing that a process may.

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include <tests/programs/family.hpp>

namespace axiom {

void run_program(Platform const& /*platform*/, std::uint64_t argument) noexcept {
    std::uint64_t volatile counter = 0;
    std::uintptr_t const volatile nowhere = 8;
    switch (argument) {
    case 10:
        *reinterpret_cast<int volatile*>(nowhere) = 1;
        break;
    case 11:
        ::open("/etc/passwd", O_RDONLY); // NOLINT: that it cannot is what is tested
        break;
    case 12:
        __builtin_trap();
    case 13:
        std::_Exit(3); // behind the kernel's back
    default:
        for (;;) {
            counter = counter + 1;
        }
    }
}

} // namespace axiom

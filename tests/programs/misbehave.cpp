// Does what the argument says: nothing that a process may.

#include <cstdlib>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sim-host/fabric/agent_orders.hpp>
#include <tests/programs/family.hpp>

namespace axiom {

namespace {

// Maps memory for writing, and then takes whatever its agent is told before that can obey.
[[noreturn]] void steal_orders(test::Family const& family) {
    constexpr unsigned writable = 1;
    family.must("map refused: ", family.kernel.map(test::child_space, test::child_region,
                                                   test::region_address, writable));
    *reinterpret_cast<std::uint64_t volatile*>(test::region_address) = 1;
    for (;;) {
        std::array<char, 256> stolen{};
        iovec part{.iov_base = stolen.data(), .iov_len = stolen.size()};
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        ::recvmsg(host::agent_descriptor, &header, MSG_DONTWAIT);
    }
}

} // namespace

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
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
    case 14:
        steal_orders(test::Family{platform.trap});
    case 15:
        for (;;) {
            static_cast<void>(kernel::UserCalls{platform.trap}.time());
        }
    default:
        for (;;) {
            counter = counter + 1;
        }
    }
}

} // namespace axiom

// A service that asks the board without end, and says so when nobody answers any more.

#include <services/board/api.hpp>
#include <services/runtime/message.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/slots.hpp>
#include <tests/programs/family.hpp>

namespace axiom {

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    MessageBytes held;
    while (ask_and_wait(kernel, slots::granted, board::WasPosted{}, kernel::as_long_as_it_takes,
                        held)) {
    }
    static_cast<void>(kernel.debug_write("leaner: the board went first\n"));
    static_cast<void>(kernel.sleep(kernel::as_long_as_it_takes));
}

} // namespace axiom

// board: keeps a board in a file of the host.
//
// Granted: its interrupt line.

#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <sim-host/devices/board/board.hpp>
#include <sim-host/devices/driver.hpp>

namespace axiom {

namespace {

constexpr char const* board_file = "/board";
constexpr std::size_t requests_max = 8;
constexpr host::DriverSlots driver_slots{.line = slots::granted, .signal = slots::own};

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    host::Board board;
    if (auto const opened = board.open(board_file); !opened) {
        say(kernel, "board", opened.error());
    } else {
        host::Driver<board::BoardApi, host::Board> driver{kernel, driver_slots, board};
        static_cast<void>(driver.run(requests_max)); // until a line could not be kept
    }
    static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(Code::io_failed)));
}

} // namespace axiom

// A device that takes as long as it is asked to. Granted: its line.

#include <poll.h>

#include <services/runtime/program.hpp>
#include <sim-host/devices/driver.hpp>
#include <tests/programs/sleep_api.hpp>

namespace axiom {

namespace {

struct Sleeper {
    static bool goes_on() noexcept { return true; }
    static Result<test::Slept> on(Request const& /*request*/, test::Sleep const& asks) noexcept {
        ::poll(nullptr, 0, static_cast<int>(asks.ms));
        return test::Slept{.ms = asks.ms};
    }
};

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    Sleeper sleeper;
    host::Driver<Api<test::Sleep>, Sleeper> driver{
        kernel, {.line = slots::granted, .signal = slots::own}, sleeper};
    static_cast<void>(driver.run(2));
}

} // namespace axiom

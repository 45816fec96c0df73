// A service whose end is the system's: it stays for a moment.

#include <tests/programs/family.hpp>

namespace axiom {

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    constexpr std::uint64_t stay_ns = 30'000'000;
    static_cast<void>(kernel::UserCalls{platform.trap}.sleep(kernel::Nanoseconds{stay_ns}));
}

} // namespace axiom

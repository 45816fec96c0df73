// clock: wall time and log time.
//
// Granted: time (write).

#include <services/clock/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

constexpr kernel::Slot time_slot = slots::granted;
constexpr LoopSize loop_size{.couriers = 1, .conversations = 4, .frame_bytes = 65536};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    clock::Clock clock{loop, time_slot};
    return serve<clock::ClockApi>(loop, clock) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "clock", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

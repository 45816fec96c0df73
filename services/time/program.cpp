// time: moves log time.
//
// Granted: axiomd (write), the log (execute).

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/time/ticker.hpp>

namespace axiom {

namespace {

constexpr kernel::Slot axiomd_slot = slots::granted;
constexpr kernel::Slot log_slot{slots::granted.value + 1};
constexpr LoopSize loop_size{.couriers = 2, .conversations = 4, .frame_bytes = 65536};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    time::Ticker ticker{loop, axiomd_slot, log_slot};
    if (!ticker.run().begun()) {
        return fail(Code::no_memory);
    }
    return serve<time::TimeApi>(loop, ticker) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "time", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

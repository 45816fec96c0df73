// console: lets terminals ask services.
//
// Granted: first whoever keeps the line (write), then each service that terminals may ask (write),
// which they name as its capability is labelled. The argument says whether terminals are let in
// while nobody can decide (admission.hpp).

#include <services/console/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using namespace console;
using kernel::Slot;

constexpr Slot line_slot = slots::granted;
constexpr LoopSize loop_size{
    .couriers = couriers_max, .conversations = 1, .frame_bytes = std::size_t{512} << 10U};

using ConsoleApi = Api<>; // nobody asks the console itself

Result<void> run(kernel::UserCalls const& kernel, std::uint64_t argument) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    Console console{loop, line_slot, argument == recovers};
    if (!console.accept().begun()) {
        return fail(Code::no_memory);
    }
    return serve<ConsoleApi>(loop, console) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel, argument); !done) {
        say(kernel, "console", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

// example: adds up what it is told.
//
// Granted: nothing.

#include <services/example/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

constexpr LoopSize loop_size{.couriers = 0, .conversations = 4};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    example::Example example;
    return serve<example::ExampleApi>(loop, example) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "example", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

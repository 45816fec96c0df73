// policy: decides proposals, and alone proposes what needs a decision.
//
// Granted: axiomd (write), the log (write), time (write).

#include <services/policy/engine.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

constexpr engine::EngineSlots engine_slots{.axiomd = slots::granted,
                                           .log = kernel::Slot{slots::granted.value + 1},
                                           .time = kernel::Slot{slots::granted.value + 2}};
constexpr LoopSize loop_size{
    .couriers = 2, .conversations = conversations_max, .frame_bytes = std::size_t{512} << 10U};

Result<void> run(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    std::size_t const bytes = Loop::bytes_for(loop_size) + engine::Engine::bytes_for();
    Arena arena{TRY(memory.make(slots::own, bytes))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    engine::Engine engine{loop, arena, hashes, engine_slots};
    if (!engine.follow().begun()) {
        return fail(Code::no_memory);
    }
    return serve<engine::EngineApi>(loop, engine) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel, *platform.hashes); !done) {
        say(kernel, "policy", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

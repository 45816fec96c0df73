// actions: carries prepared effects out.
//
// Granted: axiomd (write), the log (execute), the board (write), init (write), jobs (write).

#include <services/actions/carrier.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

constexpr actions::CarrierSlots carrier_slots{
    .axiomd = slots::granted,
    .log = kernel::Slot{slots::granted.value + 1},
    .targets = {.board = kernel::Slot{slots::granted.value + 2},
                .init = kernel::Slot{slots::granted.value + 3},
                .jobs = kernel::Slot{slots::granted.value + 4}}};
constexpr LoopSize loop_size{
    .couriers = 3, .conversations = 8, .frame_bytes = std::size_t{256} << 10U};

Result<void> run(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    std::size_t const bytes = Loop::bytes_for(loop_size) + actions::Carrier::bytes_for();
    Arena arena{TRY(memory.make(slots::own, bytes))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    actions::Carrier carrier{loop, arena, hashes, carrier_slots};
    if (!carrier.follow().begun() || !carrier.carry_out().begun()) {
        return fail(Code::no_memory);
    }
    return serve<actions::ActionsApi>(loop, carrier) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel, *platform.hashes); !done) {
        say(kernel, "actions", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

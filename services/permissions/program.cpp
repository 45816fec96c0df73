// permissions: what waits for an approval, and where permissions come from.
//
// Granted: the policy engine (write), axiomd (write).

#include <services/permissions/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using namespace permissions;

constexpr PermissionsSlots permissions_slots{.policy = slots::granted,
                                             .axiomd = kernel::Slot{slots::granted.value + 1}};
constexpr LoopSize loop_size{
    .couriers = 2, .conversations = 8, .frame_bytes = std::size_t{512} << 10U};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    Permissions permissions{loop, permissions_slots};
    return serve<PermissionsApi>(loop, permissions) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "permissions", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

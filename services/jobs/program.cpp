// jobs: runs jobs, each in the worker, from objects to objects.
//
// Granted: the store of objects (write), the worker (write).

#include <services/jobs/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

constexpr jobs::JobSlots job_slots{.objects = slots::granted,
                                   .worker = kernel::Slot{slots::granted.value + 1}};
constexpr LoopSize loop_size{
    .couriers = 1, .conversations = 4, .frame_bytes = std::size_t{256} << 10U};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{
        TRY(memory.make(slots::own, Loop::bytes_for(loop_size) + jobs::JobService::bytes_for()))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    jobs::JobService service{loop, arena, job_slots};
    if (!service.work().begun()) {
        return fail(Code::no_memory);
    }
    return serve<jobs::JobsApi>(loop, service) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        if (!is_being_ended(done.error())) {
            say(kernel, "jobs", done.error());
        }
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

// worker: runs one job at a time, and holds nothing but its endpoint.

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/worker/service.hpp>

namespace axiom {

namespace {

constexpr worker::Worker::Room room{};
constexpr kernel::Slot storage_slot{slots::own.value + 1};
constexpr LoopSize loop_size{
    .couriers = 0, .conversations = 1, .frame_bytes = std::size_t{4} << 10U};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    MutableBytes const storage = TRY(memory.make(storage_slot, worker::Worker::bytes_for(room)));
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    worker::Worker worker{storage, room};
    return serve<worker::WorkerApi>(loop, worker) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        if (!is_being_ended(done.error())) {
            say(kernel, "worker", done.error());
        }
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

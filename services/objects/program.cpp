// objects: keeps contents under the hash of what they are.
//
// Granted: whoever keeps the medium (write), and the region that both hold.

#include <services/objects/service.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/store/remote_store.hpp>

namespace axiom {

namespace {

constexpr kernel::Slot store_slot = slots::granted;
constexpr kernel::Slot shared_slot{slots::granted.value + 1};
constexpr objects::StoreLimits limits{};
constexpr LoopSize loop_size{
    .couriers = 0, .conversations = 8, .frame_bytes = std::size_t{16} << 10U};

Result<void> run(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    std::size_t const bytes = Loop::bytes_for(loop_size) + objects::ObjectStore::bytes_for(limits) +
                              objects::ObjectService::bytes_for();
    Arena arena{TRY(memory.make(slots::own, bytes))};
    RemoteStore medium{kernel, store_slot,
                       TRY(memory.map(shared_slot, store_api::transfer_bytes_max))};
    TRY(medium.open());
    Hash256 const secret = TRY(medium.random()).bytes;
    objects::ObjectStore store{medium, hashes, arena, limits};
    TRY(store.open(&secret));
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    objects::ObjectService service{store, hashes, arena};
    static_cast<void>(serve<objects::ObjectsApi>(loop, service));
    return fail(Code::io_failed); // it ends with its medium only
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel, *platform.hashes); !done) {
        // Its medium is begun again, or all ends.
        if (done.error().code != Code::unanswered && !is_being_ended(done.error())) {
            say(kernel, "objects", done.error());
        }
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom

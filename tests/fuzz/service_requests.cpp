// Any bytes as requests to a service's loop: each is answered once, with a value or a refusal, and
// the service goes on.
//
// Input: which service (u8), then requests: the method (u8), how many bytes (u16, little-endian),
// and those.

#include <cstdint>
#include <set>

#include <axiom/base/assert.hpp>
#include <services/objects/service.hpp>
#include <services/worker/service.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/object_world.hpp>
#include <tests/support/scripted_kernel.hpp>

using namespace axiom;
using namespace axiom::test;

namespace {

constexpr LoopSize size_of_loop{.couriers = 0, .conversations = 2};
constexpr std::size_t requests_max = 64;

std::uint64_t deliver(ScriptedKernel& kernel, Bytes input) {
    std::uint64_t count = 0;
    while (input.size() >= 3 && count < requests_max) {
        auto const method = std::to_integer<std::uint64_t>(input[0]);
        std::size_t const bytes =
            std::min<std::size_t>({load_le<std::uint16_t>(input.subspan(1, 2)), input.size() - 3,
                                   kernel::message_bytes_max});
        Bytes const body = input.subspan(3, bytes);
        kernel.raw_request(++count, method, {body.begin(), body.end()});
        input = input.subspan(3 + bytes);
    }
    return count;
}

template <class TheApi, class Service>
void serve_all(ScriptedKernel& kernel, Loop& loop, Service& service, std::uint64_t requests) {
    AXIOM_ASSERT(loop.begin());
    static_cast<void>(serve<TheApi>(loop, service));
    std::set<std::uint64_t> answered;
    for (ScriptedKernel::Replied const& reply : kernel.replies()) {
        AXIOM_ASSERT(reply.token >= 1 && reply.token <= requests);
        AXIOM_ASSERT(answered.insert(reply.token).second);
        AXIOM_ASSERT(reply.words.words[0] == 0 || reply.bytes.empty());
    }
    AXIOM_ASSERT(answered.size() == requests);
}

void objects_service(Bytes input) {
    host::MemoryStore medium{ObjectWorld::small_geometry};
    ObjectWorld world{medium};
    AXIOM_ASSERT(world.open());
    ScriptedKernel kernel;
    kernel::UserCalls const calls{kernel.trap()};
    std::vector<std::byte> memory(Loop::bytes_for(size_of_loop) +
                                  objects::ObjectService::bytes_for());
    Arena arena{MutableBytes{memory}};
    Loop loop{calls, arena, size_of_loop};
    objects::ObjectService service{world.store(), ObjectWorld::engine(), arena};
    serve_all<objects::ObjectsApi>(kernel, loop, service, deliver(kernel, input));
}

void worker_service(Bytes input) {
    constexpr worker::Worker::Room room{.program_bytes = 16U << 10U, .memory_bytes = 128U << 10U};
    ScriptedKernel kernel;
    kernel::UserCalls const calls{kernel.trap()};
    std::vector<std::byte> memory(Loop::bytes_for(size_of_loop));
    Arena arena{MutableBytes{memory}};
    Loop loop{calls, arena, size_of_loop};
    std::vector<std::byte> storage(worker::Worker::bytes_for(room));
    worker::Worker worker{MutableBytes{storage}, room};
    serve_all<worker::WorkerApi>(kernel, loop, worker, deliver(kernel, input));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 4 || size > 60'000) {
        return 0;
    }
    Bytes const input = std::as_bytes(std::span{data + 1, size - 1});
    data[0] % 2 == 0 ? objects_service(input) : worker_service(input);
    return 0;
}

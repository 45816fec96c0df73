// Any bytes as a program's instructions and data, so that no byte is spent on an ELF header: the
// two engines agree at every cut, and nothing outside the job's memory is touched.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <tests/support/job_world.hpp>

using namespace axiom;
using namespace axiom::test;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

} // namespace

// byte 0: length of a slice; then words, the last quarter of them data
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    constexpr std::size_t bytes_max = 16 * 1024;
    if (data_bytes < 9 || data_bytes > bytes_max) {
        return 0;
    }
    std::uint64_t const slice = 1 + std::uint64_t{data[0]};
    Bytes const rest{reinterpret_cast<std::byte const*>(data + 1), data_bytes - 1};
    std::size_t const words = std::max<std::size_t>(rest.size() * 3 / 16, 1);
    JobImage image{.text = {}};
    for (std::size_t index = 0; index < words; ++index) {
        image.text.push_back(load_le<std::uint32_t>(rest.subspan(4 * index)));
    }
    Bytes const tail = rest.subspan(4 * words);
    image.data.assign(tail.begin(), tail.end());
    image.data.resize(std::min<std::size_t>(image.data.size(), 4096));
    jobs::Limits const limits{.fuel = 5'000, .output_bytes = 4096, .message_bytes = 1024};
    JobMachine fast{image, {.engine = Engine::fast, .limits = limits}};
    JobMachine stepped{image, {.engine = Engine::stepper, .limits = limits}};
    fast.finish(slice, text_of(rest));
    stepped.finish(1U << 20U, text_of(rest));
    require(fast.ending() == stepped.ending());
    require(fast.state().fuel_used == stepped.state().fuel_used);
    require(fast.state().fuel_used <= limits.fuel);
    require(std::equal(fast.state().registers.begin(), fast.state().registers.begin() + 32,
                       stepped.state().registers.begin()));
    require(fast.output() == stepped.output() && fast.messages() == stepped.messages());
    require(equal_bytes(fast.machine().memory(), stepped.machine().memory()));
    return 0;
}

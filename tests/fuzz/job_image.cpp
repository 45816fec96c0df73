// Any bytes as a job's file: refused at a place within it, or a plan that keeps its promises, and a
// job that both engines run to the same end within its fuel.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <services/jobs/machine/machine.hpp>

using namespace axiom;

namespace {

constexpr std::uint64_t memory_bytes = 256 * 1024;
constexpr jobs::Limits limits{.fuel = 20'000, .output_bytes = 4096, .message_bytes = 1024};

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check(jobs::ImagePlan const& plan, Bytes file) {
    require(plan.base % jobs::page_bytes == 0 && plan.base >= jobs::lowest_address);
    require(plan.end > plan.base && plan.memory_bytes() <= memory_bytes);
    require(plan.base <= plan.writable_address && plan.writable_address <= plan.end);
    require(range_fits(plan.text_address - plan.base, 4 * plan.instruction_count,
                       plan.writable_address - plan.base));
    require((plan.entry - plan.text_address) / 4 < plan.instruction_count);
    for (std::uint32_t index = 0; index < plan.segment_count; ++index) {
        jobs::Segment const& segment = plan.segments[index];
        require(range_fits(segment.offset, segment.file_bytes, file.size()));
        require(segment.address >= plan.base);
        require(range_fits(segment.address - plan.base, segment.memory_bytes, plan.memory_bytes()));
    }
}

struct Run {
    std::vector<std::byte> memory;
    jobs::MachineState state;
    std::uint64_t written{};
};

// The input is the file itself, over and over.
Run run(Bytes file, jobs::ImagePlan const& plan, bool predecode, std::uint64_t slice) {
    Run result{.memory = std::vector<std::byte>(memory_bytes, std::byte{0x5A}), .state = {}};
    std::vector<jobs::Instruction> code(predecode ? plan.instruction_count + 1 : 0);
    jobs::Machine machine{file, plan, {.memory = result.memory, .code = code}, limits};
    while (true) {
        switch (machine.run(slice)) {
        case jobs::Pause::slice_over:
            break;
        case jobs::Pause::input: {
            MutableBytes const wanted = machine.wanted_input();
            std::size_t const given = std::min(wanted.size(), file.size());
            copy_bytes(wanted, file.first(given));
            machine.give_input(given);
            break;
        }
        case jobs::Pause::output:
        case jobs::Pause::message:
            result.written += machine.offered().size();
            machine.release_offered();
            break;
        case jobs::Pause::ended:
            result.state = machine.state();
            return result;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    Bytes const file{reinterpret_cast<std::byte const*>(data), data_bytes};
    auto const plan = jobs::read_image(file, memory_bytes);
    if (!plan) {
        require(plan.error().where < std::max<std::size_t>(data_bytes, 1));
        require(!jobs::text_of(plan.error().rule).empty());
        return 0;
    }
    check(*plan, file);
    Run const fast = run(file, *plan, true, 1U << 20U);
    Run const stepped = run(file, *plan, false, 777);
    require(fast.state.ending.reason != jobs::Reason::running);
    require(fast.state.fuel_used <= limits.fuel);
    require(fast.written <= limits.output_bytes + limits.message_bytes);
    require(fast.state.registers[0] == 0);
    require(fast.state.ending == stepped.state.ending);
    require(std::equal(fast.state.registers.begin(), fast.state.registers.begin() + 32,
                       stepped.state.registers.begin())); // but for the sink
    require(fast.state.fuel_used == stepped.state.fuel_used);
    require(fast.state.accessible_bytes == stepped.state.accessible_bytes);
    require(fast.memory == stepped.memory);
    return 0;
}

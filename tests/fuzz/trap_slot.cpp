// Any words in the trap slots of a process's threads, at any moment between two looks of the kernel
// process: whatever lies there is a call, a fault or nothing of the thread whose slot it is, and
// what must hold of a kernel holds after it.
//
// Input: steps of ten bytes: what is done, where, and with which word.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <axiom/base/bytes.hpp>
#include <sim-host/machine/slot_entry.hpp>
#include <tests/support/machine_audit.hpp>

using namespace axiom;
using namespace axiom::host;
using kernel::test::MachineWorld;

namespace {

constexpr std::size_t step_bytes = 10;
constexpr std::size_t steps_max = 400;
constexpr std::uint32_t cpus_used = 3; // of the first thread and two others

class Play {
  public:
    Play() {
        AXIOM_ASSERT(world_.create(kernel::ObjectType::endpoint, 20).done());
        AXIOM_ASSERT(world_.create(kernel::ObjectType::notification, 21).done());
        world_.start_thread(1, 30);
        world_.start_thread(2, 32);
    }

    void step(Bytes input) {
        auto const what = std::to_integer<unsigned>(input[0]);
        auto const where = std::to_integer<std::size_t>(input[1]);
        std::uint64_t const word = load_le<std::uint64_t>(input.subspan(2));
        std::uint32_t const cpu = what / 16 % cpus_used;
        TrapSlot& slot = slots_[cpu];
        switch (what % 16) {
        case 0:
            slot.turn.store(static_cast<std::uint32_t>(word));
            break;
        case 1:
            slot.event.store(static_cast<std::uint32_t>(word));
            break;
        case 2:
            slot.answer[where % slot.answer.size()].store(word);
            break;
        case 3:
            slot.host_thread.store(static_cast<std::int32_t>(word));
            slot.kernel_sleeps.store(static_cast<std::uint32_t>(word));
            slot.thread_sleeps.store(static_cast<std::uint32_t>(word));
            slot.wanted.store(static_cast<std::uint32_t>(word));
            break;
        case 4:
            world_.pass(word % 2'000'000);
            break;
        case 5: // a call that is nearly right: its number, and the slot that it is about
            slot.turn.store(static_cast<std::uint32_t>(SlotTurn::kernel));
            slot.event.store(static_cast<std::uint32_t>(SlotEvent::call));
            slot.request[0].store(where);
            slot.request[1].store(word % 40);
            look(cpu);
            break;
        case 6:
        case 7:
            look(cpu);
            break;
        default:
            slot.request[where % slot.request.size()].store(word);
        }
        must_hold();
    }

  private:
    // As a CPU of the kernel process does, for the thread that runs on it.
    void look(std::uint32_t cpu) {
        TrapSlot& slot = slots_[cpu];
        if (!world_.runs(cpu) || !is_in(slot)) {
            return;
        }
        SlotEntry const entry = entry_in(slot);
        switch (entry.event) {
        case SlotEvent::call:
            static_cast<void>(world_.call_number_if(cpu, entry.call.number, entry.call.arguments));
            break;
        case SlotEvent::fault:
            AXIOM_ASSERT(entry.fault.kind >= kernel::Fault::Kind::page &&
                         entry.fault.kind <= kernel::Fault::Kind::other);
            world_.fault(cpu, entry.fault);
            break;
        case SlotEvent::stopped:
            world_.timer(cpu);
        }
        if (world_.runs(cpu)) {
            put_answer(slot, world_.told(cpu));
            slot.turn.store(static_cast<std::uint32_t>(SlotTurn::thread));
        }
    }

    void must_hold() {
        auto const violation = kernel::test::audit(world_);
        if (!violation.empty()) {
            std::fprintf(stderr, "%s\n", violation.c_str());
            std::abort();
        }
    }

    MachineWorld world_;
    std::array<TrapSlot, cpus_used> slots_{};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes input = std::as_bytes(std::span{data, size});
    Play play;
    for (std::size_t step = 0; step < steps_max && input.size() >= step_bytes; ++step) {
        play.step(input.first(step_bytes));
        input = input.subspan(step_bytes);
    }
    return 0;
}

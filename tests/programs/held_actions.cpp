// The service that carries effects out, held up at a gate before and after each: its fourth grant.

#include <services/actions/carrier.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <tests/programs/gate.hpp>

namespace axiom {

namespace {

constexpr kernel::Slot gate_slot{slots::granted.value + 3};
constexpr actions::CarrierSlots carrier_slots{
    .axiomd = slots::granted,
    .log = kernel::Slot{slots::granted.value + 1},
    .targets = {.board = kernel::Slot{slots::granted.value + 2},
                .init = {},
                .jobs = kernel::Slot{slots::granted.value + 5}}};
constexpr LoopSize loop_size{
    .couriers = 2, .conversations = 4, .frame_bytes = std::size_t{256} << 10U};

class AtTheGate final : public actions::Waypoints {
  public:
    explicit AtTheGate(kernel::UserCalls const& kernel) noexcept : kernel_{&kernel} {}

    void pass(actions::Waypoint at, action::EffectPlace effect) noexcept override {
        MessageBytes held;
        static_cast<void>(ask_and_wait(*kernel_, gate_slot,
                                       gate::Pass{.waypoint = static_cast<std::uint8_t>(at),
                                                  .entry = effect.commit.value,
                                                  .index = effect.index},
                                       kernel::as_long_as_it_takes, held));
    }

  private:
    kernel::UserCalls const* kernel_;
};

void carry_out(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    auto const bytes =
        memory.make(slots::own, Loop::bytes_for(loop_size) + actions::Carrier::bytes_for());
    if (!bytes) {
        return;
    }
    Arena arena{*bytes};
    Loop loop{kernel, arena, loop_size};
    AtTheGate gate{kernel};
    actions::Carrier carrier{loop, arena, hashes, carrier_slots, &gate};
    if (loop.begin() && carrier.follow().begun() && carrier.carry_out().begun()) {
        static_cast<void>(serve<actions::ActionsApi>(loop, carrier));
    }
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    carry_out(kernel::UserCalls{platform.trap}, *platform.hashes);
}

} // namespace axiom

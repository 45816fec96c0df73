// A gate: who comes to a place for the first time is held there for ever, and a line says so; who
// comes there again goes through. Effects with an even index are held before they happen and after,
// others only after.

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <tests/programs/gate.hpp>

namespace axiom {

namespace {

constexpr LoopSize loop_size{.couriers = 0, .conversations = 16};

class Gate {
  public:
    explicit Gate(Loop& loop) noexcept : loop_{&loop} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    Task<Nothing> on(Request const& /*request*/, gate::Pass const& asks) noexcept {
        constexpr std::uint8_t before_effect = 0;
        bool const is_open = asks.waypoint == before_effect && asks.index % 2 != 0;
        if (!is_open && is_first(asks)) {
            static_cast<void>(loop_->kernel().debug_write("held\n"));
            for (;;) {
                co_await loop_->turn(held_);
            }
        }
        co_return Nothing{};
    }

  private:
    bool is_first(gate::Pass const& place) noexcept {
        for (gate::Pass const& each : passed_) {
            if (each.waypoint == place.waypoint && each.entry == place.entry &&
                each.index == place.index) {
                return false;
            }
        }
        passed_.push_back(place);
        return true;
    }

    Loop* loop_;
    WaitList held_;
    List<gate::Pass, 32> passed_;
};

void serve_all(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    auto const bytes = memory.make(slots::own, Loop::bytes_for(loop_size));
    if (!bytes) {
        return;
    }
    Arena arena{*bytes};
    Loop loop{kernel, arena, loop_size};
    Gate gate{loop};
    if (loop.begin()) {
        static_cast<void>(serve<Api<gate::Pass>>(loop, gate));
    }
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    serve_all(kernel::UserCalls{platform.trap});
}

} // namespace axiom

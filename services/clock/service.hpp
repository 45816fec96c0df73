#pragma once
// Clock: wall time and log time as people write them. It asks whoever moves log time, and has
// nobody else to ask.

#include <services/clock/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::clock {

class Clock {
  public:
    /// `time` is the endpoint of the service of that name (write).
    Clock(Loop& loop, kernel::Slot time) noexcept : loop_{&loop}, time_{time} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    [[nodiscard]] Task<Reading> on(Request const& request, Read const& asks) noexcept;

  private:
    Loop* loop_;
    kernel::Slot time_;
};

} // namespace axiom::clock

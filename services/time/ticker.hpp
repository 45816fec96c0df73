#pragma once
// Ticker: moves log time while something waits for it.

#include <services/axiomd/api.hpp>
#include <services/runtime/ask.hpp>
#include <services/time/api.hpp>

namespace axiom::time {

class Ticker {
  public:
    /// `axiomd` is its endpoint (write), `log` the log (execute).
    Ticker(Loop& loop, kernel::Slot axiomd, kernel::Slot log) noexcept
        : loop_{&loop}, axiomd_{axiomd}, log_{log} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Once a second: a tick if one is due. What fails is tried again.
    Detached run() noexcept;

    /// Appends a tick if anything waits for one: whether it did. `unanswered`, `kernel_refused`.
    [[nodiscard]] Task<bool> tick() noexcept;

    [[nodiscard]] Task<Times> on(Request const& request, AskTimes const& asks) noexcept;
    [[nodiscard]] Task<Times> on(Request const& request, PassTime const& asks) noexcept;

  private:
    [[nodiscard]] Result<LogTime> append(axiomd::Clock const& clock) noexcept;

    Loop* loop_;
    kernel::Slot axiomd_;
    kernel::Slot log_;
    MessageBytes held_{};
};

} // namespace axiom::time

#include <services/clock/service.hpp>

#include <services/time/api.hpp>

namespace axiom::clock {

namespace {

constexpr kernel::Nanoseconds patience{5'000'000'000};
constexpr std::uint64_t ns_of_ms = 1'000'000;

} // namespace

Task<Reading> Clock::on(Request const& /*request*/, Read const& /*asks*/) noexcept {
    MessageBytes held;
    CO_TRY(time::Times const told, ask(*loop_, time_, time::AskTimes{}, patience, held));
    co_return Reading{.wall = civil_time(told.wall_ns / ns_of_ms),
                      .log = civil_time(told.log_ms),
                      .log_moves = told.moves,
                      .log_is_known = told.log_ms != 0};
}

} // namespace axiom::clock

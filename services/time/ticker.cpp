// Ticks; see services/time/ticker.hpp.

#include <services/time/ticker.hpp>

#include <algorithm>

#include <axiom/log/log_kinds.hpp>

namespace axiom::time {

namespace {

constexpr kernel::Nanoseconds second{1'000'000'000};
constexpr std::uint64_t ns_per_ms = 1'000'000;

} // namespace

Detached Ticker::run() noexcept {
    for (;;) {
        static_cast<void>(co_await tick());
        co_await loop_->after(second);
    }
}

Task<bool> Ticker::tick() noexcept {
    CO_TRY(axiomd::Clock const clock, ask(*loop_, axiomd_, axiomd::AskClock{}, second, held_));
    if (!clock.is_armed) {
        co_return false;
    }
    auto const moved = append(clock);
    if (!moved) {
        co_return std::unexpected{moved.error()};
    }
    co_return true;
}

// Never back.
Result<LogTime> Ticker::append(axiomd::Clock const& clock) noexcept {
    Tick const tick{.now = LogTime{std::max(clock.log_ms, clock.wall_ns / ns_per_ms)},
                    .wall = WallTime{clock.wall_ns}};
    std::array<std::byte, 16> room{};
    Bytes const body = TRY(encode_whole(MutableBytes{room}, tick));
    kernel::ProposalHead const head{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                                    .kind = static_cast<std::uint16_t>(LogKind::tick),
                                    .time = clock.wall_ns};
    auto const proposed = loop_->kernel().log_propose(log_, 0, kernel::Verdict::commit, head, body);
    if (!proposed) {
        return refused_by_kernel(proposed.error());
    }
    return tick.now;
}

Task<Times> Ticker::on(Request const& /*request*/, AskTimes const& /*asks*/) noexcept {
    MessageBytes held;
    CO_TRY(axiomd::Clock const clock, ask(*loop_, axiomd_, axiomd::AskClock{}, second, held));
    co_return Times{.log_ms = clock.log_ms, .wall_ns = clock.wall_ns, .moves = clock.is_armed};
}

Task<Times> Ticker::on(Request const& /*request*/, PassTime const& /*asks*/) noexcept {
    MessageBytes held;
    CO_TRY(axiomd::Clock const clock, ask(*loop_, axiomd_, axiomd::AskClock{}, second, held));
    Times times{.log_ms = clock.log_ms, .wall_ns = clock.wall_ns, .moves = clock.is_armed};
    if (clock.wall_ns / ns_per_ms > clock.log_ms + second.value / ns_per_ms) {
        auto const moved = append(clock);
        if (!moved) {
            co_return std::unexpected{moved.error()};
        }
        times.log_ms = moved->value;
    }
    co_return times;
}

} // namespace axiom::time

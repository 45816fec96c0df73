#pragma once
// Rate counters in log time: rows of the policy domain's state, read by `evaluate`, stepped by
// `apply`.
//
// "At most N per M ms" holds for every interval of M ms, not for windows on a grid: a counter keeps
// eight slots of ceil(M / 7) ms, which together span more than any M ms, and counts all eight. It
// therefore never admits more than N in M ms, and may make a caller wait up to a seventh of M
// longer than an exact count would. A row whose slots have all passed counts nothing and is free
// for another counter, so the table's capacity bounds the counters that are in use at one time.
// Invariant: a row with slot_ms 0 is all zero.

#include <cstdint>
#include <span>

#include <axiom/base/result.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/policy/decision.hpp>
#include <axiom/policy/limits.hpp>
#include <axiom/policy/request.hpp>

namespace axiom::policy {

inline constexpr std::size_t rate_slots = 8;

struct RateRow {
    std::uint64_t counter{};
    std::uint64_t slot_ms{};                // how long a slot is; 0 is an unused row
    std::uint64_t newest_slot{};            // log time divided by slot_ms at the last step
    List<std::uint32_t, rate_slots> used{}; // by slot number modulo eight

    friend bool operator==(RateRow const&, RateRow const&) noexcept = default;
};

[[nodiscard]] constexpr std::uint64_t slot_ms_of(std::uint64_t window_ms) noexcept {
    return (window_ms + rate_slots - 2) / (rate_slots - 1);
}

/// How much the row counts at `now`. Log time never falls; a `now` before the last step counts as
/// it.
[[nodiscard]] std::uint64_t used_at(RateRow const& row, LogTime now) noexcept;

/// The counter's use at `now`: 0 when it has no row; `table_full` when it has none and no row is
/// free.
[[nodiscard]] Result<std::uint64_t> rate_used(std::span<RateRow const> rows, CounterKey key,
                                              LogTime now) noexcept;

/// Counts one use, taking the lowest free row for a new counter, and returns the row's index.
/// Refuses, changing nothing: `log_rate` when the rate is used up, `table_full`.
/// `condition` is the rate of a decision (decision.hpp), already checked.
[[nodiscard]] Result<std::size_t> step(std::span<RateRow> rows, Condition const& condition,
                                       LogTime now) noexcept;

} // namespace axiom::policy

template <> struct axiom::Schema<axiom::policy::RateRow> {
    using Row = policy::RateRow;
    static constexpr auto fields = Fields{
        Field{"counter", &Row::counter, "id of the counter", Bound{}, Notation::hex},
        Field{"slot_ms", &Row::slot_ms, "length of a slot in ms of log time; 0 is an unused row"},
        Field{"newest_slot", &Row::newest_slot, "number of the slot that was last stepped"},
        Field{"used", &Row::used, "uses by slot number modulo eight"}};
};

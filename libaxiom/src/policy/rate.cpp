// Rate counters: see the header for why eight slots.
#include <axiom/policy/rate.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::policy {

namespace {

constexpr std::size_t no_row = ~std::size_t{0};

struct Place {
    std::size_t own{no_row};
    std::size_t free{no_row};
};

Place find_row(std::span<RateRow const> rows, CounterKey key, LogTime now) noexcept {
    Place place;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        RateRow const& row = rows[index];
        if (row.slot_ms == slot_ms_of(key.window_ms) && row.counter == key.counter) {
            place.own = index;
            return place;
        }
        if (place.free == no_row && (row.slot_ms == 0 || used_at(row, now) == 0)) {
            place.free = index;
        }
    }
    return place;
}

std::uint64_t slot_at(RateRow const& row, LogTime now) noexcept {
    std::uint64_t const slot = now.value / row.slot_ms;
    return slot > row.newest_slot ? slot : row.newest_slot;
}

/// Empties the slots that lie between the last step and now.
void advance(RateRow& row, LogTime now) noexcept {
    std::uint64_t const slot = slot_at(row, now);
    std::uint64_t const passed = slot - row.newest_slot;
    std::uint64_t const stale = passed < rate_slots ? passed : rate_slots;
    if (AXIOM_MUTANT(policy_stale_slots_kept)) {
        row.newest_slot = slot;
        return;
    }
    for (std::uint64_t back = 0; back < stale; ++back) {
        row.used[(slot - back) % rate_slots] = 0;
    }
    row.newest_slot = slot;
}

RateRow fresh(CounterKey key, LogTime now) noexcept {
    RateRow row{.counter = key.counter, .slot_ms = slot_ms_of(key.window_ms)};
    row.newest_slot = now.value / row.slot_ms;
    for (std::size_t slot = 0; slot < rate_slots; ++slot) {
        row.used.push_back(0);
    }
    return row;
}

} // namespace

std::uint64_t used_at(RateRow const& row, LogTime now) noexcept {
    if (row.slot_ms == 0) {
        return 0;
    }
    std::uint64_t const passed = slot_at(row, now) - row.newest_slot;
    std::uint64_t used = 0;
    std::uint64_t const kept = AXIOM_MUTANT(policy_rate_window_short) ? rate_slots - 2 : rate_slots;
    for (std::uint64_t back = 0; back + passed < kept && back <= row.newest_slot; ++back) {
        used += row.used[(row.newest_slot - back) % rate_slots];
    }
    return used;
}

Result<std::uint64_t> rate_used(std::span<RateRow const> rows, CounterKey key,
                                LogTime now) noexcept {
    Place const place = find_row(rows, key, now);
    if (place.own != no_row) {
        return used_at(rows[place.own], now);
    }
    return place.free != no_row ? Result<std::uint64_t>{0} : fail(Code::table_full);
}

Result<std::size_t> step(std::span<RateRow> rows, Condition const& condition,
                         LogTime now) noexcept {
    AXIOM_ASSERT(condition.kind == ConditionKind::rate && condition.window_ms != 0);
    CounterKey const key{condition.subject, condition.window_ms};
    Place const place = find_row(rows, key, now);
    // No slot can count past rate_max, whatever a decision claims.
    std::uint64_t const limit = condition.value < rate_max ? condition.value : rate_max;
    if (place.own != no_row) {
        if (used_at(rows[place.own], now) >= limit) {
            return fail(Code::log_rate, 0, condition.subject);
        }
        RateRow& row = rows[place.own];
        advance(row, now);
        ++row.used[row.newest_slot % rate_slots];
        return place.own;
    }
    if (place.free == no_row) {
        return fail(Code::table_full);
    }
    if (limit == 0) {
        return fail(Code::log_rate, 0, condition.subject);
    }
    rows[place.free] = fresh(key, now);
    RateRow& row = rows[place.free];
    row.used[row.newest_slot % rate_slots] = 1;
    return place.free;
}

} // namespace axiom::policy

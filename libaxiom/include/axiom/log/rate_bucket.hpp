#pragma once
// An account's bucket of log bytes, refilled in log time.
//
// A bucket holds thousandths of a byte, so that `bytes_per_second` fills in at exactly that number
// a millisecond, with integers and without a remainder. It never holds more than its burst.

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/log/log_rows.hpp>

namespace axiom {

/// How many of a bucket's units are one byte.
inline constexpr std::uint64_t rate_unit = 1000;

/// The account's row as it is at log time `now`, which is not before `row.refilled`.
[[nodiscard]] inline AccountRow refilled(AccountRow row, LogTime now) noexcept {
    std::uint64_t const full = row.burst_bytes * rate_unit;
    std::uint64_t const missing = full - std::min(full, row.left);
    std::uint64_t const elapsed = now.value - row.refilled.value;
    if (row.bytes_per_second != 0 && elapsed != 0) {
        // Whether the time suffices to fill up is asked by division, since the product may wrap.
        bool const fills = elapsed > missing / row.bytes_per_second;
        row.left = fills ? full : row.left + elapsed * row.bytes_per_second;
        if (AXIOM_MUTANT(rate_refilled_twice) && !fills) {
            row.left = std::min(full, row.left + elapsed * row.bytes_per_second);
        }
    }
    row.refilled = now;
    return row;
}

} // namespace axiom

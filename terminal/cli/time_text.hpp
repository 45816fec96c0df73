#pragma once
// Times as people write and read them; always UTC, so that two machines show the same log alike.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <axiom/log/ids.hpp>

namespace axiom::cli {

/// `2026-11-21T12:00:00.123Z`; `-` for a time of zero.
[[nodiscard]] std::string time_text(WallTime time);

/// `2026-11-21`, `2026-11-21T12:00`, `2026-11-21 12:00:30Z`, `2026-11-21T12:00:30.123Z` (to the
/// nanosecond: one to nine digits), or how long ago: `90s`, `10m`, `2h`, `3d`. None for anything
/// else, for a day that no calendar has, and outside of what a `WallTime` can hold.
[[nodiscard]] std::optional<WallTime> parse_time(std::string_view text, WallTime now);

/// The system's clock.
[[nodiscard]] WallTime wall_clock() noexcept;

} // namespace axiom::cli

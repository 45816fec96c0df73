#pragma once
// Milliseconds since 1970 as people write a time: UTC, Gregorian, without leap seconds.

#include <cstdint>

namespace axiom::clock {

struct CivilTime {
    std::uint32_t year{};
    std::uint8_t month{};
    std::uint8_t day{};
    std::uint8_t hour{};
    std::uint8_t minute{};
    std::uint8_t second{};
    std::uint16_t millisecond{};

    friend bool operator==(CivilTime const&, CivilTime const&) noexcept = default;
};

/// Any moment: the year of the last one is 584,556,019.
[[nodiscard]] CivilTime civil_time(std::uint64_t ms_since_1970) noexcept;

} // namespace axiom::clock

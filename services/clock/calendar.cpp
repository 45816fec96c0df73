#include <services/clock/calendar.hpp>

namespace axiom::clock {

namespace {

constexpr std::uint64_t ms_of_day = std::uint64_t{24} * 3600 * 1000;
constexpr std::uint64_t days_of_400_years = 146'097;

constexpr bool is_leap(std::uint64_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::uint64_t days_of(std::uint64_t year, unsigned month) noexcept {
    constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

} // namespace

CivilTime civil_time(std::uint64_t ms_since_1970) noexcept {
    std::uint64_t const within = ms_since_1970 % ms_of_day;
    std::uint64_t days = ms_since_1970 / ms_of_day;
    // Every 400 years are alike, so that at most 400 are counted one by one.
    std::uint64_t year = 1970 + 400 * (days / days_of_400_years);
    days %= days_of_400_years;
    for (;; ++year) {
        std::uint64_t const of_year = is_leap(year) ? 366 : 365;
        if (days < of_year) {
            break;
        }
        days -= of_year;
    }
    unsigned month = 1;
    for (; days >= days_of(year, month); ++month) {
        days -= days_of(year, month);
    }
    return {.year = static_cast<std::uint32_t>(year),
            .month = static_cast<std::uint8_t>(month),
            .day = static_cast<std::uint8_t>(days + 1),
            .hour = static_cast<std::uint8_t>(within / 3'600'000),
            .minute = static_cast<std::uint8_t>(within / 60'000 % 60),
            .second = static_cast<std::uint8_t>(within / 1000 % 60),
            .millisecond = static_cast<std::uint16_t>(within % 1000)};
}

} // namespace axiom::clock

// Times; see terminal/cli/time_text.hpp.

#include <terminal/cli/time_text.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;

struct Digits {
    std::string_view text;
    bool sound{true};

    int take(std::size_t count) {
        auto const number =
            text.size() >= count ? parse_number(text.substr(0, count)) : std::nullopt;
        sound = sound && number.has_value();
        text.remove_prefix(std::min(count, text.size()));
        return static_cast<int>(number.value_or(0));
    }
    void pass(std::string_view letters) {
        sound = sound && !text.empty() && letters.find(text[0]) != std::string_view::npos;
        text.remove_prefix(text.empty() ? 0 : 1);
    }
};

std::optional<std::uint64_t> seconds_per(char unit) {
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    default:
        return std::nullopt;
    }
}

} // namespace

WallTime wall_clock() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return WallTime{static_cast<std::uint64_t>(now.tv_sec) * ns_per_s +
                    static_cast<std::uint64_t>(now.tv_nsec)};
}

std::string time_text(WallTime time) {
    if (time.value == 0) {
        return "-";
    }
    auto const seconds = static_cast<std::time_t>(time.value / ns_per_s);
    auto const ms = static_cast<unsigned>(time.value % ns_per_s / 1'000'000);
    std::tm parts{};
    std::array<char, 64> text{};
    if (::gmtime_r(&seconds, &parts) == nullptr) {
        return std::to_string(time.value);
    }
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, ms);
    return text.data();
}

std::optional<WallTime> parse_time(std::string_view text, WallTime now) {
    if (text.empty()) {
        return std::nullopt;
    }
    if (auto const unit = seconds_per(text.back())) {
        auto const count = parse_number(text.substr(0, text.size() - 1));
        std::uint64_t const now_s = now.value / ns_per_s;
        if (!count || *count > now_s / *unit) {
            return std::nullopt;
        }
        return WallTime{now.value - *count * *unit * ns_per_s};
    }
    Digits digits{text};
    std::tm parts{};
    parts.tm_year = digits.take(4) - 1900;
    digits.pass("-");
    parts.tm_mon = digits.take(2) - 1;
    digits.pass("-");
    parts.tm_mday = digits.take(2);
    if (!digits.text.empty()) {
        digits.pass("T ");
        parts.tm_hour = digits.take(2);
        digits.pass(":");
        parts.tm_min = digits.take(2);
        if (digits.text.starts_with(":")) {
            digits.pass(":");
            parts.tm_sec = digits.take(2);
        }
        if (digits.text == "Z") {
            digits.pass("Z");
        }
    }
    bool const in_range = parts.tm_year >= 70 && parts.tm_mon >= 0 && parts.tm_mon < 12 &&
                          parts.tm_mday >= 1 && parts.tm_mday <= 31 && parts.tm_hour < 24 &&
                          parts.tm_min < 60 && parts.tm_sec < 60 && parts.tm_year < 600;
    if (!digits.sound || !digits.text.empty() || !in_range) {
        return std::nullopt;
    }
    return WallTime{static_cast<std::uint64_t>(::timegm(&parts)) * ns_per_s};
}

} // namespace axiom::cli

// Times; see terminal/cli/time_text.hpp.

#include <terminal/cli/time_text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <limits>

#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t ns_max = std::numeric_limits<std::uint64_t>::max();

// Takes a time apart from its front. After the first thing that is not as it must be nothing is
// sound any more.
class Parts {
  public:
    explicit Parts(std::string_view text) : text_{text} {}

    unsigned number(std::size_t digits) {
        auto const number =
            text_.size() >= digits ? parse_number(text_.substr(0, digits)) : std::nullopt;
        sound_ = sound_ && number.has_value();
        text_.remove_prefix(std::min(digits, text_.size()));
        return static_cast<unsigned>(number.value_or(0));
    }

    // Below `end`.
    unsigned number_below(unsigned end) {
        unsigned const value = number(2);
        sound_ = sound_ && value < end;
        return value;
    }

    bool pass_if(std::string_view letters) {
        bool const there = !text_.empty() && letters.find(text_[0]) != std::string_view::npos;
        text_.remove_prefix(there ? 1 : 0);
        return there;
    }

    void pass(std::string_view letters) { sound_ = pass_if(letters) && sound_; }

    // One to nine digits behind the point, as nanoseconds.
    std::uint64_t fraction() {
        std::size_t const digits =
            std::min({text_.find_first_not_of("0123456789"), text_.size(), std::size_t{9}});
        std::uint64_t ns = number(std::max<std::size_t>(digits, 1));
        for (std::size_t missing = digits; missing < 9; ++missing) {
            ns *= 10;
        }
        return ns;
    }

    [[nodiscard]] bool all_taken() const { return sound_ && text_.empty(); }
    [[nodiscard]] bool at_end() const { return text_.empty(); }

  private:
    std::string_view text_;
    bool sound_{true};
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
    Parts parts{text};
    std::chrono::year const year{static_cast<int>(parts.number(4))};
    parts.pass("-");
    std::chrono::month const month{parts.number(2)};
    parts.pass("-");
    std::chrono::year_month_day const day{year, month, std::chrono::day{parts.number(2)}};
    std::uint64_t seconds = 0;
    std::uint64_t ns = 0;
    if (!parts.at_end()) {
        parts.pass("T ");
        seconds = 3600UL * parts.number_below(24);
        parts.pass(":");
        seconds += 60UL * parts.number_below(60);
        if (parts.pass_if(":")) {
            seconds += parts.number_below(60);
            ns = parts.pass_if(".") ? parts.fraction() : 0;
        }
        parts.pass_if("Z");
    }
    if (!parts.all_taken() || !day.ok() || year < std::chrono::year{1970}) {
        return std::nullopt;
    }
    auto const days = std::chrono::sys_days{day}.time_since_epoch().count();
    seconds += 86400UL * static_cast<std::uint64_t>(days);
    return seconds > (ns_max - ns) / ns_per_s ? std::nullopt
                                              : std::optional{WallTime{seconds * ns_per_s + ns}};
}

} // namespace axiom::cli

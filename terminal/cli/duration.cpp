// Durations; see terminal/cli/duration.hpp.

#include <terminal/cli/duration.hpp>

#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t ms;
};

// Longer names first: `ms` ends with `s`.
constexpr Unit units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr std::uint64_t longest_ms = 1000 * 365 * units[4].ms;

} // namespace

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) noexcept {
    for (Unit const& unit : units) {
        if (!text.ends_with(unit.name)) {
            continue;
        }
        auto const count = parse_number(text.substr(0, text.size() - unit.name.size()));
        bool const short_enough = count && *count <= longest_ms / unit.ms;
        return short_enough ? std::optional{*count * unit.ms} : std::nullopt;
    }
    return std::nullopt;
}

std::string duration_text(std::uint64_t ms) {
    Unit best = units[0];
    for (Unit const& unit : units) {
        best = ms != 0 && ms % unit.ms == 0 ? unit : best;
    }
    return std::to_string(ms / best.ms) + std::string{best.name};
}

} // namespace axiom::cli

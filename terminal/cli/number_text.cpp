// Numbers; see terminal/cli/number_text.hpp.

#include <terminal/cli/number_text.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace axiom::cli {

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
    std::uint64_t number = 0;
    bool const digits = !text.empty() && std::ranges::all_of(text, [](char letter) {
        return letter >= '0' && letter <= '9';
    });
    if (!digits) {
        return std::nullopt;
    }
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

std::optional<std::uint64_t> parse_id(std::string_view text) noexcept {
    if (!text.starts_with("0x")) {
        return parse_number(text);
    }
    text.remove_prefix(2);
    std::uint64_t id = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
    bool const whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{id} : std::nullopt;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view several) {
    return std::to_string(number).append(" ").append(number == 1 ? one : several);
}

std::string hex_number(std::uint64_t number) {
    std::array<char, 16> digits{};
    auto const [end, error] = std::to_chars(digits.begin(), digits.end(), number, 16);
    return "0x" + std::string{digits.begin(), end};
}

} // namespace axiom::cli

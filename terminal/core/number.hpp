#pragma once
// Numbers as people type them: decimal.

#include <string_view>

#include <axiom/base/result.hpp>

namespace axiom::terminal {

/// `bad_text` for what is none, or is larger than 64 bits.
[[nodiscard]] constexpr Result<std::uint64_t> number_in(std::string_view text) noexcept {
    constexpr std::uint64_t most = ~std::uint64_t{0};
    std::uint64_t number = 0;
    for (char const letter : text) {
        auto const digit = static_cast<std::uint64_t>(letter - '0');
        if (letter < '0' || letter > '9' || number > (most - digit) / 10) {
            return fail(Code::bad_text);
        }
        number = number * 10 + digit;
    }
    return text.empty() ? Result<std::uint64_t>{fail(Code::bad_text)} : number;
}

} // namespace axiom::terminal

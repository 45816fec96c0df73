#pragma once
// An expression of whole numbers to its value.
//
//     sum     := product { ("+" | "-") product }
//     product := factor { ("*" | "/" | "%") factor }
//     factor  := { "-" } ( digits | "(" sum ")" )
//
// Blanks stand anywhere between. Operators wait on a stack of fixed depth for those that bind
// closer, so that no text makes the calculator call itself.

#include <string_view>

#include <axiom/base/result.hpp>

namespace axiom::calculator {

inline constexpr std::size_t depth_max = 64; // operators and values that wait

/// `bad_text` (where: the offset), `out_of_range` (where: of the operator or number) for what does
/// not fit and for a divisor of zero, `too_long` for more than `depth_max`.
[[nodiscard]] Result<std::int64_t> evaluate(std::string_view text) noexcept;

} // namespace axiom::calculator

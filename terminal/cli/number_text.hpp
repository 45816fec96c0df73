#pragma once
// Whole numbers as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace axiom::cli {

/// Decimal digits below 2^64, no sign, no space, nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

/// An id as verbs print it: decimal, or 0x and 1 to 16 hex digits.
[[nodiscard]] std::optional<std::uint64_t> parse_id(std::string_view text) noexcept;

/// `1 line`, `2 lines`.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one,
                                  std::string_view several);

/// `0x` and hex digits, without leading zeros.
[[nodiscard]] std::string hex_number(std::uint64_t number);

} // namespace axiom::cli

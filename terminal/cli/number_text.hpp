#pragma once
// Whole numbers as people write them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace axiom::cli {

/// Decimal digits below 2^64, no sign, no space, nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

} // namespace axiom::cli

#pragma once
// Lengths of time as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace axiom::cli {

/// `90s`, `10m`, `2h`, `3d`, `1500ms`, in milliseconds; nullopt for anything else, and for what is
/// longer than a thousand years.
[[nodiscard]] std::optional<std::uint64_t> parse_duration_ms(std::string_view text) noexcept;

/// In the largest unit that divides it.
[[nodiscard]] std::string duration_text(std::uint64_t ms);

} // namespace axiom::cli

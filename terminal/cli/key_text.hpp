#pragma once
// What a key file holds: 64 hex digits of an Ed25519 seed, with or without a newline behind them.

#include <optional>
#include <string_view>

#include <axiom/port/signature_engine.hpp>

namespace axiom::cli {

/// As long as a key file can be; one that is longer is none.
inline constexpr std::size_t key_text_bytes = 65;

/// Nothing else is a key.
[[nodiscard]] std::optional<SigningSeed> key_from_text(std::string_view text);

} // namespace axiom::cli

#pragma once
// Whether bytes are well-formed UTF-8: shortest forms only, no surrogates, at most U+10FFFF.
// Source of the table: The Unicode Standard, table 3-7, well-formed UTF-8 byte sequences.

#include <cstddef>
#include <string_view>

#include <axiom/base/bytes.hpp>

namespace axiom {

[[nodiscard]] bool is_utf8(Bytes text) noexcept;

/// The beginning of a well-formed text: at most so many bytes, and no letter cut in two.
[[nodiscard]] std::string_view whole_letters(std::string_view text, std::size_t bytes_max) noexcept;

} // namespace axiom

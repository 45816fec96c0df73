#pragma once
// Whether bytes are well-formed UTF-8: shortest forms only, no surrogates, at most U+10FFFF.
// Source of the table: The Unicode Standard, table 3-7, well-formed UTF-8 byte sequences.

#include <axiom/base/bytes.hpp>

namespace axiom {

[[nodiscard]] bool is_utf8(Bytes text) noexcept;

} // namespace axiom

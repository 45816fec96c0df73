#pragma once
// Foreign text made fit for a terminal: what cannot be seen as itself is spelled out.

#include <string>
#include <string_view>

namespace axiom::cli {

/// `text` with every control character (C0, DEL, C1), line separator, direction override and byte
/// that is not UTF-8 written as an escape: `\n`, `\t`, `\x1b`, `\u202e`. Everything else stays.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, but newlines and tabs stay: for text that this program composed of several lines.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// `printable`, cut to `columns` with `…` at the end when it is longer.
[[nodiscard]] std::string printable_cut(std::string_view text, std::size_t columns);

} // namespace axiom::cli

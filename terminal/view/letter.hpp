#pragma once
// Letters of foreign text, and which of them are never shown as they are.

#include <cstddef>
#include <string_view>

namespace axiom::terminal {

/// The first letter of a text.
struct Letter {
    char32_t point{};    // of a byte that begins no UTF-8, that byte
    std::size_t bytes{}; // how many it takes, at least 1
    bool is_whole{};     // it is UTF-8
};

/// `text` is not empty.
[[nodiscard]] Letter first_letter(std::string_view text) noexcept;

/// Whether it would move a cursor, end a line, or show other text than is there: control characters
/// (C0, DEL, C1), separators, direction marks, tags, and bytes that are not UTF-8.
[[nodiscard]] bool is_hidden(Letter const& letter) noexcept;

} // namespace axiom::terminal

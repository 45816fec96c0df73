// Escapes for terminals; see terminal/cli/printable.hpp.

#include <terminal/cli/printable.hpp>

#include <array>
#include <cstdint>
#include <cstdio>

#include <terminal/view/letter.hpp>

namespace axiom::cli {

namespace {

void append_escape(std::string& to, char32_t point) {
    std::array<char, 16> escape{};
    if (point == U'\n') {
        to += "\\n";
    } else if (point == U'\t') {
        to += "\\t";
    } else if (point == U'\r') {
        to += "\\r";
    } else {
        char const* const form = point < 0x100U ? "\\x%02x" : "\\u%04x";
        std::snprintf(escape.data(), escape.size(), form, static_cast<unsigned>(point));
        to += escape.data();
    }
}

std::string escaped(std::string_view text, bool keep_lines, std::size_t columns) {
    std::string shown;
    shown.reserve(text.size());
    std::size_t used = 0;
    while (!text.empty()) {
        if (used >= columns) {
            shown += "…";
            break;
        }
        terminal::Letter const letter = terminal::first_letter(text);
        std::size_t const before = shown.size();
        bool const kept =
            keep_lines && letter.is_whole && (letter.point == U'\n' || letter.point == U'\t');
        bool const hidden = terminal::is_hidden(letter) && !kept;
        if (hidden) {
            append_escape(shown, letter.point);
        } else {
            shown += text.substr(0, letter.bytes);
        }
        text.remove_prefix(letter.bytes);
        used += hidden ? shown.size() - before : 1;
    }
    return shown;
}

} // namespace

std::string printable(std::string_view text) {
    return escaped(text, false, static_cast<std::size_t>(-1));
}

std::string printable_lines(std::string_view text) {
    return escaped(text, true, static_cast<std::size_t>(-1));
}

std::string printable_cut(std::string_view text, std::size_t columns) {
    return escaped(text, false, columns);
}

} // namespace axiom::cli

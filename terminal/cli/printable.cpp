// Escapes for terminals; see terminal/cli/printable.hpp.

#include <terminal/cli/printable.hpp>

#include <array>
#include <cstdint>
#include <cstdio>

#include <axiom/codec/utf8.hpp>

namespace axiom::cli {

namespace {

std::size_t length_by_lead(unsigned char lead) {
    if (lead < 0x80U) {
        return 1;
    }
    if (lead < 0xE0U) {
        return 2;
    }
    return lead < 0xF0U ? 3 : 4;
}

char32_t code_point(std::string_view letter) {
    if (letter.size() == 1) {
        return static_cast<unsigned char>(letter[0]);
    }
    char32_t value = static_cast<unsigned char>(letter[0]) & (0x7FU >> letter.size());
    for (char const next : letter.substr(1)) {
        value = (value << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
    }
    return value;
}

// Characters that move the cursor, end the line, or show other text than is there.
bool is_hidden(char32_t point) {
    bool const control = point < 0x20U || (point >= 0x7FU && point <= 0x9FU);
    bool const separator = point == 0x2028U || point == 0x2029U;
    bool const direction = point == 0x061CU || (point >= 0x200EU && point <= 0x200FU) ||
                           (point >= 0x202AU && point <= 0x202EU) ||
                           (point >= 0x2066U && point <= 0x2069U);
    return control || separator || direction || point == 0xFEFFU || point >= 0xE0000U;
}

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
        std::size_t const length = length_by_lead(static_cast<unsigned char>(text[0]));
        std::string_view const letter = text.substr(0, length);
        std::size_t const before = shown.size();
        bool const whole = letter.size() == length && is_utf8(bytes_of(letter));
        if (!whole) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\x%02x",
                          static_cast<unsigned>(static_cast<unsigned char>(text[0])));
            shown += escape.data();
            text.remove_prefix(1);
        } else {
            char32_t const point = code_point(letter);
            bool const kept = keep_lines && (point == U'\n' || point == U'\t');
            if (is_hidden(point) && !kept) {
                append_escape(shown, point);
            } else {
                shown += letter;
            }
            text.remove_prefix(length);
        }
        used += whole && shown.size() - before == length ? 1 : shown.size() - before;
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

#include <terminal/view/letter.hpp>

#include <axiom/codec/utf8.hpp>

namespace axiom::terminal {

namespace {

std::size_t length_by_lead(char lead) noexcept {
    auto const byte = static_cast<unsigned char>(lead);
    return byte < 0x80U ? 1 : byte < 0xE0U ? 2 : byte < 0xF0U ? 3 : 4;
}

char32_t code_point(std::string_view letter) noexcept {
    if (letter.size() == 1) {
        return static_cast<unsigned char>(letter[0]);
    }
    char32_t value = static_cast<unsigned char>(letter[0]) & (0x7FU >> letter.size());
    for (char const next : letter.substr(1)) {
        value = (value << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
    }
    return value;
}

} // namespace

Letter first_letter(std::string_view text) noexcept {
    std::size_t const bytes = length_by_lead(text[0]);
    std::string_view const letter = text.substr(0, bytes);
    if (letter.size() < bytes || !is_utf8(bytes_of(letter))) {
        return {.point = static_cast<unsigned char>(text[0]), .bytes = 1, .is_whole = false};
    }
    return {.point = code_point(letter), .bytes = bytes, .is_whole = true};
}

bool is_hidden(Letter const& letter) noexcept {
    char32_t const point = letter.point;
    bool const control = point < 0x20U || (point >= 0x7FU && point <= 0x9FU);
    bool const separator = point == 0x2028U || point == 0x2029U;
    bool const direction = point == 0x061CU || (point >= 0x200EU && point <= 0x200FU) ||
                           (point >= 0x202AU && point <= 0x202EU) ||
                           (point >= 0x2066U && point <= 0x2069U);
    return !letter.is_whole || control || separator || direction || point == 0xFEFFU ||
           point >= 0xE0000U;
}

} // namespace axiom::terminal

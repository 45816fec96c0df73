#include <terminal/view/printable.hpp>

#include <algorithm>
#include <array>

#include <axiom/codec/utf8.hpp>

namespace axiom::terminal {

namespace {

// A letter of a text: as it is shown, and how many bytes of the text it takes.
struct Letter {
    std::array<char, 8> shown{};
    std::size_t shown_bytes{};
    std::size_t columns{};
    std::size_t bytes{};

    [[nodiscard]] std::string_view view() const noexcept { return {shown.data(), shown_bytes}; }
};

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

bool is_hidden(char32_t point) noexcept {
    bool const control = point < 0x20U || (point >= 0x7FU && point <= 0x9FU);
    bool const separator = point == 0x2028U || point == 0x2029U;
    bool const direction = point == 0x061CU || (point >= 0x200EU && point <= 0x200FU) ||
                           (point >= 0x202AU && point <= 0x202EU) ||
                           (point >= 0x2066U && point <= 0x2069U);
    return control || separator || direction || point == 0xFEFFU || point >= 0xE0000U;
}

void escape(Letter& letter, char32_t point) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    bool const is_short = point < 0x100U;
    letter.shown = {'\\', is_short ? 'x' : 'u'};
    letter.shown_bytes = 2;
    for (unsigned digits = is_short ? 2 : point < 0x10000U ? 4 : 6; digits > 0; --digits) {
        letter.shown[letter.shown_bytes++] = hex[(point >> (4 * (digits - 1))) & 0xFU];
    }
    letter.columns = letter.shown_bytes;
}

Letter first_letter(std::string_view text) noexcept {
    Letter letter{.bytes = length_by_lead(text[0])};
    std::string_view const bytes = text.substr(0, letter.bytes);
    if (bytes.size() < letter.bytes || !is_utf8(bytes_of(bytes))) {
        letter.bytes = 1;
        escape(letter, static_cast<unsigned char>(text[0]));
    } else if (char32_t const point = code_point(bytes); is_hidden(point)) {
        escape(letter, point);
    } else {
        std::ranges::copy(bytes, letter.shown.begin());
        letter.shown_bytes = letter.bytes;
        letter.columns = 1;
    }
    return letter;
}

} // namespace

void put_printable(TextSink& to, std::string_view text) noexcept {
    while (!text.empty()) {
        Letter const letter = first_letter(text);
        to.text(letter.view());
        text.remove_prefix(letter.bytes);
    }
}

std::size_t printable_width(std::string_view text) noexcept {
    std::size_t width = 0;
    while (!text.empty()) {
        Letter const letter = first_letter(text);
        width += letter.columns;
        text.remove_prefix(letter.bytes);
    }
    return width;
}

void CutSink::text(std::string_view piece) noexcept {
    constexpr std::string_view dots = "..";
    while (!piece.empty() && !cut_) {
        Letter const letter = first_letter(piece);
        if (letter.columns + dots.size() > left_) {
            to_->text(dots);
            cut_ = true;
            return;
        }
        to_->text(letter.view());
        left_ -= letter.columns;
        piece.remove_prefix(letter.bytes);
    }
}

} // namespace axiom::terminal

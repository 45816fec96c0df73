#include <terminal/view/printable.hpp>

#include <algorithm>
#include <array>

#include <terminal/view/letter.hpp>

namespace axiom::terminal {

namespace {

// A letter as it is shown.
struct Shown {
    std::array<char, 8> text{};
    std::size_t text_bytes{};
    std::size_t columns{};
    std::size_t bytes{}; // that it takes of the text

    [[nodiscard]] std::string_view view() const noexcept { return {text.data(), text_bytes}; }
};

void escape(Shown& shown, char32_t point) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    bool const is_short = point < 0x100U;
    shown.text = {'\\', is_short ? 'x' : 'u'};
    shown.text_bytes = 2;
    for (unsigned digits = is_short ? 2 : point < 0x10000U ? 4 : 6; digits > 0; --digits) {
        shown.text[shown.text_bytes++] = hex[(point >> (4 * (digits - 1))) & 0xFU];
    }
    shown.columns = shown.text_bytes;
}

Shown first_shown(std::string_view text) noexcept {
    Letter const letter = first_letter(text);
    Shown shown{.bytes = letter.bytes};
    if (is_hidden(letter)) {
        escape(shown, letter.point);
    } else {
        std::ranges::copy(text.substr(0, letter.bytes), shown.text.begin());
        shown.text_bytes = letter.bytes;
        shown.columns = 1;
    }
    return shown;
}

} // namespace

void put_printable(TextSink& to, std::string_view text) noexcept {
    while (!text.empty()) {
        Shown const letter = first_shown(text);
        to.text(letter.view());
        text.remove_prefix(letter.bytes);
    }
}

void put_lines(TextSink& to, std::string_view text) noexcept {
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        put_printable(to, text.substr(0, end));
        to.text(end < text.size() ? "\n" : "");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::size_t printable_width(std::string_view text) noexcept {
    std::size_t width = 0;
    while (!text.empty()) {
        Shown const letter = first_shown(text);
        width += letter.columns;
        text.remove_prefix(letter.bytes);
    }
    return width;
}

void CutSink::text(std::string_view piece) noexcept {
    constexpr std::string_view dots = "..";
    while (!piece.empty() && !cut_) {
        Shown const letter = first_shown(piece);
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

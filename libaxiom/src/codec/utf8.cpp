// UTF-8 well-formedness; see axiom/codec/utf8.hpp.

#include <axiom/codec/utf8.hpp>

namespace axiom {

namespace {

struct Form {
    unsigned length;     // bytes in all
    unsigned second_low; // what the second byte may be
    unsigned second_high;
};

// The first byte decides the length and narrows the second byte; a length of 0 is not a first byte.
constexpr Form form_of(unsigned first) noexcept {
    if (first < 0x80) {
        return {1, 0, 0};
    }
    if (first < 0xC2 || first > 0xF4) {
        return {0, 0, 0};
    }
    if (first < 0xE0) {
        return {2, 0x80, 0xBF};
    }
    if (first < 0xF0) {
        return {3, first == 0xE0 ? 0xA0U : 0x80U, first == 0xED ? 0x9FU : 0xBFU};
    }
    return {4, first == 0xF0 ? 0x90U : 0x80U, first == 0xF4 ? 0x8FU : 0xBFU};
}

} // namespace

bool is_utf8(Bytes text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        Form const form = form_of(std::to_integer<unsigned>(text[at]));
        if (form.length == 0 || form.length > text.size() - at) {
            return false;
        }
        for (unsigned index = 1; index < form.length; ++index) {
            auto const byte = std::to_integer<unsigned>(text[at + index]);
            unsigned const low = index == 1 ? form.second_low : 0x80;
            unsigned const high = index == 1 ? form.second_high : 0xBF;
            if (byte < low || byte > high) {
                return false;
            }
        }
        at += form.length;
    }
    return true;
}

std::string_view whole_letters(std::string_view text, std::size_t bytes_max) noexcept {
    std::size_t end = text.size() < bytes_max ? text.size() : bytes_max;
    auto const is_amid_a_letter = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (end > 0 && is_amid_a_letter(end)) {
        --end;
    }
    return text.substr(0, end);
}

} // namespace axiom

// Text with one spelling; see axiom/codec/plain_text.hpp.

#include <axiom/codec/plain_text.hpp>

#include <array>

namespace axiom {

namespace {

constexpr std::string_view base64_alphabet{
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};

constexpr std::uint8_t not_base64 = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_base64);
    for (std::size_t value = 0; value < base64_alphabet.size(); ++value) {
        values[static_cast<unsigned char>(base64_alphabet[value])] =
            static_cast<std::uint8_t>(value);
    }
    return values;
}();

std::uint8_t base64_value(char character) noexcept {
    return base64_values[static_cast<unsigned char>(character)];
}

struct Quad {
    std::array<std::byte, 3> bytes{};
    std::size_t count{};
};

// Four characters as one to three bytes; padding stands only where nothing follows.
Result<Quad> read_quad(std::string_view text, bool is_last) noexcept {
    std::size_t characters = 4;
    while (is_last && characters > 2 && text[characters - 1] == '=') {
        --characters;
    }
    std::uint32_t word = 0;
    for (std::size_t index = 0; index < 4; ++index) {
        std::uint8_t const value = index < characters ? base64_value(text[index]) : 0;
        if (value == not_base64) {
            return fail(Code::bad_text, index);
        }
        word = word << 6U | value;
    }
    Quad const quad{{static_cast<std::byte>(word >> 16U), static_cast<std::byte>(word >> 8U),
                     static_cast<std::byte>(word)},
                    characters - 1};
    return is_zero(Bytes{quad.bytes}.subspan(quad.count)) ? Result<Quad>{quad}
                                                          : fail(Code::bad_text, 3);
}

} // namespace

Result<void> write_text(Writer& to, std::string_view text) noexcept {
    return to.bytes(bytes_of(text));
}

Result<void> write_decimal(Writer& to, std::uint64_t number) noexcept {
    std::array<char, 20> digits;
    std::size_t first = digits.size();
    do {
        digits[--first] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return write_text(to, {digits.data() + first, digits.size() - first});
}

Result<void> write_hex(Writer& to, Hash256 const& hash) noexcept {
    return write_text(to, text_of(to_hex(hash)));
}

Result<void> write_base64(Writer& to, Bytes bytes) noexcept {
    while (!bytes.empty()) {
        std::array<std::byte, 3> three{};
        std::size_t const count = bytes.size() < 3 ? bytes.size() : 3;
        copy_bytes(three, bytes.first(count));
        auto const word = std::to_integer<std::uint32_t>(three[0]) << 16U |
                          std::to_integer<std::uint32_t>(three[1]) << 8U |
                          std::to_integer<std::uint32_t>(three[2]);
        std::array<char, 4> text{'=', '=', '=', '='};
        for (std::size_t index = 0; index <= count; ++index) {
            text[index] = base64_alphabet[word >> (18 - 6 * index) & 63U];
        }
        TRY(write_text(to, {text.data(), text.size()}));
        bytes = bytes.subspan(count);
    }
    return {};
}

Result<std::uint64_t> read_decimal(std::string_view text) noexcept {
    constexpr std::uint64_t max = ~std::uint64_t{0};
    if (text.empty() || (text.size() > 1 && text[0] == '0')) {
        return fail(Code::bad_text);
    }
    std::uint64_t number = 0;
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] < '0' || text[index] > '9') {
            return fail(Code::bad_text, index);
        }
        auto const digit = static_cast<std::uint64_t>(text[index] - '0');
        if (number > (max - digit) / 10) {
            return fail(Code::bad_text, index);
        }
        number = number * 10 + digit;
    }
    return number;
}

Result<Hash256> read_hex(std::string_view text) noexcept {
    auto const hash = hash_from_hex(text);
    return hash ? Result<Hash256>{*hash} : fail(Code::bad_text);
}

Result<std::size_t> base64_bytes(std::string_view text) noexcept {
    if (text.size() % 4 != 0) {
        return fail(Code::bad_text, text.size());
    }
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        Quad const quad = TRY(read_quad({text.data() + at, 4}, at + 4 == text.size()));
        bytes += quad.count;
    }
    return bytes;
}

Result<void> read_base64(MutableBytes to, std::string_view text) noexcept {
    if (text.size() != base64_characters(to.size())) {
        return fail(Code::bad_text, text.size());
    }
    for (std::size_t at = 0; at < text.size(); at += 4) {
        Quad const quad = TRY(read_quad({text.data() + at, 4}, at + 4 == text.size()));
        std::size_t const wanted = to.size() < 3 ? to.size() : 3;
        if (quad.count != wanted) {
            return fail(Code::bad_text, at);
        }
        copy_bytes(to, Bytes{quad.bytes}.first(wanted));
        to = to.subspan(wanted);
    }
    return {};
}

std::size_t find_text(std::string_view text, std::string_view what) noexcept {
    for (std::size_t at = 0; at + what.size() <= text.size(); ++at) {
        if (std::string_view{text.data() + at, what.size()} == what) {
            return at;
        }
    }
    return text.size();
}

Result<std::string_view> Lines::next() noexcept {
    std::size_t const end = find_text(rest_, {"\n", 1});
    if (end == rest_.size()) {
        return fail(Code::truncated);
    }
    std::string_view const line{rest_.data(), end};
    rest_.remove_prefix(end + 1);
    return line;
}

Result<std::string_view> Lines::next_after(std::string_view prefix) noexcept {
    std::string_view line = TRY(next());
    if (!line.starts_with(prefix)) {
        return fail(Code::bad_text);
    }
    line.remove_prefix(prefix.size());
    return line;
}

} // namespace axiom

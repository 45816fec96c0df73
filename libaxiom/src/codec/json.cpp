// The leaves of JSON; see axiom/codec/json.hpp.

#include <axiom/codec/json.hpp>

#include <array>

namespace axiom {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

// Escapes for what may not stand in a JSON string, and for what a terminal might obey: C0, DEL and
// C1 (which UTF-8 spells C2 80 to C2 9F).
void escape(TextSink& to, unsigned code) noexcept {
    std::array<char, 6> const text{
        '\\', 'u', '0', '0', digits[(code >> 4U) & 15U], digits[code & 15U]};
    to.text({text.data(), text.size()});
}

bool is_plain(unsigned char byte) noexcept {
    return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F && byte != 0xC2;
}

} // namespace

void json_text(TextSink& to, std::string_view text) noexcept {
    to.text("\"");
    std::size_t plain_from = 0;
    std::size_t at = 0;
    auto const flush_plain = [&] {
        if (at > plain_from) {
            to.text({text.data() + plain_from, at - plain_from});
        }
    };
    while (at < text.size()) {
        auto const byte = static_cast<unsigned char>(text[at]);
        if (is_plain(byte)) {
            ++at;
            continue;
        }
        bool const wide = byte == 0xC2 && at + 1 < text.size();
        auto const second = wide ? static_cast<unsigned char>(text[at + 1]) : 0U;
        if (wide && second >= 0xA0) {
            at += 2;
            continue;
        }
        flush_plain();
        if (byte == '"') {
            to.text("\\\"");
        } else if (byte == '\\') {
            to.text("\\\\");
        } else {
            escape(to, wide ? second : byte);
        }
        at += wide ? 2 : 1;
        plain_from = at;
    }
    flush_plain();
    to.text("\"");
}

void json_number(TextSink& to, std::uint64_t value) noexcept {
    std::array<char, 20> text{};
    std::size_t at = text.size();
    bool const exact = value < (std::uint64_t{1} << 53U);
    do {
        text[--at] = digits[value % 10];
        value /= 10;
    } while (value != 0);
    std::string_view const quote{"\"", exact ? 0U : 1U};
    to.text(quote);
    to.text({text.data() + at, text.size() - at});
    to.text(quote);
}

void json_hex(TextSink& to, Bytes bytes) noexcept {
    to.text("\"");
    for (std::byte const byte : bytes) {
        auto const value = std::to_integer<unsigned>(byte);
        std::array<char, 2> const pair{digits[value >> 4U], digits[value & 15U]};
        to.text({pair.data(), pair.size()});
    }
    to.text("\"");
}

void json_hex_number(TextSink& to, std::uint64_t value) noexcept {
    std::array<char, 18> text{};
    std::size_t at = text.size();
    do {
        text[--at] = digits[value & 15U];
        value >>= 4U;
    } while (value != 0);
    text[--at] = 'x';
    text[--at] = '0';
    to.text("\"");
    to.text({text.data() + at, text.size() - at});
    to.text("\"");
}

} // namespace axiom

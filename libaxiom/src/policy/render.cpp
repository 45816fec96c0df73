// Rendering without strings: every piece goes to the sink as soon as it is known.
#include <axiom/policy/render.hpp>

#include <array>

#include <axiom/policy/rule.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view digits = "0123456789abcdef"sv;

void put_in_base(TextSink& to, std::uint64_t value, unsigned base) noexcept {
    std::array<char, 20> text{};
    std::size_t first = text.size();
    do {
        text[--first] = digits[value % base];
        value /= base;
    } while (value != 0);
    to.text({text.data() + first, text.size() - first});
}

/// The bytes of the well-formed printable character at the front, 0 when there is none.
std::size_t printable_bytes(std::string_view text) noexcept {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
        if (is_plain_text(std::string_view{text.data(), length})) {
            return length;
        }
        if (static_cast<unsigned char>(text[0]) < 0x80) {
            return 0;
        }
    }
    return 0;
}

} // namespace

void put_number(TextSink& to, std::uint64_t value) noexcept {
    put_in_base(to, value, 10);
}

void put_hex(TextSink& to, std::uint64_t value) noexcept {
    to.text("0x"sv);
    put_in_base(to, value, 16);
}

void put_duration(TextSink& to, std::uint64_t milliseconds) noexcept {
    for (DurationUnit const& unit : duration_units) {
        if (milliseconds != 0 && milliseconds % unit.milliseconds == 0) {
            put_number(to, milliseconds / unit.milliseconds);
            to.text(unit.name);
            return;
        }
    }
    put_number(to, milliseconds);
    to.text("ms"sv);
}

void put_quoted(TextSink& to, std::string_view text) noexcept {
    to.text("\""sv);
    while (!text.empty()) {
        std::size_t const length = printable_bytes(text);
        if (length == 0) {
            auto const byte = static_cast<unsigned char>(text[0]);
            std::array<char, 4> const escape{'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
            to.text({escape.data(), escape.size()});
        } else {
            if (text[0] == '"' || text[0] == '\\') {
                to.text("\\"sv);
            }
            to.text(std::string_view{text.data(), length});
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    to.text("\""sv);
}

void put_domain(TextSink& to, std::uint64_t domain) noexcept {
    if (domain >= 1 && domain <= std::size(domain_names)) {
        to.text(domain_names[domain - 1]);
    } else {
        put_number(to, domain);
    }
}

std::uint64_t domain_from_name(std::string_view name) noexcept {
    for (std::size_t index = 0; index < std::size(domain_names); ++index) {
        if (domain_names[index] == name) {
            return index + 1;
        }
    }
    return 0;
}

} // namespace axiom::policy

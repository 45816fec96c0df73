#pragma once
// A 256-bit hash as a value: compared, copied, written as 64 lower-case hex digits.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <axiom/base/bytes.hpp>

namespace axiom {

struct Hash256 {
    std::array<std::byte, 32> bytes{};

    [[nodiscard]] Bytes view() const noexcept { return bytes; }
    [[nodiscard]] bool is_zero() const noexcept { return *this == Hash256{}; }

    /// The first eight bytes as a little-endian word: for tags and tables, never for trust.
    [[nodiscard]] std::uint64_t prefix() const noexcept { return load_le<std::uint64_t>(bytes); }

    friend bool operator==(Hash256 const&, Hash256 const&) noexcept = default;
};

static_assert(sizeof(Hash256) == 32 && alignof(Hash256) == 1);

using HashHex = std::array<char, 64>;

[[nodiscard]] constexpr HashHex to_hex(Hash256 const& hash) noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    HashHex text{};
    for (std::size_t index = 0; index < hash.bytes.size(); ++index) {
        auto const byte = std::to_integer<unsigned>(hash.bytes[index]);
        text[2 * index] = digits[byte >> 4U];
        text[2 * index + 1] = digits[byte & 15U];
    }
    return text;
}

[[nodiscard]] constexpr std::string_view text_of(HashHex const& hex) noexcept {
    return {hex.data(), hex.size()};
}

/// Parses exactly 64 hex digits; upper-case digits are refused, so that one hash has one spelling.
[[nodiscard]] constexpr std::optional<Hash256> hash_from_hex(std::string_view text) noexcept {
    if (text.size() != 64) {
        return std::nullopt;
    }
    Hash256 hash{};
    for (std::size_t index = 0; index < text.size(); ++index) {
        char const digit = text[index];
        unsigned nibble = 0;
        if (digit >= '0' && digit <= '9') {
            nibble = static_cast<unsigned>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            nibble = static_cast<unsigned>(digit - 'a') + 10U;
        } else {
            return std::nullopt;
        }
        hash.bytes[index / 2] |= static_cast<std::byte>(index % 2 == 0 ? nibble << 4U : nibble);
    }
    return hash;
}

} // namespace axiom

#pragma once
// Borrowed bytes, little-endian words in them, and the few sums that bounds are made of.
//
// Every format of this project is little-endian and every supported machine is too, so a word is
// loaded by copying it. The assertion below is what a big-endian port would meet first. The copy is
// the compiler's own: in a freestanding build std::memcpy is a call, even for one word.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <axiom/base/assert.hpp>

namespace axiom {

static_assert(std::endian::native == std::endian::little);

using Bytes = std::span<std::byte const>;
using MutableBytes = std::span<std::byte>;

/// Reads the integer at the front of `from`, which holds at least its size.
template <std::unsigned_integral Word> [[nodiscard]] inline Word load_le(Bytes from) noexcept {
    AXIOM_ASSERT(from.size() >= sizeof(Word));
    Word word{};
    __builtin_memcpy(&word, from.data(), sizeof(Word));
    return word;
}

/// Writes `word` to the front of `to`, which has room for it.
template <std::unsigned_integral Word> inline void store_le(MutableBytes to, Word word) noexcept {
    AXIOM_ASSERT(to.size() >= sizeof(Word));
    __builtin_memcpy(to.data(), &word, sizeof(Word));
}

/// Copies `from` to the front of `to`, which has room for it.
inline void copy_bytes(MutableBytes to, Bytes from) noexcept {
    AXIOM_ASSERT(to.size() >= from.size());
    if (!from.empty()) {
        std::memcpy(to.data(), from.data(), from.size());
    }
}

inline void zero_bytes(MutableBytes bytes) noexcept {
    if (!bytes.empty()) {
        std::memset(bytes.data(), 0, bytes.size());
    }
}

/// Whether every byte is zero: the first is, and each is what the one before it is. It is asked of
/// whole segments, so it runs at the speed of the platform's own comparison.
[[nodiscard]] inline bool is_zero(Bytes bytes) noexcept {
    return bytes.empty() || (bytes.front() == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

[[nodiscard]] inline bool equal_bytes(Bytes left, Bytes right) noexcept {
    return left.size() == right.size() &&
           (left.empty() || std::memcmp(left.data(), right.data(), left.size()) == 0);
}

[[nodiscard]] inline Bytes bytes_of(std::string_view text) noexcept {
    return std::as_bytes(std::span{text.data(), text.size()});
}

[[nodiscard]] inline std::string_view text_of(Bytes bytes) noexcept {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// Whether `[offset, offset + length)` lies within `size`, with no sum that could wrap.
[[nodiscard]] constexpr bool range_fits(std::uint64_t offset, std::uint64_t length,
                                        std::uint64_t size) noexcept {
    return offset <= size && length <= size - offset;
}

/// The least multiple of `unit` (a power of two) that is not below `value`. `value` is at most
/// 2^63.
template <std::unsigned_integral Word>
[[nodiscard]] constexpr Word round_up(Word value, std::type_identity_t<Word> unit) noexcept {
    return (value + unit - 1) & ~(unit - 1);
}

} // namespace axiom

#pragma once
// CRC-32, the one of zlib and Ethernet: against accidents, not against anybody.

#include <array>

#include <axiom/base/bytes.hpp>

namespace axiom {

[[nodiscard]] constexpr std::uint32_t crc32(Bytes bytes) noexcept {
    constexpr auto table = [] {
        constexpr std::uint32_t polynomial = 0xEDB88320; // reflected
        std::array<std::uint32_t, 256> remainders{};
        for (std::uint32_t index = 0; index < remainders.size(); ++index) {
            std::uint32_t value = index;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0U);
            }
            remainders[index] = value;
        }
        return remainders;
    }();
    std::uint32_t value = 0xFFFFFFFF;
    for (std::byte const byte : bytes) {
        value = (value >> 8U) ^ table[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
    }
    return ~value;
}

} // namespace axiom

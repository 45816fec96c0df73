#pragma once
// What a message is: what a thread and the kernel share for it, and how it is said in registers.
//
// A message is up to four words, which travel in registers; up to 4 KiB of bytes; and up to eight
// capabilities, named by the sender's slots. Words without bytes never touch memory.

#include <array>
#include <cstddef>
#include <cstdint>

namespace axiom::kernel {

inline constexpr std::size_t message_words = 4;
inline constexpr std::size_t message_bytes_max = 4096;
inline constexpr std::size_t message_capabilities_max = 8;

/// The two pages that a thread shares with the kernel. Its process may change them at any moment:
/// the kernel reads each field once.
struct MessageBuffer {
    std::array<std::byte, message_bytes_max> bytes{};
    std::array<std::uint32_t, message_capabilities_max> capabilities{}; // slots, of a sender
    std::uint32_t window{}; // first of eight slots that a receiver has free; see `no_window`
    std::uint32_t unused{};
    std::array<char, 16> label{}; // of what a call creates; ends at the first zero
};

/// As a buffer's `window`: takes no capabilities.
inline constexpr std::uint32_t no_window = ~std::uint32_t{0};

inline constexpr std::uint32_t message_pages = 2;
static_assert(sizeof(MessageBuffer) <= std::size_t{message_pages} * 4096);

/// What a message consists of, in one word: bits 0 to 15 its bytes, 16 to 19 its capabilities; when
/// received, bit 24: from the kernel, about a fault; bit 25: bits of a notification, no message.
struct MessageHead {
    std::uint64_t word{};

    static constexpr MessageHead of(std::uint64_t bytes, std::uint64_t capabilities) noexcept {
        return {bytes | capabilities << 16U};
    }
    [[nodiscard]] constexpr std::uint32_t bytes() const noexcept { return word & 0xFFFFU; }
    [[nodiscard]] constexpr std::uint32_t capabilities() const noexcept {
        return word >> 16U & 0xFU;
    }
    /// As a sender may say it.
    [[nodiscard]] constexpr bool is_valid() const noexcept {
        return word >> 20U == 0 && bytes() <= message_bytes_max &&
               capabilities() <= message_capabilities_max;
    }
};

inline constexpr std::uint64_t head_is_fault = std::uint64_t{1} << 24U;
inline constexpr std::uint64_t head_is_signal = std::uint64_t{1} << 25U;

} // namespace axiom::kernel

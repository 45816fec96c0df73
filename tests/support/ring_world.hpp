#pragma once
// Memory for a ring of tests, and messages that tell who sent them and when.

#include <array>
#include <cstring>
#include <memory>

#include <gtest/gtest.h>

#include <services/runtime/ring_consumer.hpp>
#include <services/runtime/ring_producer.hpp>

namespace axiom::test {

template <std::uint32_t slots> class RingWorld {
  public:
    [[nodiscard]] MutableBytes bytes() noexcept { return *memory_; }
    [[nodiscard]] RingMemory memory() noexcept {
        auto const memory = RingMemory::over(bytes(), slots);
        EXPECT_TRUE(memory);
        return *memory;
    }

  private:
    struct alignas(detail::ring_line_bytes) Room
        : std::array<std::byte, RingMemory::bytes_for(slots)> {};
    std::unique_ptr<Room> memory_ = std::make_unique<Room>();
};

/// As long as its number says, and every byte of it follows from who and what.
class NumberedMessage {
  public:
    NumberedMessage(std::uint32_t producer, std::uint64_t number) noexcept
        : bytes_(16 + number % (ring_message_bytes_max - 15)) {
        for (std::size_t at = 16; at < bytes_; ++at) {
            room_.at(at) = static_cast<std::byte>(producer * 31 + number * 7 + at);
        }
        std::uint64_t const who = producer;
        std::memcpy(room_.data(), &who, sizeof who);
        std::memcpy(room_.data() + 8, &number, sizeof number);
    }

    [[nodiscard]] Bytes bytes() const noexcept { return Bytes{room_}.first(bytes_); }

    [[nodiscard]] static std::uint64_t producer_of(Bytes message) noexcept {
        return load_le<std::uint64_t>(message.first(8));
    }
    [[nodiscard]] static std::uint64_t number_of(Bytes message) noexcept {
        return load_le<std::uint64_t>(message.subspan(8, 8));
    }
    /// Whether it is what its producer wrote under its number.
    [[nodiscard]] static bool is_whole(Bytes message) noexcept {
        NumberedMessage const sent{static_cast<std::uint32_t>(producer_of(message)),
                                   number_of(message)};
        return std::ranges::equal(message, sent.bytes());
    }

  private:
    std::size_t bytes_;
    std::array<std::byte, ring_message_bytes_max> room_{};
};

} // namespace axiom::test

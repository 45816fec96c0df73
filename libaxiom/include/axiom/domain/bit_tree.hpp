#pragma once
// BitTree: a set of small numbers whose least member is found in a few steps, however large the set
// may be.
//
// One bit a number, and above each 64 bits one bit that says whether any of them is set:
//
//     level 2                  [..............1]
//     level 1   [...........1.1] [.............]
//     level 0   [..1..] [.1..1.] [.....]
//
// Tables keep two of these: the free rows (allocation takes the lowest) and the rows whose hash is
// stale.

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include <axiom/base/arena.hpp>

namespace axiom {

class BitTree {
  public:
    static constexpr std::size_t levels_max = 4; // 64^4 = 2^24 numbers

    /// A set of numbers below `size`, empty.
    BitTree(Arena& arena, std::uint32_t size) noexcept : size_{size} {
        std::size_t words = words_for(size);
        for (std::size_t level = 0; level < levels_max; ++level) {
            levels_[level] = arena.make<std::uint64_t>(words);
            words = words_for(words);
        }
    }

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t size) noexcept {
        std::size_t bytes = 0;
        std::size_t words = words_for(size);
        for (std::size_t level = 0; level < levels_max; ++level) {
            bytes += Arena::bytes_for<std::uint64_t>(words);
            words = words_for(words);
        }
        return bytes;
    }

    [[nodiscard]] bool contains(std::uint32_t number) const noexcept {
        AXIOM_ASSERT(number < size_);
        return (levels_[0][number / 64] >> (number % 64) & 1U) != 0;
    }

    void insert(std::uint32_t number) noexcept {
        AXIOM_ASSERT(number < size_);
        std::size_t bit = number;
        for (auto const level : levels_) {
            level[bit / 64] |= std::uint64_t{1} << (bit % 64);
            bit /= 64;
        }
    }

    void erase(std::uint32_t number) noexcept {
        AXIOM_ASSERT(number < size_);
        std::size_t bit = number;
        for (auto const level : levels_) {
            level[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
            if (level[bit / 64] != 0) {
                return;
            }
            bit /= 64;
        }
    }

    [[nodiscard]] bool empty() const noexcept { return levels_[levels_max - 1][0] == 0; }

    /// The least member, if there is one.
    [[nodiscard]] std::optional<std::uint32_t> first() const noexcept {
        if (empty()) {
            return std::nullopt;
        }
        std::size_t word = 0;
        for (std::size_t level = levels_max; level-- > 0;) {
            word = word * 64 + static_cast<std::size_t>(std::countr_zero(levels_[level][word]));
        }
        return static_cast<std::uint32_t>(word);
    }

    void fill() noexcept {
        for (std::uint32_t number = 0; number < size_; ++number) {
            insert(number);
        }
    }

    void clear() noexcept {
        for (auto const level : levels_) {
            for (std::uint64_t& word : level) {
                word = 0;
            }
        }
    }

  private:
    static constexpr std::size_t words_for(std::size_t bits) noexcept {
        return bits == 0 ? 1 : (bits + 63) / 64;
    }

    std::uint32_t size_;
    std::array<std::span<std::uint64_t>, levels_max> levels_{};
};

} // namespace axiom

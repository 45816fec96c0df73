#pragma once
// What RV64M and the W forms compute, for every operand: nothing here traps and nothing is
// undefined.
//
// Source: The RISC-V Instruction Set Manual, volume I, chapters RV64I and M.

#include <cstdint>
#include <limits>

namespace axiom::jobs {

/// The low 32 bits, sign-extended: what every W form gives.
[[nodiscard]] constexpr std::uint64_t sign_extended(std::uint32_t word) noexcept {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(word)));
}

[[nodiscard]] constexpr std::uint32_t low_word(std::uint64_t value) noexcept {
    return static_cast<std::uint32_t>(value);
}

[[nodiscard]] constexpr std::int64_t as_signed(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value);
}

[[nodiscard]] constexpr std::uint64_t truth(bool holds) noexcept {
    return holds ? 1 : 0;
}

[[nodiscard]] constexpr std::uint64_t shifted_arithmetic(std::uint64_t value,
                                                         std::uint64_t by) noexcept {
    return static_cast<std::uint64_t>(as_signed(value) >> (by & 63U));
}

[[nodiscard]] constexpr std::uint64_t word_shifted_arithmetic(std::uint64_t value,
                                                              std::uint64_t by) noexcept {
    return static_cast<std::uint64_t>(
        static_cast<std::int64_t>(static_cast<std::int32_t>(low_word(value)) >> (by & 31U)));
}

/// The upper half of the product, in halves: a 128-bit product is a call into a runtime on some
/// targets.
[[nodiscard]] constexpr std::uint64_t high_product(std::uint64_t left,
                                                   std::uint64_t right) noexcept {
    std::uint64_t const left_low = low_word(left);
    std::uint64_t const left_high = left >> 32U;
    std::uint64_t const right_low = low_word(right);
    std::uint64_t const right_high = right >> 32U;
    std::uint64_t const low = left_low * right_low;
    std::uint64_t const middle = left_high * right_low + (low >> 32U);
    std::uint64_t const other = left_low * right_high + low_word(middle);
    return left_high * right_high + (middle >> 32U) + (other >> 32U);
}

[[nodiscard]] constexpr std::uint64_t high_product_signed(std::uint64_t left,
                                                          std::uint64_t right) noexcept {
    return high_product(left, right) - (as_signed(left) < 0 ? right : 0) -
           (as_signed(right) < 0 ? left : 0);
}

/// `left` signed, `right` unsigned.
[[nodiscard]] constexpr std::uint64_t high_product_mixed(std::uint64_t left,
                                                         std::uint64_t right) noexcept {
    return high_product(left, right) - (as_signed(left) < 0 ? right : 0);
}

/// All ones for a division by zero; the dividend where the quotient overflows.
template <class Signed>
[[nodiscard]] constexpr Signed quotient(Signed left, Signed right) noexcept {
    if (right == 0) {
        return static_cast<Signed>(-1);
    }
    if constexpr (std::numeric_limits<Signed>::is_signed) {
        if (right == -1 && left == std::numeric_limits<Signed>::min()) {
            return left;
        }
    }
    return static_cast<Signed>(left / right);
}

/// The dividend for a division by zero; zero where the quotient overflows.
template <class Signed>
[[nodiscard]] constexpr Signed remainder(Signed left, Signed right) noexcept {
    if (right == 0) {
        return left;
    }
    if constexpr (std::numeric_limits<Signed>::is_signed) {
        if (right == -1) {
            return 0;
        }
    }
    return static_cast<Signed>(left % right);
}

[[nodiscard]] constexpr std::uint64_t divided(std::uint64_t left, std::uint64_t right) noexcept {
    return static_cast<std::uint64_t>(quotient(as_signed(left), as_signed(right)));
}

[[nodiscard]] constexpr std::uint64_t divided_rest(std::uint64_t left,
                                                   std::uint64_t right) noexcept {
    return static_cast<std::uint64_t>(remainder(as_signed(left), as_signed(right)));
}

[[nodiscard]] constexpr std::uint64_t word_divided(std::uint64_t left,
                                                   std::uint64_t right) noexcept {
    return sign_extended(static_cast<std::uint32_t>(quotient(
        static_cast<std::int32_t>(low_word(left)), static_cast<std::int32_t>(low_word(right)))));
}

[[nodiscard]] constexpr std::uint64_t word_divided_rest(std::uint64_t left,
                                                        std::uint64_t right) noexcept {
    return sign_extended(static_cast<std::uint32_t>(remainder(
        static_cast<std::int32_t>(low_word(left)), static_cast<std::int32_t>(low_word(right)))));
}

} // namespace axiom::jobs

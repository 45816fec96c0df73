#pragma once
// Choices that follow from a seed alone (splitmix64): the same seed, the same run, on every
// machine.

#include <cstdint>

#include <axiom/base/assert.hpp>

namespace axiom::test {

class Seeded {
  public:
    explicit Seeded(std::uint64_t seed) noexcept : state_{seed} {}

    [[nodiscard]] std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }

    /// One of 0 to `bound` less one; `bound` is at least 1 and far below 2^64.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept {
        AXIOM_ASSERT(bound > 0);
        return next() % bound;
    }

    /// True in `per_mille` of 1000 cases.
    [[nodiscard]] bool chance(std::uint32_t per_mille) noexcept { return below(1000) < per_mille; }

  private:
    std::uint64_t state_;
};

} // namespace axiom::test

#pragma once
// What of one write reaches the medium when power goes.
//
// A medium promises nothing below a flush: sectors of one write persist independently, and a sector
// that was being written may keep its front, its back, or every other word of eight bytes.

#include <cstdint>
#include <string>

#include <axiom/base/bytes.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::test {

inline constexpr std::size_t sector_bytes = 512;

struct Tear {
    enum class Shape : std::uint8_t { whole, lost, sectors, front, back, even_words, odd_words };

    Shape shape{Shape::whole};
    std::uint64_t at{}; // front and back: the cut in bytes; sectors: the seed of the choice

    friend bool operator==(Tear const&, Tear const&) noexcept = default;
};

/// Puts over `old` (what lies there) the part of `written` that survives; both have one length.
void apply_tear(Tear tear, MutableBytes old, Bytes written) noexcept;

/// Any outcome that a write of `bytes` bytes may have.
[[nodiscard]] Tear any_tear(Seeded& seeded, std::size_t bytes) noexcept;

[[nodiscard]] std::string describe(Tear tear);

} // namespace axiom::test

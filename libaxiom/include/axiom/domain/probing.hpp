#pragma once
// Probing: the places of an index by open addressing, one after the other.
//
// Places are a power of two, at most half of them taken. An entry stands in the first free place
// from its home on; who takes one out moves later ones back, so that there are no tombstones.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace axiom {

/// Spreads the bits of a key over the whole word.
[[nodiscard]] constexpr std::uint64_t mix_key(std::uint64_t key) noexcept {
    key = (key ^ (key >> 32U)) * 0xD6E8FEB86659FD93U;
    key = (key ^ (key >> 32U)) * 0xD6E8FEB86659FD93U;
    return key ^ (key >> 32U);
}

[[nodiscard]] constexpr std::uint64_t mix_key(std::string_view text) noexcept {
    std::uint64_t key = text.size();
    for (char const letter : text) {
        key = mix_key(key ^ static_cast<std::uint8_t>(letter));
    }
    return key;
}

struct Probing {
    std::size_t places{};

    /// How many places an index of up to `capacity` entries takes.
    [[nodiscard]] static constexpr std::size_t places_for(std::uint32_t capacity) noexcept {
        return std::bit_ceil(std::size_t{capacity} * 2 + 2);
    }

    [[nodiscard]] constexpr std::size_t home(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(mix_key(key)) & (places - 1);
    }
    [[nodiscard]] constexpr std::size_t next(std::size_t at) const noexcept {
        return (at + 1) & (places - 1);
    }

    /// Whether an entry that stands at `at`, and whose home is `home_place`, may stand at `hole`,
    /// which lies before it: unless its home lies after the hole.
    [[nodiscard]] constexpr bool may_move(std::size_t home_place, std::size_t at,
                                          std::size_t hole) const noexcept {
        return ((at - home_place) & (places - 1)) >= ((at - hole) & (places - 1));
    }
};

} // namespace axiom

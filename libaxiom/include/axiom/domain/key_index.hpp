#pragma once
// KeyIndex: finds a table's row by a key of its contents.
//
// Open addressing with linear probing; at most half full, and removal shifts back what follows, so
// there are no tombstones. It is a projection: never hashed, never saved, rebuilt when a table is
// loaded, and nothing but the speed of a lookup depends on its order.

#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include <axiom/base/arena.hpp>

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

class KeyIndex {
  public:
    KeyIndex(Arena& arena, std::uint32_t capacity) noexcept
        : places_{arena.make<Place>(places_for(capacity))} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t capacity) noexcept {
        return Arena::bytes_for<Place>(places_for(capacity));
    }

    /// The row under `key` for which `is_it(row)` holds; several keys may mix to one.
    template <std::predicate<std::uint32_t> IsIt>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key,
                                                    IsIt&& is_it) const noexcept {
        for (std::size_t at = home(key); places_[at].row_plus_one != 0; at = next(at)) {
            std::uint32_t const row = places_[at].row_plus_one - 1;
            if (places_[at].key == key && is_it(row)) {
                return row;
            }
        }
        return std::nullopt;
    }

    void insert(std::uint64_t key, std::uint32_t row) noexcept {
        std::size_t at = home(key);
        while (places_[at].row_plus_one != 0) {
            at = next(at);
        }
        places_[at] = {key, row + 1};
    }

    /// Removes the entry of `row`, which is in the index under `key`.
    void erase(std::uint64_t key, std::uint32_t row) noexcept {
        std::size_t hole = home(key);
        while (places_[hole].row_plus_one != row + 1) {
            AXIOM_ASSERT(places_[hole].row_plus_one != 0);
            hole = next(hole);
        }
        for (std::size_t at = next(hole); places_[at].row_plus_one != 0; at = next(at)) {
            // An entry may move back into the hole unless its home lies after the hole.
            if (distance(home(places_[at].key), at) >= distance(hole, at)) {
                places_[hole] = places_[at];
                hole = at;
            }
        }
        places_[hole] = {};
    }

    void clear() noexcept {
        for (Place& place : places_) {
            place = {};
        }
    }

  private:
    struct Place {
        std::uint64_t key{};
        std::uint32_t row_plus_one{};
    };

    static constexpr std::size_t places_for(std::uint32_t capacity) noexcept {
        return std::bit_ceil(std::size_t{capacity} * 2 + 2);
    }
    [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(mix_key(key)) & (places_.size() - 1);
    }
    [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
        return (at + 1) & (places_.size() - 1);
    }
    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const noexcept {
        return (to - from) & (places_.size() - 1);
    }

    std::span<Place> places_;
};

} // namespace axiom

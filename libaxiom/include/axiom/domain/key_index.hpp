#pragma once
// KeyIndex: finds a table's row by a key of its contents.
//
// Open addressing with linear probing; at most half full, and removal shifts back what follows, so
// there are no tombstones. It is a projection: never hashed, never saved, rebuilt when a table is
// loaded, and nothing but the speed of a lookup depends on its order.

#include <concepts>
#include <cstdint>
#include <optional>

#include <axiom/base/arena.hpp>
#include <axiom/domain/probing.hpp>

namespace axiom {

class KeyIndex {
  public:
    KeyIndex(Arena& arena, std::uint32_t capacity) noexcept
        : places_{arena.make<Place>(Probing::places_for(capacity))} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t capacity) noexcept {
        return Arena::bytes_for<Place>(Probing::places_for(capacity));
    }

    /// The row under `key` for which `is_it(row)` holds; several keys may mix to one.
    template <std::predicate<std::uint32_t> IsIt>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key,
                                                    IsIt&& is_it) const noexcept {
        for (std::size_t at = probing().home(key); places_[at].row_plus_one != 0;
             at = probing().next(at)) {
            std::uint32_t const row = places_[at].row_plus_one - 1;
            if (places_[at].key == key && is_it(row)) {
                return row;
            }
        }
        return std::nullopt;
    }

    void insert(std::uint64_t key, std::uint32_t row) noexcept {
        std::size_t at = probing().home(key);
        while (places_[at].row_plus_one != 0) {
            at = probing().next(at);
        }
        places_[at] = {key, row + 1};
    }

    /// Removes the entry of `row`, which is in the index under `key`.
    void erase(std::uint64_t key, std::uint32_t row) noexcept {
        std::size_t hole = probing().home(key);
        while (places_[hole].row_plus_one != row + 1) {
            AXIOM_ASSERT(places_[hole].row_plus_one != 0);
            hole = probing().next(hole);
        }
        for (std::size_t at = probing().next(hole); places_[at].row_plus_one != 0;
             at = probing().next(at)) {
            if (probing().may_move(probing().home(places_[at].key), at, hole)) {
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

    [[nodiscard]] Probing probing() const noexcept { return {places_.size()}; }

    std::span<Place> places_;
};

} // namespace axiom

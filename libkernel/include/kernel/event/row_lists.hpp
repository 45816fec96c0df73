#pragma once
// RowLists: for each owner, the list of the rows that are its own.
//
// A projection: never hashed, rebuilt when a snapshot is loaded. Nothing may depend on the order
// within a list, which is that of insertion backwards.

#include <optional>
#include <span>

#include <axiom/base/arena.hpp>

namespace axiom::kernel {

class RowLists {
  public:
    RowLists(Arena& arena, std::uint32_t owners, std::uint32_t rows) noexcept
        : first_{arena.make<std::uint32_t>(owners)}, links_{arena.make<Link>(rows)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t owners,
                                                         std::uint32_t rows) noexcept {
        return Arena::bytes_for<std::uint32_t>(owners) + Arena::bytes_for<Link>(rows);
    }

    [[nodiscard]] std::optional<std::uint32_t> first(std::uint32_t owner) const noexcept {
        return index_of(first_[owner]);
    }
    [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t row) const noexcept {
        return index_of(links_[row].next);
    }

    void insert(std::uint32_t owner, std::uint32_t row) noexcept {
        links_[row] = {.next = first_[owner], .previous = 0};
        if (first_[owner] != 0) {
            links_[first_[owner] - 1].previous = row + 1;
        }
        first_[owner] = row + 1;
    }

    /// Takes out `row`, which is in the list of `owner`.
    void erase(std::uint32_t owner, std::uint32_t row) noexcept {
        Link const link = links_[row];
        (link.previous != 0 ? links_[link.previous - 1].next : first_[owner]) = link.next;
        if (link.next != 0) {
            links_[link.next - 1].previous = link.previous;
        }
        links_[row] = {};
    }

    void clear() noexcept {
        for (std::uint32_t& first : first_) {
            first = 0;
        }
        for (Link& link : links_) {
            link = {};
        }
    }

  private:
    // One more than an index, so that zero is none.
    struct Link {
        std::uint32_t next{};
        std::uint32_t previous{};
    };

    [[nodiscard]] static std::optional<std::uint32_t> index_of(std::uint32_t place) noexcept {
        return place != 0 ? std::optional{place - 1} : std::nullopt;
    }

    std::span<std::uint32_t> first_;
    std::span<Link> links_;
};

} // namespace axiom::kernel

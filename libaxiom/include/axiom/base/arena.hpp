#pragma once
// Storage that is sized at start: an arena hands out pieces of one caller-owned span, once, in
// order.
//
// Portable libraries have no heap. What a table needs follows from its capacities, so a library can
// say the sum beforehand (`bytes_for`), the caller brings that many bytes, and running out is a
// bug.

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

#include <axiom/base/bytes.hpp>

namespace axiom {

class Arena {
  public:
    explicit Arena(MutableBytes storage) noexcept : rest_{storage} {}

    /// `count` value-initialised objects that live as long as the storage; they need no destructor.
    template <class T> [[nodiscard]] std::span<T> make(std::size_t count) noexcept {
        static_assert(std::is_trivially_destructible_v<T>);
        auto const address = reinterpret_cast<std::uintptr_t>(rest_.data());
        std::size_t const skip = round_up<std::uintptr_t>(address, alignof(T)) - address;
        AXIOM_ASSERT(skip <= rest_.size() && count <= (rest_.size() - skip) / sizeof(T));
        T* const first = reinterpret_cast<T*>(rest_.data() + skip);
        for (std::size_t index = 0; index < count; ++index) {
            std::construct_at(first + index);
        }
        rest_ = rest_.subspan(skip + count * sizeof(T));
        return {first, count};
    }

    /// The storage that `make<T>(count)` takes at most, alignment included.
    template <class T> [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t count) {
        return count * sizeof(T) + alignof(T) - 1;
    }

    [[nodiscard]] std::size_t bytes_left() const noexcept { return rest_.size(); }

  private:
    MutableBytes rest_;
};

} // namespace axiom

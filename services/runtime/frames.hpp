#pragma once
// Frames: the memory of a service's coroutines, of one piece, sized when it begins.
//
// Frames come in sizes that are powers of two. One that is given back serves the next of its size
// and is never merged with others: a service runs few kinds of coroutines, again and again. When
// there is no room a coroutine does not begin, and whoever awaits it is told `no_memory`.

#include <array>
#include <cstddef>

#include <axiom/base/bytes.hpp>

namespace axiom {

class Frames {
  public:
    /// `storage` outlives every frame.
    explicit Frames(MutableBytes storage) noexcept : rest_{storage} {}
    Frames(Frames const&) = delete;
    Frames& operator=(Frames const&) = delete;

    /// Null: there is no room, or it is larger than a frame may be.
    [[nodiscard]] void* take(std::size_t bytes) noexcept;

    /// To whichever it was taken from.
    static void give_back(void* frame) noexcept;

    /// How many are taken.
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

  private:
    // Before each frame.
    struct alignas(std::max_align_t) Head {
        Frames* home{};
        Head* next{}; // free, of the same size
        std::size_t size{};
    };

    static constexpr std::size_t sizes = 9;
    static constexpr std::size_t smallest = 256; // its head included

    MutableBytes rest_;
    std::array<Head*, sizes> free_{};
    std::size_t taken_{};
};

} // namespace axiom

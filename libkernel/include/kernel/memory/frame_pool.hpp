#pragma once
// FramePool: the free physical frames, in blocks of 1 to 512 pages (4 KiB to 2 MiB).
//
// A buddy system: a block of order n is 2^n frames at a multiple of 2^n, and two free neighbours
// that make one of the next order are one. For each order a set of the free blocks, whose least
// member is found in a few steps, so that taking and giving back cost at most as many steps as
// there are orders, and the lowest address goes first.
//
//     order 2   [       ·       |       x       ]
//     order 1   [   x   |   ·   |               ]      x: free
//     order 0   [   |   | x | · |   |   |   |   ]
//     loose     1 6 ◀─▶ single frames
//
// In front of it lie some single frames, loose: what is given back singly is taken next, without
// going through the orders. They count as free, and are put together with their neighbours as soon
// as there are too many of them, or a block or a run is asked for that there is not. Whoever calls
// holds the authority lock, so one such stack serves every CPU, and none is ever refused what lies
// with another. The same requests get the same frames on every run.

#include <array>
#include <optional>

#include <axiom/base/arena.hpp>
#include <axiom/base/strong.hpp>
#include <axiom/domain/bit_tree.hpp>

namespace axiom::kernel {

/// Of a frame, and of a page.
inline constexpr std::uint64_t frame_bytes = 4096;

/// A physical page of 4 KiB, counted from the start of the pool that it belongs to.
using Frame = Strong<struct FrameTag, std::uint32_t>;

inline constexpr std::uint8_t large_order = 9; // 2 MiB
inline constexpr std::uint32_t large_frames = 1U << large_order;

/// A row may be asked for at a multiple of so many frames, as a power of two: 1 GiB.
inline constexpr std::uint8_t row_alignment_max = 18;

/// The most frames that a pool may have: 64 GiB.
inline constexpr std::uint32_t frames_max = 1U << 24U;

struct FrameBlock {
    Frame first{};
    std::uint8_t order{};

    [[nodiscard]] constexpr std::uint32_t frames() const noexcept { return 1U << order; }
    friend constexpr bool operator==(FrameBlock const&, FrameBlock const&) noexcept = default;
};

class FramePool {
  public:
    /// A pool of `frames` frames, none of them free yet; the first is the physical page
    /// `first_page`, a multiple of 512.
    FramePool(Arena& arena, std::uint32_t frames, std::uint64_t first_page = 0) noexcept;

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t frames) noexcept;

    [[nodiscard]] std::uint32_t frames() const noexcept { return frames_; }
    [[nodiscard]] std::uint32_t free() const noexcept { return free_; }

    /// A free block of this order: the lowest; of order 0 the one that was given back last.
    [[nodiscard]] std::optional<FrameBlock> take(std::uint8_t order) noexcept {
        if (order != 0) {
            return take_block(order);
        }
        if (loose_count_ == 0 && !loosen()) [[unlikely]] {
            return std::nullopt;
        }
        --free_;
        return FrameBlock{.first = Frame{loose_[--loose_count_]}};
    }

    /// `count` frames in a row, the first of them a physical page that is a multiple of
    /// 2^`alignment`: for devices that know of no page tables. Looks at every free block of 2 MiB
    /// at most once.
    [[nodiscard]] std::optional<Frame> take_run(std::uint32_t count,
                                                std::uint8_t alignment = 0) noexcept;

    /// Gives back what was taken; it may be given back in other pieces than it was taken in.
    void give(FrameBlock block) noexcept {
        if (block.order != 0) {
            return give_block(block);
        }
        AXIOM_ASSERT(block.first.value < frames_);
        if (loose_count_ == loose_max) [[unlikely]] {
            gather();
        }
        ++free_;
        loose_[loose_count_++] = block.first.value;
    }
    void give_run(Frame first, std::uint32_t count) noexcept;

  private:
    static constexpr std::size_t orders = large_order + 1;
    static constexpr std::uint32_t loose_max = 32;
    static constexpr std::uint8_t loosened_order = 4; // so many at once; half of the room at most

    [[nodiscard]] std::optional<FrameBlock> take_block(std::uint8_t order) noexcept;
    [[nodiscard]] std::optional<FrameBlock> find_block(std::uint8_t order) noexcept;
    void give_block(FrameBlock block) noexcept;
    void join(FrameBlock block) noexcept;
    bool loosen() noexcept;
    bool gather() noexcept;
    [[nodiscard]] std::optional<std::uint32_t> find_large_run(std::uint32_t blocks,
                                                              std::uint32_t step) const noexcept;

    std::uint32_t frames_;
    std::uint64_t first_large_; // how many blocks of 2 MiB lie before the pool
    std::uint32_t free_{};      // the loose ones too
    std::uint32_t loose_count_{};
    std::array<std::uint32_t, loose_max> loose_{};
    std::array<BitTree, orders> free_blocks_; // by order: the blocks' numbers
};

} // namespace axiom::kernel

#pragma once
// FrameChains: which frames a region consists of.
//
// A region of memory is a chain of blocks, the largest first as far as they go; where a device is
// to read it, one run. The links lie in one word a frame, so that a region of any size costs
// nothing more. Who takes frames zeroes them: what one process leaves in them no other ever sees.

#include <span>

#include <kernel/memory/frame_pool.hpp>

namespace axiom::kernel {

/// The frames of one region, in order.
struct FrameChain {
    Frame first{};
    std::uint32_t frames{}; // 0: none
};

class FrameChains {
  public:
    FrameChains(Arena& arena, FramePool& pool) noexcept;

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t frames) noexcept {
        return Arena::bytes_for<Link>(frames);
    }

    /// `frames` frames, as somebody left them; with a `row`, in a row whose first frame is at a
    /// multiple of 2^`row`. None, and nothing has changed, when there are too few, or no row of so
    /// many.
    [[nodiscard]] std::optional<FrameChain> take(std::uint32_t frames,
                                                 std::optional<std::uint8_t> row) noexcept {
        if (frames == 0 || frames > pool_->free()) {
            return std::nullopt;
        }
        return row ? take_in_a_row(frames, *row) : take_scattered(frames);
    }

    void give(FrameChain const& chain) noexcept;

    /// Whether each frame follows the one before.
    [[nodiscard]] bool is_a_row(FrameChain const& chain) const noexcept;

    /// Whether `test(FrameBlock)` holds of every block of the chain, in order; it is not called
    /// after the first of which it does not.
    template <class Test> bool every_block(FrameChain const& chain, Test&& test) const {
        std::uint32_t at = chain.first.value;
        for (std::uint32_t left = chain.frames; left != 0;) {
            Link const link = links_[at];
            FrameBlock const block{.first = Frame{at}, .order = link.order()};
            if (!test(block)) {
                return false;
            }
            left -= block.frames();
            at = link.next();
        }
        return true;
    }

    /// Calls `visit(FrameBlock)` for each block of the chain, in order.
    template <class Visit> void for_each_block(FrameChain const& chain, Visit&& visit) const {
        every_block(chain, [&](FrameBlock const& block) {
            visit(block);
            return true;
        });
    }

  private:
    // Of a block's first frame: the next block's first frame, and this one's order.
    struct Link {
        std::uint32_t word{};

        static Link of(std::uint32_t next, std::uint8_t order) noexcept {
            return {next << 4U | order};
        }
        [[nodiscard]] std::uint32_t next() const noexcept { return word >> 4U; }
        [[nodiscard]] std::uint8_t order() const noexcept {
            return static_cast<std::uint8_t>(word & 15U);
        }
    };
    static_assert(frames_max <= 1U << 28U && large_order < 16);

    [[nodiscard]] std::optional<FrameChain> take_scattered(std::uint32_t frames) noexcept;
    [[nodiscard]] std::optional<FrameChain> take_in_a_row(std::uint32_t frames,
                                                          std::uint8_t alignment) noexcept;
    void append(FrameChain& chain, Frame& last, FrameBlock const& block) noexcept;

    FramePool* pool_;
    std::span<Link> links_;
};

} // namespace axiom::kernel

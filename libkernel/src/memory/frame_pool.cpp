// The buddy system; see kernel/memory/frame_pool.hpp.

#include <kernel/memory/frame_pool.hpp>

#include <algorithm>
#include <bit>

#include <axiom/base/bytes.hpp>
#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

std::uint32_t blocks_of(std::uint32_t frames, std::size_t order) noexcept {
    return frames >> order;
}

// The largest block that starts at `first` and lies within `count` frames.
std::uint8_t order_at(std::uint32_t first, std::uint32_t count) noexcept {
    int const by_place = first == 0 ? large_order : std::countr_zero(first);
    int const by_count = static_cast<int>(std::bit_width(count)) - 1;
    return static_cast<std::uint8_t>(std::min({by_place, by_count, int{large_order}}));
}

} // namespace

FramePool::FramePool(Arena& arena, std::uint32_t frames, std::uint64_t first_page) noexcept
    : frames_{frames}, first_large_{first_page / large_frames},
      free_blocks_{BitTree{arena, blocks_of(frames, 0)}, BitTree{arena, blocks_of(frames, 1)},
                   BitTree{arena, blocks_of(frames, 2)}, BitTree{arena, blocks_of(frames, 3)},
                   BitTree{arena, blocks_of(frames, 4)}, BitTree{arena, blocks_of(frames, 5)},
                   BitTree{arena, blocks_of(frames, 6)}, BitTree{arena, blocks_of(frames, 7)},
                   BitTree{arena, blocks_of(frames, 8)}, BitTree{arena, blocks_of(frames, 9)}} {
    AXIOM_ASSERT(frames <= frames_max && first_page % large_frames == 0);
}

std::size_t FramePool::bytes_for(std::uint32_t frames) noexcept {
    std::size_t bytes = 0;
    for (std::size_t order = 0; order < orders; ++order) {
        bytes += BitTree::bytes_for(blocks_of(frames, order));
    }
    return bytes;
}

// The lowest of the smallest blocks that are large enough; what it has too much stays.
std::optional<FrameBlock> FramePool::find_block(std::uint8_t order) noexcept {
    for (std::size_t from = order; from < orders; ++from) {
        auto const found = free_blocks_[from].first();
        if (!found) {
            continue;
        }
        free_blocks_[from].erase(*found);
        std::uint32_t block = *found;
        for (std::size_t split = from; split > order; --split) {
            block *= 2;
            free_blocks_[split - 1].insert(block + 1); // the upper half stays
        }
        return FrameBlock{.first = Frame{block << order}, .order = order};
    }
    return std::nullopt;
}

std::optional<FrameBlock> FramePool::take_block(std::uint8_t order) noexcept {
    AXIOM_ASSERT(order <= large_order);
    auto block = find_block(order);
    if (!block && gather()) {
        block = find_block(order);
    }
    free_ -= block ? block->frames() : 0;
    return block;
}

// A free block that is as small as there is, so that large ones stay whole.
bool FramePool::loosen() noexcept {
    std::uint8_t order = 0;
    while (order < loosened_order && !free_blocks_[order].first()) {
        ++order;
    }
    auto const block = find_block(order);
    if (!block) {
        return false;
    }
    for (std::uint32_t left = block->frames(); left != 0; --left) { // the lowest on top
        loose_[loose_count_++] = block->first.value + left - 1;
    }
    return true;
}

// Whether there were any.
bool FramePool::gather() noexcept {
    bool const any = loose_count_ != 0;
    while (loose_count_ != 0) {
        join({.first = Frame{loose_[--loose_count_]}});
    }
    return any;
}

void FramePool::give_block(FrameBlock block) noexcept {
    join(block);
    free_ += block.frames();
}

void FramePool::join(FrameBlock block) noexcept {
    std::uint32_t number = block.first.value >> block.order;
    AXIOM_ASSERT(number << block.order == block.first.value &&
                 number < blocks_of(frames_, block.order));
    std::size_t order = block.order;
    while (order < large_order) {
        std::uint32_t const buddy = number ^ 1U;
        bool const both = buddy < blocks_of(frames_, order) && free_blocks_[order].contains(buddy);
        if (!both || AXIOM_MUTANT(buddies_never_joined)) {
            break;
        }
        free_blocks_[order].erase(buddy);
        number /= 2;
        ++order;
    }
    AXIOM_ASSERT(!free_blocks_[order].contains(number));
    free_blocks_[order].insert(number);
}

void FramePool::give_run(Frame first, std::uint32_t count) noexcept {
    std::uint32_t at = first.value;
    while (count != 0) {
        FrameBlock const block{.first = Frame{at}, .order = order_at(at, count)};
        give(block);
        at += block.frames();
        count -= block.frames();
    }
}

// `blocks` free blocks of 2 MiB in a row, before the first of which lies a multiple of `step` of
// them.
std::optional<std::uint32_t> FramePool::find_large_run(std::uint32_t blocks,
                                                       std::uint32_t step) const noexcept {
    std::uint32_t const end = blocks_of(frames_, large_order);
    std::uint64_t const before = AXIOM_MUTANT(row_aligned_in_the_pool) ? 0 : first_large_;
    std::uint32_t run = 0;
    for (std::uint32_t block = 0; block < end; ++block) {
        bool const starts = run != 0 || (before + block) % step == 0;
        run = starts && free_blocks_[large_order].contains(block) ? run + 1 : 0;
        if (run == blocks) {
            return block + 1 - blocks;
        }
    }
    return std::nullopt;
}

std::optional<Frame> FramePool::take_run(std::uint32_t count, std::uint8_t alignment) noexcept {
    if (count == 0 || count > frames_ || alignment > 24) {
        return std::nullopt;
    }
    std::uint8_t const order =
        std::max(alignment, static_cast<std::uint8_t>(std::bit_width(count - 1)));
    if (order <= large_order) {
        auto const block = take(order);
        if (!block) {
            return std::nullopt;
        }
        give_run(Frame{block->first.value + count}, block->frames() - count);
        return block->first;
    }
    std::uint32_t const blocks = round_up(count, large_frames) / large_frames;
    std::uint32_t const step = alignment > large_order ? 1U << (alignment - large_order) : 1U;
    auto found = find_large_run(blocks, step);
    if (!found && gather()) {
        found = find_large_run(blocks, step);
    }
    if (!found) {
        return std::nullopt;
    }
    for (std::uint32_t block = *found; block < *found + blocks; ++block) {
        free_blocks_[large_order].erase(block);
    }
    free_ -= blocks * large_frames;
    Frame const first{*found * large_frames};
    give_run(Frame{first.value + count}, blocks * large_frames - count);
    return first;
}

} // namespace axiom::kernel

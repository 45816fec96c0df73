// Taking and returning a region's frames; see kernel/memory/frame_chains.hpp.

#include <kernel/memory/frame_chains.hpp>

#include <algorithm>
#include <bit>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

FrameChains::FrameChains(Arena& arena, FramePool& pool) noexcept
    : pool_{&pool}, links_{arena.make<Link>(pool.frames())} {}

void FrameChains::append(FrameChain& chain, Frame& last, FrameBlock const& block) noexcept {
    links_[block.first.value] = Link::of(0, block.order);
    if (chain.frames == 0) {
        chain.first = block.first;
    } else {
        links_[last.value] = Link::of(block.first.value, links_[last.value].order());
    }
    chain.frames += block.frames();
    last = block.first;
}

// As large as the rest asks for, else as large as there is: enough single frames are free.
std::optional<FrameChain> FrameChains::take_scattered(std::uint32_t frames) noexcept {
    FrameChain chain;
    Frame last{};
    std::uint8_t order = large_order;
    while (chain.frames < frames) {
        std::uint32_t const left = frames - chain.frames;
        order = std::min(order, static_cast<std::uint8_t>(std::bit_width(left) - 1));
        if (auto const block = pool_->take(order)) {
            append(chain, last, *block);
        } else {
            AXIOM_ASSERT(order != 0);
            --order;
        }
    }
    return chain;
}

std::optional<FrameChain> FrameChains::take_in_a_row(std::uint32_t frames,
                                                     std::uint8_t alignment) noexcept {
    auto const first = pool_->take_run(frames, alignment);
    if (!first) {
        return std::nullopt;
    }
    FrameChain chain;
    Frame last{};
    std::uint32_t at = first->value;
    while (chain.frames < frames) {
        std::uint32_t const left = frames - chain.frames;
        auto const order = static_cast<std::uint8_t>(
            std::min<int>(static_cast<int>(std::bit_width(left)) - 1, large_order));
        append(chain, last, {.first = Frame{at}, .order = order});
        at += 1U << order;
    }
    return chain;
}

bool FrameChains::is_a_row(FrameChain const& chain) const noexcept {
    std::uint32_t next = chain.first.value;
    return every_block(chain, [&](FrameBlock const& block) {
        bool const follows = block.first.value == next;
        next += block.frames();
        return follows;
    });
}

// A block of a row need not stand at a multiple of its size, so it is given back as a run.
void FrameChains::give(FrameChain const& chain) noexcept {
    for_each_block(chain, [&](FrameBlock const& block) {
        if (AXIOM_MUTANT(last_block_not_given_back) && block.order == 0) {
            return;
        }
        if (AXIOM_MUTANT(large_block_not_given_back) && block.order != 0) {
            return;
        }
        pool_->give_run(block.first, block.frames());
    });
}

} // namespace axiom::kernel

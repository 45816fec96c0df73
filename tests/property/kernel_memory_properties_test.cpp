// Physical frames against a plain map of who has which.

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <kernel/memory/frame_chains.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t pool_frames = 5 * large_frames + 77; // not a multiple of anything

class MemoryWorld {
  public:
    MemoryWorld()
        : bytes_(FramePool::bytes_for(pool_frames) + FrameChains::bytes_for(pool_frames)),
          arena_{MutableBytes{bytes_}}, pool{arena_, pool_frames}, chains{arena_, pool} {
        pool.give_run(Frame{0}, pool_frames);
    }

    std::optional<FrameChain> take(std::uint32_t frames,
                                   std::optional<std::uint8_t> row = std::nullopt) {
        return chains.take(frames, row);
    }

    std::vector<std::uint32_t> frames_of(FrameChain const& chain) const {
        std::vector<std::uint32_t> frames;
        chains.for_each_block(chain, [&](FrameBlock const& block) {
            AXIOM_ASSERT(block.frames() <= large_frames);
            for (std::uint32_t index = 0; index < block.frames(); ++index) {
                frames.push_back(block.first.value + index);
            }
        });
        return frames;
    }

  private:
    std::vector<std::byte> bytes_;
    Arena arena_;

  public:
    FramePool pool;
    FrameChains chains;
};

RC_GTEST_PROP(frames, are_one_owners_each_and_all_returned, ()) {
    MemoryWorld world;
    std::map<int, std::pair<FrameChain, std::vector<std::uint32_t>>> held;
    std::set<std::uint32_t> taken;
    auto const steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, bool>>>(
        60, rc::gen::pair(rc::gen::inRange(0U, 1U << 20U), rc::gen::arbitrary<bool>()));
    int next = 0;
    for (auto const& [number, flag] : steps) {
        if (number % 3 == 0 && !held.empty()) {
            auto const which = std::next(held.begin(), static_cast<long>(number / 3 % held.size()));
            world.chains.give(which->second.first);
            for (std::uint32_t const frame : which->second.second) {
                taken.erase(frame);
            }
            held.erase(which);
        } else {
            std::uint32_t const wanted = flag ? number % 40 : number % (2 * large_frames);
            std::uint32_t const free = world.pool.free();
            bool const in_a_row = number % 2 == 0;
            auto const alignment = static_cast<std::uint8_t>(number / 2 % 12);
            auto const chain =
                world.take(wanted, in_a_row ? std::optional{alignment} : std::nullopt);
            RC_ASSERT(chain || wanted == 0 || wanted > free || in_a_row);
            if (chain) {
                auto const frames = world.frames_of(*chain);
                RC_ASSERT(frames.size() == wanted);
                RC_ASSERT(!in_a_row || (world.chains.is_a_row(*chain) &&
                                        frames.front() % (1U << alignment) == 0));
                for (std::size_t index = 0; index < frames.size(); ++index) {
                    RC_ASSERT(frames[index] < pool_frames);
                    RC_ASSERT(taken.insert(frames[index]).second);
                    RC_ASSERT(!in_a_row || frames[index] == frames.front() + index);
                }
                held[next++] = {*chain, frames};
            } else {
                RC_ASSERT(world.pool.free() == free);
            }
        }
        RC_ASSERT(world.pool.free() == pool_frames - taken.size());
    }
    for (auto const& [name, chain] : held) {
        world.chains.give(chain.first);
    }
    RC_ASSERT(world.pool.free() == pool_frames);
    RC_ASSERT(world.pool.take_run(5 * large_frames).has_value()); // nothing stayed in pieces
}

TEST(Frames, OfARunStandAtTheAlignmentThatIsAskedFor) {
    MemoryWorld world;
    for (std::uint8_t const alignment : {0, 3, 9, 10}) {
        auto const run = world.pool.take_run(5, alignment);
        ASSERT_TRUE(run) << int{alignment};
        EXPECT_EQ(run->value % (1U << alignment), 0U);
    }
    EXPECT_FALSE(world.pool.take_run(1, 25));
    EXPECT_FALSE(world.pool.take_run(0));
    EXPECT_FALSE(world.pool.take_run(pool_frames + 1));
}

TEST(Frames, OfARegionAreInLargeBlocksAsFarAsTheyGo) {
    MemoryWorld world;
    std::vector<std::uint8_t> orders;
    world.chains.for_each_block(*world.take(large_frames + 3),
                                [&](FrameBlock const& block) { orders.push_back(block.order); });
    EXPECT_EQ(orders, (std::vector<std::uint8_t>{large_order, 1, 0}));
}

} // namespace
} // namespace axiom::kernel::test

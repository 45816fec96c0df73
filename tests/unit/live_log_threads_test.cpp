// Many threads propose to one live log: the order has no gaps, and each producer's own order is
// kept.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/live_world.hpp>

namespace axiom::test {
namespace {

constexpr std::uint64_t threads = 4;
constexpr std::uint64_t entries_each = 300;

// Reads the producer and its number back out of an entry.
struct Numbered {
    std::uint64_t sequence;
    std::uint64_t producer;
    std::uint64_t number;
};

Numbered numbered(std::vector<std::byte> const& entry) {
    EntryHeader const header = decode_header(Bytes{entry}.first(entry_header_bytes)).value();
    return {header.sequence.value, header.producer.value, header.producer_number.value};
}

TEST(LiveLogThreads, ConcurrentProposersShareOneGaplessOrder) {
    host::MemoryStore medium{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}, 64};
    LiveWorld world{medium, true};
    ASSERT_TRUE(world.create());
    {
        auto live = world.open();
        ASSERT_TRUE(live);
        std::atomic<int> failures{0};
        std::vector<std::jthread> proposers;
        for (std::uint64_t thread = 1; thread <= threads; ++thread) {
            proposers.emplace_back([&, thread] {
                for (std::uint64_t number = 1; number <= entries_each; ++number) {
                    auto const appended =
                        LiveWorld::tick(**live, number, ProducerId{thread}, ProducerNumber{number});
                    bool const kept =
                        appended && (number % 7 != 0 ||
                                     (*live)->commit(Sequence{appended->sequence.value + 1}));
                    failures += kept ? 0 : 1;
                }
            });
        }
        proposers.clear(); // joins
        EXPECT_EQ(failures, 0);
        ASSERT_TRUE((*live)->close());
    }

    SeenEntries seen;
    auto const again = world.open(&seen);
    ASSERT_TRUE(again);
    std::map<std::uint64_t, std::uint64_t> last;
    std::uint64_t sequence = 0;
    for (auto const& entry : seen.list) {
        Numbered const each = numbered(entry);
        EXPECT_EQ(each.sequence, sequence++);
        if (each.producer != 0) {
            EXPECT_EQ(each.number, ++last[each.producer]);
        }
    }
    for (std::uint64_t thread = 1; thread <= threads; ++thread) {
        EXPECT_EQ(last[thread], entries_each);
    }
}

TEST(LiveLogThreads, SegmentsFillFasterThanSlotsAreMadeAndNobodyIsRefused) {
    host::MemoryStore medium{tiny_segments, 4096};
    LiveWorld world{medium, true};
    ASSERT_TRUE(world.create());
    auto live = world.open();
    ASSERT_TRUE(live);
    std::atomic<int> failures{0};
    std::vector<std::jthread> proposers;
    for (std::uint64_t thread = 0; thread < threads; ++thread) {
        proposers.emplace_back([&] {
            for (std::uint64_t each = 0; each < 200; ++each) {
                auto const appended = LiveWorld::tick(**live, each);
                bool const kept =
                    appended && (*live)->commit(Sequence{appended->sequence.value + 1});
                failures += kept ? 0 : 1;
            }
        });
    }
    proposers.clear(); // joins
    EXPECT_EQ(failures, 0);
    EXPECT_GT(medium.slots(), 4U);
    ASSERT_TRUE((*live)->close());
}

TEST(LiveLogThreads, SubmittedGroupsBecomeDurableWithoutAnybodyWaiting) {
    host::MemoryStore medium{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}, 64};
    LiveWorld world{medium, true};
    ASSERT_TRUE(world.create());
    auto live = world.open();
    ASSERT_TRUE(live);
    for (std::uint64_t group = 0; group < 40; ++group) {
        for (std::uint64_t each = 0; each < 20; ++each) {
            ASSERT_TRUE(LiveWorld::tick(**live, group));
        }
        ASSERT_TRUE((*live)->submit());
    }
    Sequence const end = (*live)->next_sequence();
    while ((*live)->watermark() < end) {
        std::this_thread::yield();
    }
    EXPECT_EQ((*live)->durable_position().next, end);
}

} // namespace
} // namespace axiom::test

// LiveLog end to end on a store in memory: what was committed is what recovery finds.

#include <gtest/gtest.h>

#include <map>

#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom::host {
namespace {

class Collected final : public EntrySink {
  public:
    void entry(Ordered<Entry> const& entry) noexcept override {
        Bytes const body = entry.value().body;
        bodies[entry.sequence().value] = std::string{text_of(body)};
        ++count;
    }
    void reduced(Sequence, Hash256 const&) noexcept override { ADD_FAILURE(); }

    std::map<std::uint64_t, std::string> bodies;
    std::uint64_t count{};
};

class LiveLogTest : public testing::Test {
  protected:
    LiveLogOptions options() {
        return {.engine = &fastest_engine(), .entropy = &entropy_, .domains = domains_, .now = [] {
                    return WallTime{1};
                }};
    }

    static Genesis genesis() {
        Genesis value{.label = "test", .capacities = default_capacities};
        value.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::log), log_domain.version});
        return value;
    }

    static Proposal tick(std::uint64_t now, std::array<std::byte, 16>& room) {
        auto const body = encode_whole(MutableBytes{room}, Tick{.now = LogTime{now}, .wall = {}});
        return {.domain = DomainNumber::log,
                .kind = static_cast<std::uint16_t>(LogKind::tick),
                .body = *body};
    }

    SystemEntropy entropy_;
    std::array<DomainInfo const*, 1> domains_{&log_domain};
    MemoryStore store_{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}};
};

TEST_F(LiveLogTest, WhatWasCommittedIsFoundByRecovery) {
    ASSERT_TRUE(LiveLog::create(store_, options(), genesis()));
    {
        auto live = LiveLog::open(store_, options(), nullptr);
        ASSERT_TRUE(live) << text_of(live.error().code).name;
        std::array<std::byte, 16> room{};
        for (std::uint64_t now = 1; now <= 5000; ++now) {
            auto const appended = (*live)->append(tick(now, room));
            ASSERT_TRUE(appended) << text_of(appended.error().code).name;
            if (now % 100 == 0) {
                ASSERT_TRUE((*live)->commit(Sequence{appended->sequence.value + 1}));
            }
        }
        ASSERT_TRUE((*live)->close());
    }
    Collected collected;
    auto again = LiveLog::open(store_, options(), &collected);
    ASSERT_TRUE(again) << text_of(again.error().code).name;
    EXPECT_EQ((*again)->recovered().chain.next, Sequence{5002});
    EXPECT_EQ(collected.count, 5003U); // and the boot that opening began
    EXPECT_TRUE((*again)->recovered().ended_in_order);
    EXPECT_EQ((*again)->state().now(), LogTime{5000});
    EXPECT_EQ((*again)->state().boot_number(), BootNumber{2});
}

TEST_F(LiveLogTest, AttachmentsTravelWithTheirEntries) {
    ASSERT_TRUE(LiveLog::create(store_, options(), genesis()));
    auto live = LiveLog::open(store_, options(), nullptr);
    ASSERT_TRUE(live);
    std::array<std::byte, 16> room{};
    std::vector<std::byte> padded(padded_bytes(32 + 1000), std::byte{0});
    std::fill(padded.begin(), padded.begin() + 1032, std::byte{7});
    for (std::uint64_t now = 1; now <= 600; ++now) {
        ASSERT_TRUE((*live)->append(tick(now, room), Attachment{padded, 1032}));
    }
    ASSERT_TRUE((*live)->close());
    Collected collected;
    auto again = LiveLog::open(store_, options(), &collected);
    ASSERT_TRUE(again) << text_of(again.error().code).name;
    EXPECT_EQ((*again)->recovered().chain.next, Sequence{602});
    EXPECT_EQ(collected.count, 603U);
}

} // namespace
} // namespace axiom::host

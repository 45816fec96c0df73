// A log becomes another: the fork's place, and what carries its id from there on.

#include <gtest/gtest.h>

#include <axiom/log/chain.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/small_log.hpp>

namespace axiom::test {
namespace {

using host::LiveLog;
using host::MemoryStore;

host::ForkWish wish(std::string_view reason = "restored") {
    return {.checkpoint_key = host::signature_engine().public_key(seed_number(2)),
            .reason = reason};
}

void add_ticks(LiveLog& live, std::uint64_t from, std::uint64_t count) {
    for (std::uint64_t index = 0; index < count; ++index) {
        ASSERT_TRUE(LiveWorld::tick(live, from + index));
        ASSERT_TRUE(live.commit(live.next_sequence()));
    }
}

// The record of every block, in order, and of every segment the header.
struct Records {
    std::vector<BlockRecord> blocks;
    std::vector<store::SegmentHeader> segments;
};

Records records_of(Store& store) {
    host::OwnedArena memory{store::SegmentMap::bytes_for(256)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, 256};
    std::vector<std::byte> buffer(4U << 20U);
    store::SegmentWindow window{store, buffer};
    EXPECT_TRUE(map.load(host::portable_engine(), window));
    Records records;
    for (store::SegmentPlace const& place : map.segments()) {
        records.segments.push_back(place.header);
    }
    store::BlockScan scan{host::portable_engine(), window, map, {.accept_late_writes = true}};
    scan.start_at_segment(0);
    for (auto step = scan.next(); step && *step != store::ScanStep::end; step = scan.next()) {
        if (*step == store::ScanStep::block) {
            records.blocks.push_back(scan.block().frame.record);
        }
    }
    return records;
}

class LiveLogFork : public testing::Test {
  protected:
    LiveLogFork() { EXPECT_TRUE(world_.create()); }

    void run_boot(std::uint64_t from, std::uint64_t ticks) {
        auto live = world_.open();
        ASSERT_TRUE(live) << text_of(live.error().code).name;
        add_ticks(**live, from, ticks);
        ASSERT_TRUE((*live)->close());
    }

    MemoryStore store_{tiny_segments, 64};
    LiveWorld world_{store_};
};

TEST_F(LiveLogFork, TheForkIsTheFirstOfItsBlockWhichAndAllAfterItCarryItsLink) {
    run_boot(1, 5);
    auto const before = first_opinion(store_, nullptr);
    ASSERT_TRUE(LiveLog::fork(store_, world_.options(), wish()));
    run_boot(100, 60); // over several segments
    Records const records = records_of(store_);
    std::size_t after = 0;
    Hash256 id{};
    for (BlockRecord const& record : records.blocks) {
        if (record.first == before->chain.next) {
            EXPECT_EQ(record.count, 1U);
            EXPECT_EQ(record.previous_head, before->chain.head);
            EXPECT_EQ(record.log_id, record.head) << "the link of its only entry";
            id = record.log_id;
        }
        bool const is_after = record.first >= before->chain.next;
        EXPECT_EQ(record.log_id, is_after ? id : before->chain.log_id);
        after += is_after ? 1 : 0;
    }
    EXPECT_GT(after, 60U);
    ASSERT_GT(records.segments.size(), 2U);
    for (store::SegmentHeader const& header : records.segments) {
        EXPECT_EQ(header.log_id, header.first > before->chain.next ? id : before->chain.log_id);
    }
    expect_same_opinion(store_);
    EXPECT_EQ(first_opinion(store_, nullptr)->chain.log_id, id);
}

TEST_F(LiveLogFork, TwoForksOfOneLogAreTwoLogsWithOnePast) {
    run_boot(1, 5);
    MemoryStore other{tiny_segments, 64};
    LiveWorld clone{other};
    for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
        ASSERT_TRUE(other.extend());
        copy_bytes(other.slot_bytes(SlotIndex{slot}), store_.slot_bytes(SlotIndex{slot}));
    }
    auto const past = first_opinion(store_, nullptr);
    ASSERT_TRUE(LiveLog::fork(store_, world_.options(), wish()));
    ASSERT_TRUE(LiveLog::fork(other, clone.options(), wish()));
    auto const one = first_opinion(store_, nullptr);
    auto const two = first_opinion(other, nullptr);
    EXPECT_NE(one->chain.log_id, two->chain.log_id) << "the same reason and key, other entropy";
    EXPECT_NE(one->chain.log_id, past->chain.log_id);
    EXPECT_EQ(one->chain.next.value, past->chain.next.value + 1);
}

TEST_F(LiveLogFork, AForkMayFollowAForkAndATornTail) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        LyingStore disk{tiny_segments, seed};
        LiveWorld world{disk};
        ASSERT_TRUE(world.create());
        {
            auto live = world.open();
            ASSERT_TRUE(live);
            disk.plan(Fault::power_cut, disk.operations() + 3 + seed);
            for (std::uint64_t now = 1; LiveWorld::tick(**live, now); ++now) {
                if (!(*live)->commit((*live)->next_sequence())) {
                    break;
                }
            }
        }
        disk.plan_nothing();
        disk.crash();
        ASSERT_TRUE(LiveLog::fork(disk, world.options(), wish())) << seed;
        ASSERT_TRUE(LiveLog::fork(disk, world.options(), wish("again"))) << seed;
        auto live = world.open();
        ASSERT_TRUE(live) << seed;
        EXPECT_EQ((*live)->state().facts().forks, 2U);
        EXPECT_TRUE((*live)->recovered().ended_in_order);
        ASSERT_TRUE((*live)->close());
        expect_same_opinion(disk);
    }
}

TEST_F(LiveLogFork, AReasonThatIsTooLongChangesNothing) {
    run_boot(1, 3);
    auto const before = first_opinion(store_, nullptr);
    std::string const reason(fork_reason_bytes_max + 1, 'x');
    EXPECT_EQ(LiveLog::fork(store_, world_.options(), wish(reason)).error().code, Code::too_long);
    EXPECT_EQ(first_opinion(store_, nullptr)->chain.head, before->chain.head);
    std::string const longest(fork_reason_bytes_max, 'x');
    EXPECT_TRUE(LiveLog::fork(store_, world_.options(), wish(longest)));
}

TEST_F(LiveLogFork, WhoeverAdmitsTheLogMayRefuseAndThenNothingHasChanged) {
    run_boot(1, 3);
    auto const before = first_opinion(store_, nullptr);
    host::LiveLogOptions options = world_.options();
    options.admit = [](LogState const& state) -> Result<void> {
        EXPECT_GT(state.next().value, 3U) << "it is asked about the recovered log";
        return fail(Code::wrong_key);
    };
    EXPECT_EQ(LiveLog::fork(store_, options, wish()).error().code, Code::wrong_key);
    EXPECT_EQ(LiveLog::open(store_, options, nullptr).error().code, Code::wrong_key);
    auto const after = first_opinion(store_, nullptr);
    EXPECT_EQ(after->chain.head, before->chain.head);
    EXPECT_TRUE(after->ended_in_order);
}

// As a writer that forks while it runs would do it.
TEST_F(LiveLogFork, AForkIsTakenOnlyBehindEntriesThatAreHashedAndWithTheirHead) {
    auto live = world_.open();
    ASSERT_TRUE(live);
    Fork fork{.parent_head = (*live)->durable_position().head, .reason = "while it runs"};
    std::array<std::byte, fork_body_bytes_max> room{};
    auto const proposal = [&]() {
        return Proposal{.domain = DomainNumber::log,
                        .kind = static_cast<std::uint16_t>(LogKind::fork),
                        .body = *encode_whole(MutableBytes{room}, fork)};
    };
    ASSERT_TRUE(LiveWorld::tick(**live, 1));
    EXPECT_EQ((*live)->append(proposal()).error().code, Code::chain_break) << "an entry waits";
    ASSERT_TRUE((*live)->commit((*live)->next_sequence()));
    EXPECT_EQ((*live)->append(proposal()).error().code, Code::chain_break) << "an older head";
    EXPECT_EQ((*live)
                  ->append({.domain = DomainNumber::log,
                            .kind = static_cast<std::uint16_t>(LogKind::fork),
                            .body = Bytes{room}.first(10)})
                  .error()
                  .code,
              Code::truncated);
    fork.parent_head = (*live)->durable_position().head;
    ASSERT_TRUE((*live)->append(proposal()));
    ASSERT_TRUE(LiveWorld::tick(**live, 2)); // in the fork's block
    ASSERT_TRUE((*live)->commit((*live)->next_sequence()));
    Hash256 const id = (*live)->durable_position().log_id;
    ASSERT_TRUE((*live)->close());
    Records const records = records_of(store_);
    EXPECT_EQ(records.blocks.back().count, 2U);
    EXPECT_EQ(records.blocks.back().log_id, id);
    EXPECT_NE(records.blocks.front().log_id, id);
    expect_same_opinion(store_);
}

TEST(LogFork, BeginsOnlyWhereStateAndForkAgree) {
    Capacities const few{4, 4, 4, 4, 4, 4, 4, 4};
    host::OwnedArena state_memory{LogState::bytes_for(few)};
    Arena state_arena = state_memory.arena();
    LogState state{state_arena, few};
    RingSize const ring{.bytes = 1U << 16U, .entries = 64};
    host::OwnedArena memory{Log::bytes_for(ring)};
    Arena arena = memory.arena();
    std::array<DomainInfo const*, 1> const domains{&log_domain};
    Log log{{.engine = &host::portable_engine(), .domains = domains, .ring = ring}, arena, state};
    EXPECT_EQ(log.begin_fork({}, Fork{}, {}).error().code, Code::out_of_range) << "no entries";
    EXPECT_EQ(log.begin_fork({.next = Sequence{5}, .head = {}}, Fork{}, {}).error().code,
              Code::out_of_range)
        << "the state is of another place";
    EXPECT_FALSE(log.attached());
}

} // namespace
} // namespace axiom::test

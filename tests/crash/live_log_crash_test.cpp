// LiveLog on a medium that loses power: at every write, with every subset of what no flush covered.
//
// The promise under test: whatever was acknowledged before the crash is recovered byte for byte, in
// order, and recovery itself may be cut anywhere and started again.

#include <gtest/gtest.h>

#include <tests/support/crash_states.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/recording_store.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::test {
namespace {

// Appends a tick, every third with an attachment of `data` bytes.
Result<Appended> add(host::LiveLog& live, std::uint64_t now, std::size_t data) {
    std::array<std::byte, 16> room{};
    Proposal const proposal{
        .domain = DomainNumber::log,
        .kind = static_cast<std::uint16_t>(LogKind::tick),
        .body = TRY(encode_whole(MutableBytes{room}, Tick{.now = LogTime{now}, .wall = {}}))};
    if (now % 3 != 0) {
        return live.append(proposal);
    }
    std::size_t const bytes = attachment_salt_bytes + data;
    std::vector<std::byte> padded(padded_bytes(bytes), std::byte{0});
    std::fill_n(padded.begin(), bytes, std::byte{0x5A});
    return live.append(proposal, host::Attachment{padded, static_cast<std::uint32_t>(bytes)});
}

// A run of a few sessions: each opens, appends in groups of changing size, and closes in order or
// not.
void run_sessions(RecordingStore& store, std::uint64_t seed, unsigned sessions) {
    Seeded seeded{seed};
    LiveWorld session{store};
    ASSERT_TRUE(session.create());
    store.mark(1);
    std::uint64_t now = 0;
    for (unsigned index = 0; index < sessions; ++index) {
        auto live = session.open(nullptr);
        ASSERT_TRUE(live) << text_of(live.error().code).name;
        store.mark((*live)->watermark().value);
        for (unsigned group = 0; group < 4; ++group) {
            std::uint64_t const entries = 1 + seeded.below(12);
            for (std::uint64_t each = 0; each < entries; ++each) {
                ASSERT_TRUE(add(**live, ++now, seeded.below(900)));
            }
            ASSERT_TRUE((*live)->commit((*live)->next_sequence()));
            store.mark((*live)->watermark().value);
        }
        ASSERT_TRUE((*live)->close());
    }
}

std::vector<std::vector<std::byte>> entries_of(Store& store) {
    SeenEntries entries;
    LiveWorld session{store};
    auto const live = session.open(&entries);
    EXPECT_TRUE(live) << text_of(live.error().code).name;
    entries.list.resize((*live)->recovered().chain.next.value);
    return entries.list;
}

// What holds on a medium after a crash: see the head of this file.
void check_recovery(Store& medium, std::uint64_t acknowledged,
                    std::vector<std::vector<std::byte>> const& written, std::string const& what) {
    LiveWorld session{medium};
    SeenEntries found;
    {
        auto live = session.open(&found);
        if (!live && live.error().code == Code::not_a_log && acknowledged == 0) {
            ASSERT_TRUE(session.create()) << what;
            return;
        }
        ASSERT_TRUE(live) << what << ": " << text_of(live.error().code).name << " at "
                          << live.error().where << ", " << live.error().detail;
        found.list.resize((*live)->recovered().chain.next.value); // without this boot's own entries
        ASSERT_GE(found.list.size(), acknowledged) << what;
        ASSERT_LE(found.list.size(), written.size()) << what;
        for (std::size_t index = 0; index < found.list.size(); ++index) {
            ASSERT_EQ(found.list[index], written[index]) << what << ": entry " << index;
        }
        ASSERT_TRUE(add(**live, 1'000'000, 10)) << what;
        ASSERT_TRUE((*live)->close()) << what;
    }
    SeenEntries again;
    auto const reopened = session.open(&again);
    ASSERT_TRUE(reopened) << what << ": " << text_of(reopened.error().code).name << " at "
                          << reopened.error().where << ", " << reopened.error().detail;
    ASSERT_TRUE((*reopened)->recovered().ended_in_order)
        << what << ": torn " << (*reopened)->recovered().torn << ", next "
        << (*reopened)->recovered().chain.next.value << ", segment "
        << (*reopened)->recovered().last_segment << ", offset "
        << (*reopened)->recovered().end_offset << ", found before " << found.list.size();
    ASSERT_GT(again.list.size(), found.list.size()) << what;
}

TEST(LiveLogCrash, NoCrashLosesWhatWasAcknowledged) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    run_sessions(store, 1, 3);
    auto const written = entries_of(medium);
    std::size_t const states = each_crash_state(
        store, {.tear_stride_bytes = 512},
        [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFatalFailure()) {
                return;
            }
            check_recovery(crashed, state.mark, written,
                           "step " + std::to_string(state.step) + ", " + state.outcome);
        });
    EXPECT_GT(states, 100U);
}

TEST(LiveLogCrash, RecoveryMayBeCutAndStartedAgain) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    run_sessions(store, 2, 1);
    auto const written = entries_of(medium);
    std::size_t number = 0;
    std::size_t nested = 0;
    each_crash_state(
        store, {.tear_stride_bytes = 1024},
        [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFatalFailure() || ++number % 7 != 0) {
                return;
            }
            RecordingStore recovery{crashed};
            LiveWorld session{recovery};
            {
                auto const live = session.open(nullptr);
                if (!live) {
                    return; // nothing was acknowledged; creation is the other test's part
                }
            }
            nested += each_crash_state(recovery,
                                       {.pending_max = 4, .samples = 16, .tear_stride_bytes = 2048},
                                       [&](host::MemoryStore& twice, CrashState const& inner) {
                                           if (testing::Test::HasFatalFailure()) {
                                               return;
                                           }
                                           LiveWorld after{twice};
                                           SeenEntries found;
                                           auto const live = after.open(&found);
                                           ASSERT_TRUE(live)
                                               << state.outcome << " then " << inner.outcome << ": "
                                               << text_of(live.error().code).name;
                                           found.list.resize((*live)->recovered().chain.next.value);
                                           ASSERT_GE(found.list.size(), state.mark)
                                               << state.outcome << " then " << inner.outcome;
                                       });
        });
    EXPECT_GT(nested, 100U);
}

} // namespace
} // namespace axiom::test

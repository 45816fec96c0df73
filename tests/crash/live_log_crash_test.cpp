// LiveLog on a medium that loses power: at every write, with every subset of what no flush covered.
//
// The promise under test: whatever was acknowledged before the crash is recovered byte for byte, in
// order, and recovery itself may be cut anywhere and started again.

#include <gtest/gtest.h>

#include <algorithm>

#include <tests/support/crash_states.hpp>
#include <tests/support/jury.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/recording_store.hpp>
#include <tests/support/score.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/verify_world.hpp>

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

void copy_medium(host::MemoryStore& from, host::MemoryStore& to) {
    for (std::uint32_t slot = 0; slot < from.slots(); ++slot) {
        copy_bytes(to.slot_bytes(to.extend().value()), from.slot_bytes(SlotIndex{slot}));
    }
    static_cast<void>(to.claim_epoch(*from.claimed_epoch()));
}

std::vector<std::vector<std::byte>> entries_of(Store& store) {
    SeenEntries entries;
    LiveWorld session{store};
    auto const live = session.open(&entries);
    EXPECT_TRUE(live) << text_of(live.error().code).name;
    entries.list.resize((*live)->recovered().chain.next.value);
    return entries.list;
}

// A crash is no tampering: whatever it left, the verifier names nothing worse than what is missing.
host::Verdict expect_nothing_false(Store& medium, std::string const& what) {
    host::Verdict verdict = host::verify(medium, verify_options());
    EXPECT_LE(verdict.worst, host::Severity::incomplete)
        << what << ": " << verdict.findings.front().what;
    return verdict;
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
    ASSERT_TRUE(std::equal(found.list.begin(), found.list.end(), again.list.begin())) << what;
    expect_nothing_false(medium, what);
}

TEST(LiveLogCrash, NoCrashLosesWhatWasAcknowledged) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    run_sessions(store, 1, 3);
    auto const written = entries_of(medium);
    Jury jury{few_or_many(150, 4000), few_or_many(17, 5)};
    std::size_t const states = each_crash_state(
        store, {.tear_stride_bytes = 64}, [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFailure()) {
                return;
            }
            std::string const what = "step " + std::to_string(state.step) + ", " + state.outcome;
            jury.hear(crashed, expect_nothing_false(crashed, what), what);
            check_recovery(crashed, state.mark, written, what);
        });
    score("crash", states, HasFailure() ? 1 : 0);
    EXPECT_GT(states, 1000U);
    EXPECT_GT(jury.decide(), 50U);
}

// Opens, and gives back every state in which a crash of that leaves the medium. None when the
// medium holds no log: nothing was acknowledged then.
std::size_t each_crash_of_recovery(host::MemoryStore& medium, CrashLimits const& limits,
                                   VisitCrash const& visit) {
    RecordingStore recovery{medium};
    LiveWorld session{recovery};
    if (!session.open(nullptr)) {
        return 0;
    }
    return each_crash_state(recovery, limits, visit);
}

void expect_recovers(host::MemoryStore& medium, std::uint64_t acknowledged,
                     std::vector<std::vector<std::byte>> const& written, std::string const& what) {
    expect_nothing_false(medium, what);
    SeenEntries found;
    {
        LiveWorld after{medium};
        auto const live = after.open(&found);
        ASSERT_TRUE(live) << what << ": " << text_of(live.error().code).name;
        found.list.resize((*live)->recovered().chain.next.value);
    }
    ASSERT_GE(found.list.size(), acknowledged) << what;
    std::size_t const common = std::min(found.list.size(), written.size());
    ASSERT_TRUE(std::equal(found.list.begin(),
                           found.list.begin() + static_cast<std::ptrdiff_t>(
                                                    std::min<std::size_t>(common, acknowledged)),
                           written.begin()))
        << what;
}

// A power cut, a second one in the recovery from it, and a third in the recovery from that.
TEST(LiveLogCrash, RecoveryMayBeCutTwiceAndStartedAgain) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    run_sessions(store, 2, 1);
    auto const written = entries_of(medium);
    std::size_t number = 0;
    std::size_t once = 0;
    std::size_t twice = 0;
    CrashLimits const few{.pending_max = 3, .samples = 8, .tear_stride_bytes = 2048};
    each_crash_state(store, {.tear_stride_bytes = 1024},
                     [&](host::MemoryStore& crashed, CrashState const& state) {
                         if (testing::Test::HasFailure() || ++number % few_or_many(7, 2) != 0) {
                             return;
                         }
                         std::size_t inner_number = 0;
                         once += each_crash_of_recovery(
                             crashed, few, [&](host::MemoryStore& again, CrashState const& inner) {
                                 if (testing::Test::HasFailure()) {
                                     return;
                                 }
                                 std::string const what = state.outcome + " then " + inner.outcome;
                                 host::MemoryStore kept{tiny_segments, 64};
                                 copy_medium(again, kept);
                                 expect_recovers(again, state.mark, written, what);
                                 if (++inner_number % few_or_many(23, 5) != 0) {
                                     return;
                                 }
                                 twice += each_crash_of_recovery(
                                     kept, few,
                                     [&](host::MemoryStore& third, CrashState const& last) {
                                         if (!testing::Test::HasFailure()) {
                                             expect_recovers(third, state.mark, written,
                                                             what + " then " + last.outcome);
                                         }
                                     });
                             });
                     });
    score("crash", once + twice, HasFailure() ? 1 : 0);
    EXPECT_GT(once, 300U);
    EXPECT_GT(twice, 300U);
}

} // namespace
} // namespace axiom::test

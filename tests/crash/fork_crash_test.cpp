// Crashes across a fork and across a change of the key: the log is the parent or the fork, its key
// the old one or the new one, never anything between; what was acknowledged stays, and the log goes
// on.

#include <gtest/gtest.h>

#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <tests/support/crash_states.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/recording_store.hpp>
#include <tests/support/sealed_log.hpp>

namespace axiom::test {
namespace {

using host::LiveLog;

// Marks carry how many entries are acknowledged, and whether the step under test was.
constexpr std::uint64_t done_bit = 1U << 20U;

std::uint64_t entries_in(LiveLog& live) {
    return live.watermark().value;
}

struct Found {
    std::uint64_t entries{};
    Hash256 log_id{};
    Hash256 key{};
    std::uint64_t forks{};
};

// Opens, goes on for an entry, ends in order, and lets the whole verifier judge.
Found go_on(host::MemoryStore& medium, std::string const& what) {
    Found found;
    LiveWorld world{medium};
    {
        auto live = world.open();
        EXPECT_TRUE(live) << what << ": " << (live ? "" : text_of(live.error().code).name);
        if (!live) {
            return found;
        }
        found = {.entries = (*live)->recovered().chain.next.value,
                 .log_id = (*live)->recovered().chain.log_id,
                 .key = (*live)->state().keys().current().key,
                 .forks = (*live)->state().facts().forks};
        EXPECT_TRUE(LiveWorld::tick(**live, 1'000'000)) << what;
        EXPECT_TRUE((*live)->close()) << what;
    }
    host::Verdict const verdict = host::verify(
        medium, {.engine = &host::fastest_engine(), .signatures = &host::signature_engine()});
    EXPECT_LE(verdict.worst, host::Severity::note) << what;
    EXPECT_EQ(verdict.log_id, found.log_id) << what;
    return found;
}

TEST(ForkCrash, ACrashLeavesTheParentOrTheFork) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    SealedLog log{store, seed_number(1)};
    log.open();
    log.add(20, 200);
    log.seal();
    Hash256 const parent = log.log_id();
    store.mark(entries_in(log.live()));
    log.close();
    log.fork(seed_number(2));
    log.open();
    Hash256 const fork = log.log_id();
    store.mark(entries_in(log.live()) + done_bit);
    log.add(10);
    log.seal();
    store.mark(entries_in(log.live()) + done_bit);
    log.close();

    std::size_t parents = 0;
    std::size_t forks = 0;
    each_crash_state(
        store, {.tear_stride_bytes = 64}, [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFailure() || state.mark == 0) {
                return; // the log's own beginning is another test's
            }
            std::string const what = "step " + std::to_string(state.step) + ", " + state.outcome;
            Found const found = go_on(crashed, what);
            EXPECT_GE(found.entries, state.mark % done_bit) << what;
            bool const is_fork = found.log_id == fork;
            EXPECT_TRUE(is_fork || found.log_id == parent) << what;
            EXPECT_TRUE(is_fork || state.mark < done_bit) << what;
            EXPECT_EQ(found.forks, is_fork ? 1U : 0U) << what;
            (is_fork ? forks : parents) += 1;
        });
    EXPECT_GT(parents, 20U);
    EXPECT_GT(forks, 20U);
}

TEST(ForkCrash, AForkThatWasCutOffMayBeMadeAgain) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    SealedLog log{store, seed_number(1)};
    log.open();
    log.add(8);
    log.seal();
    store.mark(entries_in(log.live()));
    log.close();
    log.fork(seed_number(2));

    std::size_t states = 0;
    each_crash_state(
        store, {.tear_stride_bytes = 64}, [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFailure() || state.mark == 0) {
                return;
            }
            std::string const what = "step " + std::to_string(state.step) + ", " + state.outcome;
            LiveWorld world{crashed};
            ASSERT_TRUE(LiveLog::fork(
                crashed, world.options(),
                {.checkpoint_key = host::signature_engine().public_key(seed_number(3)),
                 .reason = "again"}))
                << what;
            Found const found = go_on(crashed, what);
            EXPECT_EQ(found.key, key_hash(host::signature_engine().public_key(seed_number(3))));
            EXPECT_GE(found.forks, 1U);
            ++states;
        });
    EXPECT_GT(states, 20U);
}

void each_key_crash(bool lose) {
    host::MemoryStore medium{tiny_segments, 64};
    RecordingStore store{medium};
    SealedLog log{store, seed_number(1)};
    log.open();
    log.add(6);
    log.seal();
    store.mark(entries_in(log.live()));
    if (lose) {
        log.lose(seed_number(2));
    } else {
        log.rotate(seed_number(2));
    }
    store.mark(entries_in(log.live()) + done_bit);
    log.seal();
    log.add(3);
    store.mark(entries_in(log.live()) + done_bit);
    log.close();

    Hash256 const old_key = key_hash(host::signature_engine().public_key(seed_number(1)));
    Hash256 const new_key = key_hash(host::signature_engine().public_key(seed_number(2)));
    std::size_t olds = 0;
    std::size_t news = 0;
    each_crash_state(
        store, {.tear_stride_bytes = 64}, [&](host::MemoryStore& crashed, CrashState const& state) {
            if (testing::Test::HasFailure() || state.mark == 0) {
                return;
            }
            std::string const what = "step " + std::to_string(state.step) + ", " + state.outcome;
            Found const found = go_on(crashed, what);
            EXPECT_GE(found.entries, state.mark % done_bit) << what;
            bool const is_new = found.key == new_key;
            EXPECT_TRUE(is_new || found.key == old_key) << what;
            EXPECT_TRUE(is_new || state.mark < done_bit) << what;
            (is_new ? news : olds) += 1;
        });
    EXPECT_GT(olds, 3U);
    EXPECT_GT(news, 20U);
}

TEST(KeyCrash, ACrashLeavesTheOldKeyOrTheNewOneAcrossARotation) {
    each_key_crash(false);
}

TEST(KeyCrash, ACrashLeavesTheOldKeyOrTheNewOneAcrossALoss) {
    each_key_crash(true);
}

} // namespace
} // namespace axiom::test

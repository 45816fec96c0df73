// Pruning a log with a mirror, on media that lose power at every step: each side with its own part
// of what was not flushed.
//
// The promise under test: recovery over every such pair makes it one log again, no acknowledged
// entry is lost, a pruning whose entry is in the log is complete after the next opening, and in the
// end both sides hold the same bytes.

#include <gtest/gtest.h>

#include <sim-host/log/mirror_recovery.hpp>
#include <sim-host/platform/mirror_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/pair_crash_states.hpp>
#include <tests/support/prune_world.hpp>

namespace axiom::test {
namespace {

constexpr unsigned lines = 90;

Result<host::MirrorReport> recover(Store& first, Store& second) {
    host::MirrorRecovery recovery{{first, second}, {.engine = &host::fastest_engine()}};
    return recovery.run();
}

std::string words_of(Error const& error) {
    return std::string{text_of(error.code).name} + " at " + std::to_string(error.where);
}

void expect_equal_sides(host::MemoryStore& first, host::MemoryStore& second,
                        std::string const& what) {
    ASSERT_EQ(first.slots(), second.slots()) << what;
    for (std::uint32_t index = 0; index < first.slots(); ++index) {
        SlotIndex const slot{index};
        ASSERT_TRUE(equal_bytes(first.slot_bytes(slot), second.slot_bytes(slot)))
            << what << ": slot " << index;
    }
    ASSERT_EQ(*first.claimed_epoch(), *second.claimed_epoch()) << what;
}

struct MirroredRun {
    MirroredRun() {
        AXIOM_ASSERT(recover(world.medium, second).has_value());
        host::MirrorStore mirror{world.medium, second};
        world.boot(mirror, lines);
        auto const log = world.open(mirror);
        records = log->domains().records().root(host::fastest_engine());
        AXIOM_ASSERT(log->close().has_value());
    }

    void check(host::MemoryStore& one, host::MemoryStore& two, bool agreed,
               std::string const& what) {
        auto const report = recover(one, two);
        ASSERT_TRUE(report) << what << ": " << words_of(report.error());
        expect_equal_sides(one, two, what + ", recovered");
        bool pruned = false;
        {
            host::MirrorStore mirror{one, two};
            auto opened = world.world.open(mirror);
            ASSERT_TRUE(opened) << what << ": " << words_of(opened.error());
            ASSERT_EQ((*opened)->domains().records().root(host::fastest_engine()), records) << what;
            pruned = !(*opened)->domains().log().facts().pruned.empty();
            ASSERT_TRUE(pruned || !agreed) << what;
            ASSERT_TRUE((*opened)->close()) << what;
            ASSERT_TRUE(mirror.state(host::MirrorSide::first).is_live) << what;
            ASSERT_TRUE(mirror.state(host::MirrorSide::second).is_live) << what;
        }
        for (host::MemoryStore* const side : {&one, &two}) {
            host::Verdict const after = world.verdict(*side);
            ASSERT_EQ(after.soundness(), host::Soundness::sealed) << what;
            ASSERT_EQ(after.reduced, pruned ? lines : 0U) << what;
        }
        expect_equal_sides(one, two, what + ", opened");
    }

    PruneWorld world;
    host::MemoryStore second{prune_geometry, 256};
    Hash256 records{};
};

// The snapshot of the pruning lies beside the log from mark 1 on; before, a crash may leave it or
// not, and here it does not.
TEST(MirroredPruneCrash, NoCrashLosesAnythingOrLeavesTheSidesApart) {
    MirroredRun run;
    PairRecording recording{run.world.medium, run.second};
    host::MirrorStore mirror{recording.first, recording.second};
    ASSERT_TRUE(
        run.world.prune_marking(mirror, [&](std::uint64_t value) { recording.first.mark(value); }));
    host::SnapshotFolder const& folder = run.world.world.snapshots();
    Sequence const newest = folder.list().back();
    std::vector<std::byte> const bytes = *folder.read(newest);
    std::size_t const states = each_pair_crash_state(
        recording, {.samples = 4},
        [&](host::MemoryStore& one, host::MemoryStore& two, CrashState const& state) {
            if (testing::Test::HasFatalFailure()) {
                return;
            }
            if (state.mark >= 1) {
                ASSERT_TRUE(folder.write(newest, bytes));
            } else {
                folder.remove(newest);
            }
            run.check(one, two, state.mark >= 2,
                      "step " + std::to_string(state.step) + ", " + state.outcome);
        });
    EXPECT_GT(states, 300U);
}

// The world is made anew for each operation, because snapshots lie beside the log.
void anomaly_loop(bool at_first, bool from_then_on) {
    for (std::uint64_t operation = 0;; ++operation) {
        MirroredRun run;
        FailingStore failing{at_first ? run.world.medium : run.second};
        failing.plan({.operation = operation, .from_then_on = from_then_on});
        Store& first = at_first ? static_cast<Store&>(failing) : run.world.medium;
        Store& second = at_first ? static_cast<Store&>(run.second) : failing;
        host::MirrorStore mirror{first, second};
        std::uint64_t marked = 0;
        bool const done =
            run.world.prune_marking(mirror, [&](std::uint64_t value) { marked = value; });
        bool const fired = failing.fired() != 0;
        ASSERT_TRUE(fired || done);
        run.check(run.world.medium, run.second, marked == 2,
                  "operation " + std::to_string(operation));
        if (!fired || testing::Test::HasFatalFailure()) {
            EXPECT_GT(operation, 40U) << "the run is long enough to mean something";
            return;
        }
    }
}

TEST(MirroredPruneAnomalies, NoSingleFailedOperationOfOneSideLosesAnything) {
    anomaly_loop(true, false);
    anomaly_loop(false, false);
}

TEST(MirroredPruneAnomalies, NoSideThatFailsForGoodLosesAnything) {
    anomaly_loop(true, true);
    anomaly_loop(false, true);
}

} // namespace
} // namespace axiom::test

// Pruning on a medium that loses power, at every write, and on one whose N-th operation fails.
//
// The promise under test: every such medium verifies but for slots that the next writer clears, it
// opens, no acknowledged entry is lost, and a pruning whose entry is in the log is complete after
// that.

#include <gtest/gtest.h>

#include <tests/support/crash_states.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/prune_world.hpp>
#include <tests/support/recording_store.hpp>

namespace axiom::test {
namespace {

constexpr unsigned lines = 90;

struct PruneRun {
    PruneRun() {
        world.boot(world.medium, lines);
        auto const log = world.open(world.medium);
        records = log->domains().records().root(host::fastest_engine());
        AXIOM_ASSERT(log->close().has_value());
    }

    void check(host::MemoryStore& medium, bool agreed, std::string const& what) {
        host::Verdict const found = world.verdict(medium);
        ASSERT_LE(found.worst, host::Severity::incomplete)
            << what << ": " << found.findings.front().what;
        auto opened = world.world.open(medium);
        ASSERT_TRUE(opened) << what << ": " << text_of(opened.error().code).name << " at "
                            << opened.error().where;
        ASSERT_TRUE((*opened)->began_at()) << what;
        ASSERT_EQ((*opened)->domains().records().root(host::fastest_engine()), records) << what;
        bool const pruned = !(*opened)->domains().log().facts().pruned.empty();
        ASSERT_TRUE(pruned || !agreed) << what;
        ASSERT_TRUE((*opened)->close()) << what;
        host::Verdict const after = world.verdict(medium);
        ASSERT_EQ(after.soundness(), host::Soundness::sealed) << what;
        ASSERT_EQ(after.reduced, pruned ? lines : 0U) << what;
    }

    PruneWorld world;
    Hash256 records{};
};

// The snapshot of the pruning lies beside the log from mark 1 on; before, a crash may leave it or
// not, and here it does not.
TEST(PruneCrash, NoCrashLosesAnythingAndWhatIsOwedIsPaid) {
    PruneRun run;
    RecordingStore store{run.world.medium};
    ASSERT_TRUE(run.world.prune_marking(store, [&](std::uint64_t value) { store.mark(value); }));
    host::SnapshotFolder const& folder = run.world.world.snapshots();
    Sequence const newest = folder.list().back();
    std::vector<std::byte> const bytes = *folder.read(newest);
    std::size_t const states =
        each_crash_state(store, {.pending_max = 6, .samples = 64, .tear_stride_bytes = 1024},
                         [&](host::MemoryStore& crashed, CrashState const& state) {
                             if (testing::Test::HasFatalFailure()) {
                                 return;
                             }
                             if (state.mark >= 1) {
                                 ASSERT_TRUE(folder.write(newest, bytes));
                             } else {
                                 folder.remove(newest);
                             }
                             run.check(crashed, state.mark >= 2,
                                       "step " + std::to_string(state.step) + ", " + state.outcome);
                         });
    EXPECT_GT(states, 300U);
}

// The world is made anew for each operation, because snapshots lie beside the log.
void anomaly_loop(bool from_then_on) {
    for (std::uint64_t operation = 0;; ++operation) {
        PruneRun run;
        FailingStore store{run.world.medium};
        store.plan({.operation = operation, .from_then_on = from_then_on});
        std::uint64_t marked = 0;
        bool const done =
            run.world.prune_marking(store, [&](std::uint64_t value) { marked = value; });
        bool const fired = store.fired() != 0;
        ASSERT_TRUE(fired || done);
        run.check(run.world.medium, marked == 2, "operation " + std::to_string(operation));
        if (!fired || testing::Test::HasFatalFailure()) {
            EXPECT_GT(operation, 50U) << "the run is long enough to mean something";
            return;
        }
    }
}

TEST(PruneAnomalies, NoSingleFailedOperationLosesAnything) {
    anomaly_loop(false);
}

TEST(PruneAnomalies, NoStoreThatFailsForGoodLosesAnything) {
    anomaly_loop(true);
}

} // namespace
} // namespace axiom::test

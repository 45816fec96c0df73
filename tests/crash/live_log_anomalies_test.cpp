// Anomaly loops (THREATS rule 8): the N-th operation on the store fails, for every N until a run
// ends with no fault fired; once as a single failure, once from then on. Whatever was acknowledged
// is there afterwards.

#include <gtest/gtest.h>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/lying_store.hpp>

namespace axiom::test {
namespace {

// Creates, appends in groups and closes, as far as the store lets it. How many entries were
// acknowledged.
std::uint64_t run(Store& store) {
    LiveWorld world{store};
    if (!world.create()) {
        return 0;
    }
    std::uint64_t acknowledged = 1;
    for (int session = 0; session < 2; ++session) {
        auto live = world.open();
        if (!live) {
            return acknowledged;
        }
        acknowledged = (*live)->watermark().value;
        for (std::uint64_t group = 1; group <= 30; ++group) {
            for (std::uint64_t each = 0; each < 4; ++each) {
                static_cast<void>(LiveWorld::tick(**live, group));
            }
            if (!(*live)->commit((*live)->next_sequence())) {
                return acknowledged;
            }
            acknowledged = (*live)->watermark().value;
        }
        if (!(*live)->close()) {
            return acknowledged;
        }
    }
    return acknowledged;
}

void expect_kept(Store& medium, std::uint64_t acknowledged, std::string const& what) {
    LiveWorld world{medium};
    auto const live = world.open();
    if (!live && acknowledged == 0) {
        EXPECT_TRUE(world.create()) << what;
        return;
    }
    ASSERT_TRUE(live) << what << ": " << text_of(live.error().code).name;
    EXPECT_GE((*live)->recovered().chain.next.value, acknowledged) << what;
}

void anomaly_loop(bool from_then_on) {
    for (std::uint64_t operation = 0;; ++operation) {
        host::MemoryStore medium{tiny_segments, 64};
        FailingStore store{medium};
        store.plan({.operation = operation, .from_then_on = from_then_on});
        std::uint64_t const acknowledged = run(store);
        bool const fired = store.fired() != 0;
        expect_kept(medium, acknowledged, "operation " + std::to_string(operation));
        if (!fired) {
            EXPECT_GT(operation, 50U) << "the run is long enough to mean something";
            return;
        }
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

TEST(LiveLogAnomalies, NoSingleFailedOperationLosesWhatWasAcknowledged) {
    anomaly_loop(false);
}

TEST(LiveLogAnomalies, NoStoreThatFailsForGoodLosesWhatWasAcknowledged) {
    anomaly_loop(true);
}

// A failure in the middle of recovery from an earlier one.
TEST(LiveLogAnomalies, AFailureDuringRecoveryFromAFailureLosesNothing) {
    for (std::uint64_t first = 20; first < 120; first += 9) {
        for (std::uint64_t second = 0; second < 40; ++second) {
            host::MemoryStore medium{tiny_segments, 64};
            FailingStore store{medium};
            store.plan({.operation = first, .from_then_on = true});
            std::uint64_t const acknowledged = run(store);
            store.plan({.operation = second, .from_then_on = true});
            {
                LiveWorld world{store};
                static_cast<void>(world.open());
            }
            expect_kept(medium, acknowledged,
                        std::to_string(first) + " then " + std::to_string(second));
            if (testing::Test::HasFailure()) {
                return;
            }
        }
    }
}

// The whole fault model at random, then a crash: faults that a disk may not have (a flush that
// lies, a write that goes astray, rot) may lose entries, but never silently; all others lose
// nothing.
TEST(LiveLogAnomalies, NoFaultOfAnHonestDiskLosesWhatWasAcknowledged) {
    std::uint64_t fired = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        for (Fault const fault :
             {Fault::flush_error, Fault::flush_error_for_good, Fault::short_write, Fault::no_space,
              Fault::write_error, Fault::power_cut}) {
            LyingStore disk{tiny_segments, seed};
            disk.plan(fault, 10 + seed * 2);
            std::uint64_t const acknowledged = run(disk);
            fired += disk.fired(fault);
            disk.plan_nothing();
            disk.crash();
            expect_kept(disk, acknowledged,
                        "seed " + std::to_string(seed) + ", fault " +
                            std::to_string(static_cast<int>(fault)));
            if (testing::Test::HasFailure()) {
                return;
            }
        }
    }
    EXPECT_GT(fired, 100U);
}

TEST(LiveLogAnomalies, NothingIsWrittenAfterAFailedFlush) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        LyingStore disk{tiny_segments, seed};
        disk.plan(Fault::flush_error, 12 + seed);
        static_cast<void>(run(disk));
        EXPECT_EQ(disk.operations_after_failed_flush(), 0U) << "seed " << seed;
    }
}

} // namespace
} // namespace axiom::test

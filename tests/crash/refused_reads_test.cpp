// A read that the device or the system refuses says nothing of what lies there: nobody concludes
// from it that something is torn, damaged or not there. The N-th operation is refused, for every N,
// once: a refusal that passes by is the one that hides itself.

#include <gtest/gtest.h>

#include <new>

#include <tests/support/failing_store.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/mirror_world.hpp>

namespace axiom::test {
namespace {

constexpr std::array refusals{Code::io_failed, Code::short_transfer, Code::access_refused,
                              Code::no_memory};

std::string words(Code code, std::uint64_t operation) {
    return std::string{text_of(code).name} + " at operation " + std::to_string(operation);
}

// A closed log of several segments; its last segment holds groups that no header covers.
Sequence write_log(Store& store) {
    LiveWorld world{store};
    EXPECT_TRUE(world.create());
    auto const live = world.open();
    for (std::uint64_t group = 1; group <= 60; ++group) {
        for (std::uint64_t each = 0; each < 4; ++each) {
            EXPECT_TRUE(LiveWorld::tick(**live, group));
        }
        EXPECT_TRUE((*live)->commit((*live)->next_sequence()));
    }
    EXPECT_TRUE((*live)->close());
    return (*live)->watermark();
}

TEST(RefusedReads, AreNeverTakenForATornEnd) {
    host::MemoryStore medium{tiny_segments, 64};
    Sequence const acknowledged = write_log(medium);
    std::vector<std::vector<std::byte>> const before = Image{medium}.slots();
    for (Code const code : refusals) {
        bool fired = true;
        for (std::uint64_t operation = 0; fired && !HasFailure(); ++operation) {
            host::MemoryStore copy{tiny_segments, 64};
            for (std::uint32_t slot = 0; slot < before.size(); ++slot) {
                ASSERT_TRUE(copy.extend());
                copy_bytes(copy.slot_bytes(SlotIndex{slot}), before[slot]);
            }
            FailingStore failing{copy};
            failing.plan({.operation = operation, .code = code});
            {
                LiveWorld world{failing};
                auto const live = world.open();
                fired = failing.fired() != 0;
                EXPECT_TRUE(live || fired);
                if (!live) {
                    EXPECT_EQ(live.error().code, code) << words(code, operation);
                } else {
                    EXPECT_FALSE((*live)->recovered().torn) << words(code, operation);
                    EXPECT_GE((*live)->recovered().chain.next, acknowledged)
                        << words(code, operation);
                }
            }
            LiveWorld world{copy};
            auto const live = world.open();
            ASSERT_TRUE(live) << words(code, operation) << ": " << text_of(live.error().code).name;
            EXPECT_GE((*live)->recovered().chain.next, acknowledged) << words(code, operation);
        }
    }
}

TEST(RefusedReads, AreNoDamageToTheVerifierAndWantOfMemoryIsNoVerdictAtAll) {
    host::MemoryStore medium{small_geometry};
    make_sealed_log(medium);
    for (Code const code : refusals) {
        bool fired = true;
        for (std::uint64_t operation = 0; fired && !HasFailure(); ++operation) {
            FailingStore failing{medium};
            failing.plan({.operation = operation, .code = code});
            try {
                host::Verdict const verdict = host::verify(failing, verify_options());
                fired = failing.fired() != 0;
                EXPECT_FALSE(fired && code == Code::no_memory) << words(code, operation);
                EXPECT_EQ(verdict.soundness(),
                          fired ? host::Soundness::failed : host::Soundness::sealed)
                    << words(code, operation) << ": " << verdict.findings.size();
            } catch (std::bad_alloc const&) {
                EXPECT_EQ(code, Code::no_memory);
                EXPECT_NE(failing.fired(), 0U);
            }
        }
    }
}

TEST(RefusedReads, ForWantOfMemoryRepairNothingOfAMirror) {
    MirrorWorld world;
    world.first.slot_bytes(SlotIndex{0})[0xB80] ^= std::byte{4};
    world.second.slot_bytes(SlotIndex{1})[40] ^= std::byte{1};
    world.keep();
    for (bool const at_first : {true, false}) {
        std::uint64_t refused = 0;
        bool fired = true;
        for (std::uint64_t operation = 0; fired && !HasFailure(); ++operation) {
            FailingStore failing{at_first ? world.first : world.second};
            failing.plan({.operation = operation, .code = Code::no_memory});
            Store& first = at_first ? static_cast<Store&>(failing) : world.first;
            Store& second = at_first ? static_cast<Store&>(world.second) : failing;
            host::MirrorRecovery recovery{{first, second}, {.engine = &host::fastest_engine()}};
            try {
                auto const report = recovery.run();
                fired = failing.fired() != 0;
                if (report) {
                    EXPECT_TRUE(world.are_equal()) << operation;
                } else {
                    EXPECT_EQ(report.error().code, Code::no_memory) << operation;
                    // A side that is being repaired, or the claims, which come last.
                    EXPECT_TRUE(recovery.failed_side() || world.are_equal() || world.is_right())
                        << operation;
                    ++refused;
                }
            } catch (std::bad_alloc const&) {
                EXPECT_TRUE(world.is_right()) << operation;
                ++refused;
            }
            EXPECT_TRUE(world.recover()) << operation;
            EXPECT_TRUE(world.are_equal()) << operation;
            world.restore();
        }
        EXPECT_GT(refused, 20U);
    }
}

} // namespace
} // namespace axiom::test

// Recovery over a mirror, cut and failed wherever it can be; and every fault of the store's fault
// model on one side of a mirror, while a log is written to both.

#include <tests/support/crash_states.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/mirror_world.hpp>

namespace axiom::test {
namespace {

Result<host::MirrorReport> recover(Store& first, Store& second) {
    host::MirrorRecovery recovery{{first, second}, {.engine = &host::fastest_engine()}};
    return recovery.run();
}

std::unique_ptr<host::MemoryStore> copy_of(host::MemoryStore& from) {
    auto to = std::make_unique<host::MemoryStore>(small_geometry, 64);
    for (std::uint32_t slot = 0; slot < from.slots(); ++slot) {
        EXPECT_TRUE(to->extend());
        copy_bytes(to->slot_bytes(SlotIndex{slot}), from.slot_bytes(SlotIndex{slot}));
    }
    EXPECT_TRUE(to->claim_epoch(*from.claimed_epoch()));
    return to;
}

void expect_same(host::MemoryStore& store, std::vector<std::vector<std::byte>> const& right,
                 std::uint64_t operation) {
    ASSERT_EQ(store.slots(), right.size()) << "operation " << operation;
    for (std::uint32_t slot = 0; slot < store.slots(); ++slot) {
        Bytes const held{store.slot_bytes(SlotIndex{slot})};
        auto const at = std::ranges::mismatch(held, right[slot]).in1 - held.begin();
        ASSERT_EQ(static_cast<std::size_t>(at), held.size())
            << "operation " << operation << ", slot " << slot;
    }
}

// A pair of which the second lags, and each has rot that only the other can mend.
void damage(MirrorWorld& world) {
    {
        SealedLog log{world.first, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(12, 100);
        log.seal();
        log.close();
    }
    world.first.slot_bytes(SlotIndex{0})[0xB80] ^= std::byte{4};
    world.second.slot_bytes(SlotIndex{0})[0x1000] ^= std::byte{1};
    world.second.slot_bytes(SlotIndex{1})[40] ^= std::byte{1};
}

TEST(MirrorRecoveryCrash, ARepairThatIsCutAtAnyWriteIsFinishedByTheNextToTheSameEnd) {
    MirrorWorld after;
    damage(after);
    auto const first_before = copy_of(after.first);
    RecordingStore first{after.first};
    RecordingStore second{after.second};
    ASSERT_TRUE(recover(first, second));
    ASSERT_TRUE(after.are_equal());
    ASSERT_FALSE(first.steps().empty());
    ASSERT_FALSE(second.steps().empty());
    std::vector<std::vector<std::byte>> const right = Image{after.first}.slots();

    CrashLimits const limits{.pending_max = 6, .samples = 24, .tear_stride_bytes = 128, .seed = 5};
    std::size_t visited = 0;
    auto const expect_same_end = [&](host::MemoryStore& one, host::MemoryStore& two,
                                     CrashState const& state) {
        if (testing::Test::HasFailure()) {
            return;
        }
        ++visited;
        auto const report = recover(one, two);
        ASSERT_TRUE(report) << state.step << " " << state.outcome << ": "
                            << text_of(report.error().code).name << " at " << report.error().where;
        ASSERT_EQ(Image{one}.slots(), right) << state.step << " " << state.outcome;
        ASSERT_EQ(Image{two}.slots(), right) << state.step << " " << state.outcome;
    };
    // The side that lags is repaired first, the other when it is whole.
    each_crash_state(second, limits, [&](host::MemoryStore& medium, CrashState const& state) {
        expect_same_end(*copy_of(*first_before), medium, state);
    });
    each_crash_state(first, limits, [&](host::MemoryStore& medium, CrashState const& state) {
        expect_same_end(medium, *copy_of(after.second), state);
    });
    EXPECT_GT(visited, 200U);
}

TEST(MirrorRecoveryCrash, NoFailedOperationOfARepairHarmsThePair) {
    MirrorWorld world;
    damage(world);
    auto const first = copy_of(world.first);
    auto const second = copy_of(world.second);
    ASSERT_TRUE(world.recover());
    std::vector<std::vector<std::byte>> const right = Image{world.first}.slots();
    std::uint64_t fired = 0;
    auto const fail_at = [&](PlannedFailure failure, bool at_first) {
        auto const one = copy_of(*first);
        auto const two = copy_of(*second);
        FailingStore failing{at_first ? *one : *two};
        failing.plan(failure);
        static_cast<void>(at_first ? recover(failing, *two) : recover(*one, failing));
        fired += failing.fired() != 0 ? 1 : 0;
        auto const again = recover(*one, *two);
        EXPECT_TRUE(again) << failure.operation;
        expect_same(*one, right, failure.operation);
        expect_same(*two, right, failure.operation);
        return failing.fired() != 0;
    };
    for (bool const from_then_on : {false, true}) {
        for (bool const at_first : {true, false}) {
            std::uint64_t operation = 0;
            while (!testing::Test::HasFailure() && fail_at({operation, from_then_on}, at_first)) {
                ++operation;
            }
            EXPECT_GT(operation, 40U);
        }
    }
    EXPECT_GT(fired, 160U);
}

// Two sessions on a mirror; how many entries were acknowledged.
std::uint64_t write_log(Store& mirror) {
    LiveWorld world{mirror};
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
        for (std::uint64_t group = 1; group <= 20; ++group) {
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

void expect_mended(LyingStore& sick, host::MemoryStore& sound, bool sick_is_first,
                   std::uint64_t acknowledged, std::string const& what) {
    auto const report = sick_is_first ? recover(sick, sound) : recover(sound, sick);
    ASSERT_TRUE(report) << what << ": " << text_of(report.error().code).name << " at "
                        << report.error().where;
    host::Verdict const one = MirrorWorld::verify(sick);
    host::Verdict const two = MirrorWorld::verify(sound);
    ASSERT_EQ(one.head, two.head) << what;
    ASSERT_EQ(one.worst, two.worst) << what;
    ASSERT_LE(one.worst, host::Severity::incomplete) << what; // unsealed: these logs have no key
    ASSERT_GE(one.next.value, acknowledged) << what;
    auto const again = recover(sick, sound);
    ASSERT_TRUE(again && again->were_equal) << what;
}

// Everything that a disk may do on one side, lies included: the other side mends it.
TEST(MirrorRecoveryCrash, EveryFaultOfOneSideIsMendedFromTheOther) {
    std::array<std::uint64_t, fault_kinds> fired{};
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
            for (bool const sick_is_first : {true, false}) {
                LyingStore sick{tiny_segments, seed};
                host::MemoryStore sound{tiny_segments, 64};
                Fault const fault{static_cast<std::uint8_t>(kind)};
                sick.plan(fault, 10 + seed * 5);
                Store& first = sick_is_first ? static_cast<Store&>(sick) : sound;
                Store& second = sick_is_first ? static_cast<Store&>(sound) : sick;
                host::MirrorStore mirror{first, second};
                std::uint64_t const acknowledged = write_log(mirror);
                fired[kind] += sick.fired(fault);
                sick.plan_nothing();
                sick.crash();
                expect_mended(sick, sound, sick_is_first, acknowledged,
                              "seed " + std::to_string(seed) + ", fault " + std::to_string(kind));
                if (testing::Test::HasFailure()) {
                    return;
                }
            }
        }
    }
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
        EXPECT_GT(fired[kind], 0U) << "fault " << kind << " never happened";
    }
}

// What happens to a side at rest.
TEST(MirrorRecoveryCrash, EveryDamageOfOneSideAtRestIsMendedFromTheOther) {
    Seeded seeded{11};
    for (int round = 0; round < 120; ++round) {
        LyingStore sick{tiny_segments, seeded.below(1000)};
        host::MemoryStore sound{tiny_segments, 64};
        bool const sick_is_first = round % 2 == 0;
        Store& first = sick_is_first ? static_cast<Store&>(sick) : sound;
        Store& second = sick_is_first ? static_cast<Store&>(sound) : sick;
        host::MirrorStore mirror{first, second};
        std::uint64_t const acknowledged = write_log(mirror);
        SlotIndex const slot{static_cast<std::uint32_t>(seeded.below(sick.slots()))};
        std::uint64_t const block = seeded.below(tiny_segments.segment_bytes / 512) * 512;
        switch (round % 3) {
        case 0:
            sick.rot_anywhere({slot, block}, 512, 1 + static_cast<unsigned>(seeded.below(40)));
            break;
        case 1:
            sick.lose({slot, block}, 512 * (1 + seeded.below(4)));
            break;
        default:
            sick.cut({slot, block});
            break;
        }
        expect_mended(sick, sound, sick_is_first, acknowledged, "round " + std::to_string(round));
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

} // namespace
} // namespace axiom::test

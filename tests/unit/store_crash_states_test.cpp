// The enumeration of crashes shows every medium that the model allows, and none that it does not.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include <tests/support/crash_states.hpp>

namespace axiom::test {

namespace {

constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 4 * 512};
constexpr std::uint64_t block = geometry.storage_block_bytes;
constexpr SlotIndex slot{0};

std::vector<std::byte> filled(unsigned value) {
    return std::vector<std::byte>(block, static_cast<std::byte>(value));
}

/// The first byte of each block of slot 0, as digits; `-` when there is no slot.
std::string shape(host::MemoryStore& medium) {
    if (medium.slots() == 0) {
        return "-";
    }
    std::string text;
    for (std::uint64_t at = 0; at < geometry.segment_bytes; at += block) {
        text += static_cast<char>('0' + std::to_integer<int>(medium.slot_bytes(slot)[at]));
    }
    return text;
}

} // namespace

TEST(CrashStates, EverySubsetOfUnflushedWritesAndNoOther) {
    host::MemoryStore memory{geometry};
    ASSERT_TRUE(memory.extend().has_value());
    RecordingStore store{memory};
    ASSERT_TRUE(store.write({slot, 0}, filled(1)).has_value());
    ASSERT_TRUE(store.write({slot, block}, filled(2)).has_value());
    ASSERT_TRUE(store.flush().has_value());
    ASSERT_TRUE(store.write({slot, 2 * block}, filled(3)).has_value());
    ASSERT_TRUE(store.flush().has_value());

    std::set<std::string> seen;
    each_crash_state(store, {}, [&](host::MemoryStore& medium, CrashState const& state) {
        std::string const now = shape(medium);
        seen.insert(now);
        if (state.step >= 3) {
            EXPECT_EQ(now.substr(0, 2), "12") << state.outcome; // flushed, so there
        }
    });
    EXPECT_EQ(seen, (std::set<std::string>{"0000", "1000", "0200", "1200", "1230"}));
}

TEST(CrashStates, TornWritesShowFrontBackAndAlternateWords) {
    host::MemoryStore memory{geometry};
    ASSERT_TRUE(memory.extend().has_value());
    RecordingStore store{memory};
    ASSERT_TRUE(store.write({slot, 0}, filled(1)).has_value());
    std::set<std::vector<std::byte>> seen;
    std::size_t const states = each_crash_state(
        store, {.tear_stride_bytes = 8}, [&](host::MemoryStore& medium, CrashState const&) {
            Bytes const bytes = medium.slot_bytes(slot).first(block);
            seen.insert({bytes.begin(), bytes.end()});
        });
    // nothing, all, 63 fronts, 63 backs, two kinds of alternate words
    EXPECT_EQ(seen.size(), 2U + 63 + 63 + 2);
    EXPECT_GE(states, seen.size());
}

TEST(CrashStates, MarksSayWhatWasPromisedBeforeTheCrash) {
    host::MemoryStore memory{geometry};
    ASSERT_TRUE(memory.extend().has_value());
    RecordingStore store{memory};
    ASSERT_TRUE(store.write({slot, 0}, filled(1)).has_value());
    ASSERT_TRUE(store.flush().has_value());
    store.mark(1);
    ASSERT_TRUE(store.write({slot, block}, filled(2)).has_value());
    std::set<std::uint64_t> marks;
    each_crash_state(store, {}, [&](host::MemoryStore& medium, CrashState const& state) {
        marks.insert(state.mark);
        if (state.mark == 1) {
            EXPECT_EQ(shape(medium)[0], '1');
        }
    });
    EXPECT_EQ(marks, (std::set<std::uint64_t>{0, 1}));
}

TEST(CrashStates, SlotsAndClaimsAreThereOnceTheyReturned) {
    host::MemoryStore memory{geometry};
    RecordingStore store{memory};
    ASSERT_TRUE(store.extend().has_value());
    ASSERT_TRUE(store.claim_epoch(Epoch{4}).has_value());
    store.mark(1);
    std::set<std::string> seen;
    each_crash_state(store, {}, [&](host::MemoryStore& medium, CrashState const& state) {
        seen.insert(shape(medium));
        if (state.mark == 1) {
            EXPECT_EQ(medium.slots(), 1U);
            EXPECT_EQ(medium.claimed_epoch().value(), Epoch{4});
        }
    });
    EXPECT_EQ(seen, (std::set<std::string>{"-", "0000"}));
}

TEST(CrashStates, TooManyWritesAreSampledBySeed) {
    host::MemoryStore memory{geometry};
    ASSERT_TRUE(memory.extend().has_value());
    RecordingStore store{memory};
    for (unsigned index = 0; index < 4; ++index) {
        ASSERT_TRUE(store.write({slot, index * block}, filled(index + 1)).has_value());
    }
    auto const run = [&] {
        std::vector<std::string> shapes;
        each_crash_state(
            store, {.pending_max = 2, .samples = 20},
            [&](host::MemoryStore& medium, CrashState const&) { shapes.push_back(shape(medium)); });
        return shapes;
    };
    std::vector<std::string> const first = run();
    EXPECT_EQ(first, run());
    EXPECT_GT((std::set<std::string>{first.begin(), first.end()}).size(), 8U);
}

} // namespace axiom::test

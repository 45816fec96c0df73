// The store of objects, cut at every write: what was acknowledged is there, what was not is whole
// or not there.

#include <gtest/gtest.h>

#include <algorithm>

#include <services/objects/object_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/crash_states.hpp>
#include <tests/support/object_world.hpp>
#include <tests/support/recording_store.hpp>

namespace axiom {
namespace {

using test::ObjectWorld;

TEST(ObjectStoreCrash, WhatWasAcknowledgedIsThereAndNothingIsHalfThere) {
    host::MemoryStore medium{ObjectWorld::small_geometry};
    test::RecordingStore recording{medium};
    std::vector<std::vector<std::byte>> const contents{
        ObjectWorld::sample(10, 1),
        ObjectWorld::sample(objects::chunk_bytes_max + 5, 2),
        ObjectWorld::sample(10, 1),
        ObjectWorld::sample(3 * objects::chunk_bytes_max, 3),
        {}};
    ObjectWorld writer{recording};
    ASSERT_TRUE(writer.open());
    for (std::size_t index = 0; index < contents.size(); ++index) {
        ASSERT_TRUE(writer.put(contents[index]));
        recording.mark(index + 1);
    }
    std::size_t whole = 0;
    std::size_t const states = test::each_crash_state(
        recording, {}, [&](host::MemoryStore& left, test::CrashState const& state) {
            ObjectWorld after{left};
            ASSERT_TRUE(after.open()) << state.outcome;
            for (std::size_t index = 0; index < contents.size(); ++index) {
                auto const got = after.get(ObjectWorld::id_of(contents[index]));
                if (index < state.mark || got) {
                    ASSERT_TRUE(got) << state.step << " " << state.outcome;
                    ASSERT_EQ(*got, contents[index]);
                    ++whole;
                } else {
                    ASSERT_EQ(got.error().code, Code::no_such_row) << state.outcome;
                }
            }
            // And it goes on from there.
            for (auto const& content : contents) {
                ASSERT_TRUE(after.put(content)) << state.outcome;
                ASSERT_EQ(after.get(ObjectWorld::id_of(content)).value(), content);
            }
        });
    EXPECT_GT(states, 100U);
    EXPECT_GT(whole, states);
}

} // namespace
} // namespace axiom

// The store of objects on a medium in memory: what it keeps once, what it refuses, what it finds
// damaged and mends.

#include <gtest/gtest.h>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/object_world.hpp>

namespace axiom {
namespace {

using objects::chunk_bytes_max;
using test::ObjectWorld;

class ObjectStoreTest : public ::testing::Test {
  protected:
    ObjectStoreTest() { EXPECT_TRUE(world_.open()); }

    /// The bytes of the medium that are these, once.
    MutableBytes place_of(Bytes content) {
        for (std::uint32_t slot = 0; slot < medium_.slots(); ++slot) {
            MutableBytes const bytes = medium_.slot_bytes(SlotIndex{slot});
            auto const found = std::ranges::search(bytes, content);
            if (!found.empty()) {
                return {found.begin(), found.end()};
            }
        }
        ADD_FAILURE();
        return {};
    }

    host::MemoryStore medium_{ObjectWorld::small_geometry};
    ObjectWorld world_{medium_};
};

TEST_F(ObjectStoreTest, AContentIsFoundUnderItsHashAndInParts) {
    auto const content = ObjectWorld::sample(2 * chunk_bytes_max + 100, 1);
    ASSERT_TRUE(world_.put(content));
    Hash256 const id = ObjectWorld::id_of(content);
    EXPECT_EQ(world_.get(id).value(), content);
    std::vector<std::byte> part(200);
    ASSERT_TRUE(world_.store().read(id, chunk_bytes_max - 100, part));
    EXPECT_TRUE(equal_bytes(part, Bytes{content}.subspan(chunk_bytes_max - 100, 200)));
    EXPECT_EQ(world_.store().read(id, content.size() - 100, part).error().code, Code::out_of_range);
    EXPECT_EQ(world_.store().find(id)->owner, 7U);
    EXPECT_EQ(world_.store().read(Hash256{}, 0, {}).error().code, Code::no_such_row);
}

TEST_F(ObjectStoreTest, WhatIsThereIsKeptOnce) {
    auto const content = ObjectWorld::sample(2 * chunk_bytes_max, 1);
    EXPECT_FALSE(world_.put(content)->was_there);
    auto const before = world_.store().totals();
    EXPECT_TRUE(world_.put(content)->was_there);
    EXPECT_EQ(world_.store().totals().medium_bytes, before.medium_bytes);
    // Another content that begins alike brings only what is new.
    auto longer = content;
    longer.push_back(std::byte{1});
    ASSERT_TRUE(world_.put(longer));
    auto const after = world_.store().totals();
    EXPECT_EQ(after.content_bytes, before.content_bytes + 1);
    EXPECT_EQ(after.objects, 2U);
}

TEST_F(ObjectStoreTest, AllIsThereAfterARestart) {
    std::vector<std::vector<std::byte>> contents{{}};
    for (unsigned seed = 1; seed < 8; ++seed) {
        contents.push_back(ObjectWorld::sample(seed * 10'000, seed));
    }
    for (auto const& content : contents) {
        ASSERT_TRUE(world_.put(content));
    }
    ObjectWorld again{medium_};
    ASSERT_TRUE(again.open());
    for (auto const& content : contents) {
        EXPECT_EQ(again.get(ObjectWorld::id_of(content)).value(), content);
    }
    EXPECT_EQ(again.store().totals().medium_bytes, world_.store().totals().medium_bytes);
    EXPECT_EQ(again.store().totals().damaged, 0U);
}

TEST_F(ObjectStoreTest, DamageIsNamedAndAPutMendsIt) {
    auto const content = ObjectWorld::sample(chunk_bytes_max + 10, 1);
    Hash256 const id = ObjectWorld::id_of(content);
    ASSERT_TRUE(world_.put(content));
    place_of(Bytes{content}.last(10))[3] ^= std::byte{1};
    ObjectWorld again{medium_};
    ASSERT_TRUE(again.open());
    ASSERT_TRUE(again.store().find(id));
    EXPECT_EQ(again.get(id).error().code, Code::object_damaged);
    ASSERT_TRUE(again.put(content));
    EXPECT_EQ(again.get(id).value(), content);
    ObjectWorld third{medium_};
    ASSERT_TRUE(third.open());
    EXPECT_EQ(third.get(id).value(), content);
}

TEST_F(ObjectStoreTest, ADamagedListIsNamedUnlessNobodyWasToldOfIt) {
    auto const first = ObjectWorld::sample(10, 1);
    auto const second = ObjectWorld::sample(10, 2);
    ASSERT_TRUE(world_.put(first));
    Hash256 const name = ObjectWorld::id_of(first);
    // The list of a small content is its own hash, behind the head of its record.
    MutableBytes const slot = medium_.slot_bytes(SlotIndex{0});
    MutableBytes const list = slot.subspan(std::size_t{3} * 4096 + objects::record_head_bytes, 32);
    ASSERT_TRUE(equal_bytes(list, name.view()));
    list[0] ^= std::byte{1};
    ObjectWorld torn{medium_};
    ASSERT_TRUE(torn.open());
    EXPECT_EQ(torn.get(name).error().code, Code::no_such_row);
    EXPECT_EQ(torn.store().totals().damaged, 1U);
    ASSERT_TRUE(torn.put(second)); // something came behind it: it was whole once
    ObjectWorld rotten{medium_};
    ASSERT_TRUE(rotten.open());
    EXPECT_EQ(rotten.get(name).error().code, Code::object_damaged);
    ASSERT_TRUE(rotten.put(first));
    EXPECT_EQ(rotten.get(name).value(), first);
}

TEST_F(ObjectStoreTest, AFullStoreRefusesAndKeepsWhatItHas) {
    std::vector<std::vector<std::byte>> kept;
    for (unsigned seed = 1; seed < 100; ++seed) {
        auto content = ObjectWorld::sample(chunk_bytes_max, seed);
        auto const put = world_.put(content);
        if (!put) {
            EXPECT_EQ(put.error().code, Code::objects_full);
            break;
        }
        kept.push_back(std::move(content));
    }
    ASSERT_FALSE(kept.empty());
    ASSERT_LT(kept.size(), 99U);
    EXPECT_TRUE(world_.put(kept.front())->was_there);
    ObjectWorld again{medium_};
    ASSERT_TRUE(again.open());
    for (auto const& content : kept) {
        EXPECT_EQ(again.get(ObjectWorld::id_of(content)).value(), content);
    }
}

TEST_F(ObjectStoreTest, AMediumThatHoldsSomethingElseIsRefused) {
    host::MemoryStore other{ObjectWorld::small_geometry};
    ASSERT_TRUE(other.extend());
    other.slot_bytes(SlotIndex{0})[2 * 4096 + 5] = std::byte{1};
    ObjectWorld world{other};
    EXPECT_EQ(world.open().error().code, Code::object_damaged);
    // One of the two foundings is enough.
    ASSERT_TRUE(world_.put(ObjectWorld::sample(10, 1)));
    medium_.slot_bytes(SlotIndex{0})[5] ^= std::byte{1};
    ObjectWorld again{medium_};
    EXPECT_TRUE(again.open());
    medium_.slot_bytes(SlotIndex{0})[4096 + 5] ^= std::byte{1};
    ObjectWorld third{medium_};
    EXPECT_EQ(third.open().error().code, Code::object_damaged);
}

// Content is chosen by others: a whole record as content, at a block's start, is no record.
TEST_F(ObjectStoreTest, AContentThatLooksLikeARecordIsNone) {
    auto const first = ObjectWorld::sample(10, 1);
    ASSERT_TRUE(world_.put(first));
    MutableBytes const slot = medium_.slot_bytes(SlotIndex{0});
    std::vector<std::byte> content(4096 - objects::record_head_bytes);
    Bytes const record = Bytes{slot}.subspan(std::size_t{3} * 4096, 4096);
    content.insert(content.end(), record.begin(), record.end());
    Hash256 const forged = ObjectWorld::id_of(bytes_of("forged"));
    copy_bytes(MutableBytes{content}.subspan(4096 - objects::record_head_bytes + 32),
               forged.view());
    ASSERT_TRUE(world_.put(content));
    slot[std::size_t{4} * 4096] ^= std::byte{1}; // so that the scan looks at what lies behind
    ObjectWorld again{medium_};
    ASSERT_TRUE(again.open());
    EXPECT_EQ(again.store().find(forged).error().code, Code::no_such_row);
    EXPECT_GT(again.store().totals().damaged, 0U);
    EXPECT_EQ(again.get(ObjectWorld::id_of(first)).value(), first);
}

// Each operation of the medium fails once; nothing is told to be there that is not.
TEST(ObjectStoreFailures, WhatAMediumRefusesIsPassedOnAndNothingIsLost) {
    auto const first = ObjectWorld::sample(10, 1);
    auto const second = ObjectWorld::sample(2 * chunk_bytes_max, 2);
    for (std::uint64_t operation = 0;; ++operation) {
        host::MemoryStore medium{ObjectWorld::small_geometry};
        test::FailingStore failing{medium};
        failing.plan({.operation = operation, .from_then_on = true});
        ObjectWorld world{failing};
        bool const opened = world.open().has_value();
        bool const has_first = opened && world.put(first).has_value();
        bool const has_second = has_first && world.put(second).has_value();
        ObjectWorld again{medium};
        ASSERT_TRUE(again.open());
        if (has_first) {
            EXPECT_EQ(again.get(ObjectWorld::id_of(first)).value(), first);
        }
        if (has_second) {
            EXPECT_EQ(again.get(ObjectWorld::id_of(second)).value(), second);
        }
        if (failing.fired() == 0) {
            EXPECT_TRUE(has_second);
            EXPECT_GT(operation, 8U);
            break;
        }
    }
}

} // namespace
} // namespace axiom

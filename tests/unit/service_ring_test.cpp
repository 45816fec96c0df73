// A ring of messages between processes that do not trust each other.

#include <gtest/gtest.h>

#include <string>

#include <tests/support/ring_world.hpp>

namespace axiom::test {
namespace {

class ServiceRing : public testing::Test {
  protected:
    static constexpr std::uint32_t slots = 8;

    static Bytes text(std::string_view letters) { return std::as_bytes(std::span{letters}); }
    std::optional<std::string> take() {
        auto const taken = consumer_.take(room_);
        return taken ? std::optional{std::string{reinterpret_cast<char const*>(taken->data()),
                                                 taken->size()}}
                     : std::nullopt;
    }
    void fill() {
        while (producer_.put(text("x")) == RingPut::done) {
        }
    }

    RingWorld<slots> world_;
    RingConsumer consumer_{world_.memory()};
    RingProducer producer_{world_.memory()};
    std::array<std::byte, ring_message_bytes_max> room_{};
};

TEST_F(ServiceRing, MessagesComeOutInTheirOrderAndWhole) {
    std::string const longest(ring_message_bytes_max, 'm');
    for (std::string const& message : {std::string{"one"}, std::string{}, longest}) {
        EXPECT_EQ(producer_.put(text(message)), RingPut::done);
    }
    EXPECT_EQ(take(), "one");
    EXPECT_EQ(take(), "");
    EXPECT_EQ(take(), longest);
    EXPECT_EQ(take(), std::nullopt);
    EXPECT_EQ(consumer_.flaw(), RingFlaw::none);
}

TEST_F(ServiceRing, ItIsFullUntilTheConsumerSaysWhatItHasRead) {
    for (std::uint32_t count = 0; count < slots; ++count) {
        EXPECT_EQ(producer_.put(text("x")), RingPut::done);
    }
    EXPECT_EQ(producer_.put(text("y")), RingPut::full);
    EXPECT_EQ(take(), "x");
    EXPECT_EQ(producer_.put(text("y")), RingPut::full);
    consumer_.tell();
    EXPECT_EQ(producer_.put(text("y")), RingPut::done);
    EXPECT_EQ(producer_.put(text("z")), RingPut::full);
}

TEST_F(ServiceRing, ABatchIsSeenWhenItIsPublished) {
    for (std::string const& message : {std::string{"a"}, std::string{"b"}, std::string{"c"}}) {
        EXPECT_EQ(producer_.add(text(message)), RingPut::done);
        EXPECT_EQ(take(), std::nullopt);
    }
    producer_.publish();
    producer_.publish();
    EXPECT_EQ(take(), "a");
    EXPECT_EQ(take(), "b");
    EXPECT_EQ(take(), "c");
    EXPECT_EQ(take(), std::nullopt);
    EXPECT_EQ(producer_.put(text("d")), RingPut::done);
    EXPECT_EQ(take(), "d");
}

TEST_F(ServiceRing, ABatchIsNoLongerThanTheRing) {
    for (std::uint32_t count = 0; count < slots; ++count) {
        EXPECT_EQ(producer_.add(text("x")), RingPut::done);
    }
    EXPECT_EQ(producer_.add(text("y")), RingPut::full);
    EXPECT_EQ(take(), std::nullopt);
    producer_.publish();
    for (std::uint32_t count = 0; count < slots; ++count) {
        EXPECT_EQ(take(), "x");
    }
    EXPECT_EQ(consumer_.flaw(), RingFlaw::none);
}

TEST_F(ServiceRing, WhoDoesNotSleepIsNotWoken) {
    EXPECT_EQ(producer_.put(text("x")), RingPut::done);
    EXPECT_FALSE(producer_.must_wake());
    EXPECT_FALSE(consumer_.must_wake());
}

TEST_F(ServiceRing, AConsumerThatSleepsIsWokenOnce) {
    EXPECT_TRUE(consumer_.about_to_sleep());
    EXPECT_EQ(producer_.put(text("x")), RingPut::done);
    EXPECT_TRUE(producer_.must_wake());
    EXPECT_FALSE(producer_.must_wake());
}

TEST_F(ServiceRing, AConsumerThatFindsSomethingDoesNotSleep) {
    EXPECT_EQ(producer_.put(text("x")), RingPut::done);
    EXPECT_FALSE(consumer_.about_to_sleep());
    EXPECT_FALSE(producer_.must_wake());
}

TEST_F(ServiceRing, AProducerThatSleepsIsWokenOnce) {
    fill();
    EXPECT_TRUE(producer_.about_to_sleep());
    EXPECT_TRUE(take());
    consumer_.tell();
    EXPECT_TRUE(consumer_.must_wake());
    EXPECT_FALSE(consumer_.must_wake());
}

TEST_F(ServiceRing, AProducerThatHasRoomDoesNotSleep) {
    EXPECT_FALSE(producer_.about_to_sleep());
    fill();
    EXPECT_TRUE(take());
    consumer_.tell();
    EXPECT_FALSE(producer_.about_to_sleep());
}

TEST_F(ServiceRing, WhatAProducerHadBegunWhenItEndedIsPassedOver) {
    SharedRingProducer second{world_.memory(), 2};
    SharedRingProducer third{world_.memory(), 3};
    EXPECT_EQ(second.put(text("whole")), RingPut::done);
    // It claims its next slot, and ends.
    world_.memory().slot(1).state.store(detail::SlotState::claimed(1, 2).word());
    EXPECT_EQ(third.put(text("behind")), RingPut::done);
    EXPECT_EQ(take(), "whole");
    EXPECT_EQ(take(), std::nullopt);
    EXPECT_FALSE(consumer_.pass_over(3));
    EXPECT_EQ(take(), std::nullopt);
    EXPECT_TRUE(consumer_.pass_over(2));
    EXPECT_EQ(take(), "behind");
    EXPECT_EQ(consumer_.flaw(), RingFlaw::none);
    for (std::uint32_t count = 0; count < 4 * slots; ++count) { // and its slot is used again
        EXPECT_EQ(third.put(text("on")), RingPut::done);
        EXPECT_EQ(take(), "on");
    }
}

TEST_F(ServiceRing, NothingIsPassedOverThatIsNotBeingWritten) {
    EXPECT_FALSE(consumer_.pass_over(0));
    EXPECT_FALSE(consumer_.pass_over(2));
    SharedRingProducer second{world_.memory(), 2};
    EXPECT_EQ(second.put(text("x")), RingPut::done);
    EXPECT_FALSE(consumer_.pass_over(2));
    EXPECT_EQ(take(), "x");
}

// Threat 8: indices of a hostile peer.
TEST_F(ServiceRing, Threat8AConsumerThatHasReadWhatWasNeverWrittenIsFound) {
    for (std::uint64_t const place : {std::uint64_t{9}, std::uint64_t{1} << 32U, ~std::uint64_t{0},
                                      ~std::uint64_t{0} - slots}) {
        RingWorld<slots> world;
        RingProducer producer{world.memory()};
        for (std::uint32_t count = 0; count < slots; ++count) {
            ASSERT_EQ(producer.put(text("x")), RingPut::done);
        }
        world.memory().consumer().place.store(place);
        EXPECT_EQ(producer.put(text("y")), RingPut::flawed) << place;
        EXPECT_EQ(producer.flaw(), RingFlaw::consumer);
        world.memory().consumer().place.store(4); // for good
        EXPECT_EQ(producer.put(text("y")), RingPut::flawed);
        EXPECT_FALSE(producer.about_to_sleep());
    }
}

TEST_F(ServiceRing, Threat8AConsumerThatGoesBackIsFound) {
    fill();
    world_.memory().consumer().place.store(4);
    fill();
    world_.memory().consumer().place.store(3);
    EXPECT_EQ(producer_.put(text("y")), RingPut::flawed);
}

TEST_F(ServiceRing, Threat8ASlotInNoStateIsAFlawOfItsProducer) {
    auto const found = [&](std::uint64_t word) {
        RingWorld<slots> world;
        RingConsumer consumer{world.memory()};
        world.memory().slot(0).state.store(word);
        EXPECT_FALSE(consumer.take(room_)) << word;
        return consumer.flaw() == RingFlaw::producer;
    };
    constexpr std::uint64_t first_message = std::uint64_t{1} << 16U;
    EXPECT_TRUE(found(1));                                            // of no message
    EXPECT_TRUE(found(first_message));                                // neither written nor begun
    EXPECT_TRUE(found(first_message | (ring_message_bytes_max + 2))); // longer than there is room
    EXPECT_TRUE(found(first_message | 0x7FFF));
    EXPECT_TRUE(found(2 * first_message | 1)); // of a message that comes later
    EXPECT_TRUE(found(~std::uint64_t{0}));
    EXPECT_FALSE(found(0));
    EXPECT_FALSE(found(first_message | 0x8000 | 3)); // being written
}

TEST_F(ServiceRing, Threat8WhatIsChangedBehindItsStateIsCopiedOnceAndHurtsNobody) {
    EXPECT_EQ(producer_.put(text("promised")), RingPut::done);
    world_.memory().slot(0).put(text("replaced"));
    EXPECT_EQ(take(), "replaced");
    EXPECT_EQ(consumer_.flaw(), RingFlaw::none);
}

TEST_F(ServiceRing, Threat8AnotherProducerThatScribblesKeepsNobodyBusyForEver) {
    SharedRingProducer honest{world_.memory(), 1};
    for (std::uint64_t index = 0; index < slots; ++index) {
        world_.memory().slot(index).state.store(~std::uint64_t{0} << 16U | 1);
    }
    EXPECT_EQ(honest.put(text("x")), RingPut::full);
    world_.memory().consumer().place.store(~std::uint64_t{0});
    EXPECT_EQ(honest.put(text("x")), RingPut::full);
}

TEST_F(ServiceRing, MemoryThatDoesNotFitIsRefused) {
    constexpr std::size_t enough = RingMemory::bytes_for(slots);
    EXPECT_FALSE(RingMemory::over(world_.bytes().first(enough - 1), slots));
    EXPECT_FALSE(RingMemory::over(world_.bytes().subspan(8), 2));
    for (std::uint32_t const none : {0U, 1U, 3U, 6U, 2 * ring_slots_max}) {
        EXPECT_FALSE(RingMemory::over(world_.bytes(), none)) << none;
    }
    EXPECT_TRUE(RingMemory::over(world_.bytes(), slots));
}

} // namespace
} // namespace axiom::test

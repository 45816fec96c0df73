// A ring that is filled while it is emptied: nothing torn, nothing twice, nothing lost, and nobody
// sleeps who should be awake.

#include <semaphore>
#include <thread>

#include <gtest/gtest.h>

#include <tests/support/ring_world.hpp>

namespace axiom::test {
namespace {

constexpr std::uint32_t slots = 64;
constexpr std::uint64_t messages = 200'000;
using Room = std::array<std::byte, ring_message_bytes_max>;

// What a notification is to a service: whoever waits is let through once for each signal, at most.
class Bell {
  public:
    void ring() { rung_.release(); }
    void wait() { rung_.acquire(); }

  private:
    std::counting_semaphore<> rung_{0};
};

TEST(ServiceRingThreads, OneProducerAndOneConsumerWhoBothSleep) {
    RingWorld<slots> world;
    Bell filled;
    Bell emptied;
    std::thread producer{[&] {
        RingProducer mine{world.memory()};
        for (std::uint64_t number = 0; number < messages;) {
            if (mine.put(NumberedMessage{1, number}.bytes()) == RingPut::done) {
                ++number;
            } else if (mine.about_to_sleep()) {
                emptied.wait();
            }
            if (mine.must_wake()) {
                filled.ring();
            }
        }
        EXPECT_EQ(mine.flaw(), RingFlaw::none);
    }};
    RingConsumer mine{world.memory()};
    for (std::uint64_t number = 0; number < messages;) {
        Room room{};
        if (auto const taken = mine.take(room)) {
            ASSERT_TRUE(NumberedMessage::is_whole(*taken));
            ASSERT_EQ(NumberedMessage::number_of(*taken), number);
            ++number;
        } else if (mine.about_to_sleep()) {
            if (mine.must_wake()) {
                emptied.ring();
            }
            filled.wait();
            mine.awake();
        }
        if (mine.must_wake()) {
            emptied.ring();
        }
    }
    EXPECT_EQ(mine.flaw(), RingFlaw::none);
    mine.tell();
    if (mine.must_wake()) {
        emptied.ring();
    }
    producer.join();
}

TEST(ServiceRingThreads, SeveralProducersAndOneConsumer) {
    constexpr std::uint32_t producers = 3;
    constexpr std::uint64_t each = messages / producers;
    RingWorld<slots> world;
    std::vector<std::thread> threads;
    for (std::uint32_t producer = 1; producer <= producers; ++producer) {
        threads.emplace_back([&world, producer] {
            SharedRingProducer mine{world.memory(), producer};
            for (std::uint64_t number = 0; number < each;) {
                if (mine.put(NumberedMessage{producer, number}.bytes()) == RingPut::done) {
                    ++number;
                } else {
                    std::this_thread::yield();
                }
            }
        });
    }
    RingConsumer mine{world.memory()};
    std::array<std::uint64_t, producers + 1> next{};
    for (std::uint64_t count = 0; count < producers * each;) {
        Room room{};
        auto const taken = mine.take(room);
        if (!taken) {
            mine.tell();
            std::this_thread::yield();
            continue;
        }
        ++count;
        ASSERT_TRUE(NumberedMessage::is_whole(*taken));
        std::uint64_t const producer = NumberedMessage::producer_of(*taken);
        ASSERT_EQ(NumberedMessage::number_of(*taken), next.at(producer)++);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(mine.flaw(), RingFlaw::none);
}

} // namespace
} // namespace axiom::test

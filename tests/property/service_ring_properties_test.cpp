// A ring against a queue, whatever is put, taken, told and passed over, and whatever a peer writes.

#include <deque>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/ring_world.hpp>

namespace axiom::test {
namespace {

constexpr std::uint32_t slots = 8;
using Room = std::array<std::byte, ring_message_bytes_max>;

RC_GTEST_PROP(service_ring, gives_what_was_put_in_order_and_refuses_what_has_no_room, ()) {
    RingWorld<slots> world;
    RingConsumer consumer{world.memory()};
    RingProducer producer{world.memory()};
    std::deque<std::uint64_t> queue;
    std::uint64_t number = 0;
    std::uint64_t untold = 0; // taken, and the producer does not know it yet
    for (int const step : *rc::gen::container<std::vector<int>>(
             *rc::gen::inRange<std::size_t>(1, 400), rc::gen::inRange(0, 8))) {
        if (step < 4) {
            RingPut const put = producer.put(NumberedMessage{1, number}.bytes());
            RC_ASSERT(put == (queue.size() + untold < slots ? RingPut::done : RingPut::full));
            if (put == RingPut::done) {
                queue.push_back(number++);
            }
        } else if (step < 7) {
            Room room{};
            auto const taken = consumer.take(room);
            RC_ASSERT(taken.has_value() == !queue.empty());
            if (taken) {
                RC_ASSERT(NumberedMessage::is_whole(*taken));
                RC_ASSERT(NumberedMessage::number_of(*taken) == queue.front());
                queue.pop_front();
                untold = untold + 1 > slots / 4 ? 0 : untold + 1;
            }
        } else {
            consumer.tell();
            untold = 0;
        }
    }
    RC_ASSERT(consumer.flaw() == RingFlaw::none && producer.flaw() == RingFlaw::none);
}

RC_GTEST_PROP(service_ring, of_several_producers_gives_each_message_once_and_passes_over_the_dead,
              ()) {
    constexpr std::uint32_t producers = 3;
    RingWorld<slots> world;
    RingConsumer consumer{world.memory()};
    std::vector<SharedRingProducer> alive;
    for (std::uint32_t producer = 1; producer <= producers; ++producer) {
        alive.emplace_back(world.memory(), producer);
    }
    std::deque<std::pair<std::uint32_t, std::uint64_t>> queue; // who, which; 0: begun and left
    std::array<std::uint64_t, producers + 1> numbers{};
    std::uint64_t taken_slots = 0;
    auto const steps = *rc::gen::container<std::vector<std::uint32_t>>(
        *rc::gen::inRange<std::size_t>(1, 400), rc::gen::inRange<std::uint32_t>(0, 12));
    for (std::uint32_t const step : steps) {
        std::uint32_t const who = 1 + step % producers;
        bool const has_room = queue.size() < slots;
        if (step < 6) {
            RingPut const put = alive[who - 1].put(NumberedMessage{who, numbers.at(who)}.bytes());
            RC_ASSERT(put == (has_room ? RingPut::done : RingPut::full));
            if (has_room) {
                queue.emplace_back(who, numbers.at(who)++);
            }
        } else if (step == 6 && has_room) { // one begins, and ends before it is done
            std::uint64_t const message = taken_slots + queue.size();
            world.memory().slot(message).state.store(
                detail::SlotState::claimed(message, who).word());
            queue.emplace_back(0, who);
        } else if (!queue.empty() && queue.front().first == 0) {
            Room room{};
            RC_ASSERT(!consumer.take(room));
            auto const writer = static_cast<std::uint32_t>(queue.front().second);
            RC_ASSERT(!consumer.pass_over(writer % producers + 1));
            RC_ASSERT(consumer.pass_over(writer));
            queue.pop_front();
            ++taken_slots;
            consumer.tell();
        } else {
            Room room{};
            auto const taken = consumer.take(room);
            RC_ASSERT(taken.has_value() == !queue.empty());
            if (taken) {
                RC_ASSERT(NumberedMessage::is_whole(*taken));
                RC_ASSERT(NumberedMessage::producer_of(*taken) == queue.front().first);
                RC_ASSERT(NumberedMessage::number_of(*taken) == queue.front().second);
                queue.pop_front();
                ++taken_slots;
            }
            consumer.tell();
        }
    }
    RC_ASSERT(consumer.flaw() == RingFlaw::none);
}

// Threat 8. What comes out is of a length that was allowed, and everything ends.
RC_GTEST_PROP(service_ring, bears_whatever_a_peer_writes, ()) {
    RingWorld<slots> world;
    RingConsumer consumer{world.memory()};
    RingProducer producer{world.memory()};
    SharedRingProducer shared{world.memory(), 1};
    auto const steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint64_t>>>(
        rc::gen::pair(rc::gen::inRange<std::uint32_t>(0, 6), rc::gen::arbitrary<std::uint64_t>()));
    for (auto const& [step, word] : steps) {
        Room room{};
        if (step < 2) {
            std::size_t const at = word % (world.bytes().size() / 8) * 8;
            std::uint64_t const nonsense =
                *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                                rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 40),
                                             [](std::uint64_t small) { return small << 16U | 5; }),
                                rc::gen::inRange<std::uint64_t>(0, 20));
            std::memcpy(world.bytes().data() + at, &nonsense, sizeof nonsense);
        } else if (step == 2) {
            static_cast<void>(producer.put(NumberedMessage{1, word % 200}.bytes()));
        } else if (step == 3) {
            static_cast<void>(shared.put(NumberedMessage{2, word % 200}.bytes()));
        } else if (step == 4) {
            static_cast<void>(consumer.pass_over(static_cast<std::uint32_t>(word % 4)));
        } else if (auto const taken = consumer.take(room)) {
            RC_ASSERT(taken->data() == room.data() && taken->size() <= room.size());
        }
    }
}

} // namespace
} // namespace axiom::test

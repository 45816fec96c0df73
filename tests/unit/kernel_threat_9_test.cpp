// Threat 9, the arguments of calls: addresses, lengths and counts out of range, what changes while
// it is looked at, numbers of no call, registers to start with, bombs.

#include <gtest/gtest.h>

#include <tests/support/hostile_process.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::kernel::test {
namespace {

using axiom::test::Seeded;
using threat_9 = HostileProcess;

constexpr std::uint64_t page = 4096;

// Calls take no address but that of a mapping: bytes travel in the buffer, whose frames no
// capability names.
TEST_F(threat_9, NothingIsMappedWhereUserSpaceIsNot) {
    std::uint64_t const pages = 2; // of the region
    for (std::uint64_t const address :
         {std::uint64_t{0xFFFF'8000'0000'0000}, std::uint64_t{0xFFFF'FFFF'FFFF'F000},
          std::uint64_t{0x0000'8000'0000'0000}, std::uint64_t{0x8000'0000'0000'0000},
          user_end - page,                 // its second page is the kernel's
          std::uint64_t{0} - pages * page, // it ends with the last byte there is
          std::uint64_t{0} - page}) {      // it goes on at zero
        refused_without_a_trace(1, Call::map, {its_space, its_region, address, 0}, Check::memory);
    }
    for (std::uint64_t const address : {1U, 8U, 0xFFFU, 0x10001U}) {
        refused_without_a_trace(1, Call::map, {its_space, its_region, address, 0}, Check::argument);
    }
    refused_without_a_trace(1, Call::map, {its_space, its_region, 0, 0}, Check::memory);
    EXPECT_TRUE(
        world_.do_call(1, Call::map, {its_space, its_region, user_end - pages * page, 0}).done());
}

TEST_F(threat_9, AMappingIsNeverStrongerThanAskedOrAllowed) {
    for (std::uint64_t const access : {1U, 2U}) {
        refused_without_a_trace(1, Call::map, {its_space, its_region, 0x10000, access},
                                Check::rights);
    }
    for (std::uint64_t const access :
         {std::uint64_t{3}, std::uint64_t{4}, std::uint64_t{1} << 32U, ~std::uint64_t{0}}) {
        refused_without_a_trace(1, Call::map, {its_space, its_region, 0x10000, access},
                                Check::argument);
    }
    ASSERT_TRUE(world_.do_call(1, Call::map, {its_space, its_region, 0x10000, 0}).done());
    refused_without_a_trace(1, Call::protect, {its_region, 1}, Check::rights);
    refused_without_a_trace(1, Call::protect, {its_region, 3}, Check::argument);
}

TEST_F(threat_9, CountsAndLengthsOutOfRangeAreRefused) {
    std::array const wild{std::uint64_t{1} << 31U,       std::uint64_t{1} << 32U,
                          (std::uint64_t{1} << 52U) + 1, std::uint64_t{1} << 63U,
                          ~std::uint64_t{0} - 1,         ~std::uint64_t{0}};
    auto const create = [&](ObjectType type, std::uint64_t first, std::uint64_t count,
                            std::uint64_t uses = own) {
        refused_without_a_trace(
            1, Call::create,
            {its_account, own, 100, static_cast<std::uint64_t>(type), first, count, uses});
    };
    create(ObjectType::region, 0, 0);
    create(ObjectType::context, 0, 1000);
    create(ObjectType::context, 1001, 1000);
    create(ObjectType::thread, priorities, 0, its_self);
    for (std::uint64_t const value : wild) {
        refused_without_a_trace(1, Call::debug_write, {value}, Check::argument);
        create(ObjectType::region, 0, value);
        create(ObjectType::region, value, value);
        create(ObjectType::context, value, 1000);
        create(ObjectType::context, 1000, value);
        create(ObjectType::thread, value, 0, its_self);
        create(static_cast<ObjectType>(object_types), value, 0);
        refused_without_a_trace(1, Call::create, {its_account, own, 100, value}, Check::argument);
        refused_without_a_trace(1, Call::derive, {its_self, own, 100, value}, Check::argument);
        refused_without_a_trace(1, Call::derive, {its_self, own, value, 0}, Check::slot);
        refused_without_a_trace(1, Call::bind, {its_self, own, value, 0}, Check::argument);
        refused_without_a_trace(1, Call::bind, {its_self, own, 0, value}, Check::argument);
    }
    refused_without_a_trace(1, Call::debug_write, {message_bytes_max + 1}, Check::argument);
    refused_without_a_trace(1, Call::signal, {its_notification, 0}, Check::argument);
}

// Between the check and the entry its owner writes something else into the buffer.
TEST_F(threat_9, ALabelIsReadOnceAndWhatWasCheckedIsWhatIsTaken) {
    auto& buffer = world_.buffer(1);
    buffer.label = {'g', 'o', 'o', 'd'};
    world_.machine.while_zeroing = [&] { buffer.label.fill('\xFF'); };
    ASSERT_TRUE(world_
                    .do_call(1, Call::create,
                             {its_account, own, 100, static_cast<std::uint64_t>(ObjectType::region),
                              0, 1, own})
                    .done());
    world_.machine.while_zeroing = nullptr;
    ASSERT_NE(held(100), nullptr);
    EXPECT_EQ(held(100)->label.view(), "good");
    refused_without_a_trace(1, Call::derive, {its_self, own, 101, 0}, Check::label);
}

TEST_F(threat_9, AMillionUnknownNumbersChangeNothingButTheirCaller) {
    ASSERT_TRUE(world_.derive(endpoint, hostile, 10, right::write).done());
    world_.bind(Binding::faults, hostile_threads, endpoint);
    Hash256 const root = world_.root();
    Sequence const next = world_.log.next_sequence();
    std::uint32_t const free = world_.kernel.frames().free();
    Seeded choose{9};
    std::uint64_t token = 0;
    for (std::uint32_t count = 0; count < 1U << 20U; ++count) {
        // Low bits of a call there is do not help.
        std::uint64_t const number = choose.chance(500) ? choose.next() | std::uint64_t{1} << 63U
                                                        : calls + choose.below(1U << 20U);
        ASSERT_FALSE(world_.call_number_if(1, number, {1, 2, 3, 4, 5, 6, 7, 8}));
        auto const told =
            world_.do_call(5, Call::reply_receive, {token, 0, endpoint, at_once, count});
        ASSERT_TRUE(told.done());
        ASSERT_EQ(told.words[ReceivedWords::first + 2], number);
        token = told.words[ReceivedWords::token];
        ASSERT_TRUE(world_.do_call(5, Call::reply, {token}).done());
        token = 0;
        ASSERT_TRUE(world_.runs(1));
    }
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.log.next_sequence(), next);
    EXPECT_EQ(world_.kernel.frames().free(), free);
}

// Nothing that a thread is given to start with, and nothing that it is answered, says how
// privileged it is: there is no selector, no flag and no base among it.
static_assert(sizeof(StartState) == 3 * sizeof(std::uint64_t));
static_assert(sizeof(CallAnswer) == 8 * sizeof(std::uint64_t));

TEST_F(threat_9, OnlyWhoManagesAThreadSaysWhereItStarts) {
    ASSERT_TRUE(world_.derive(hostile_threads, hostile, 10, right::read | right::write).done());
    refused_without_a_trace(1, Call::thread_start, {10, 0xFFFF'8000'0000'0000}, Check::rights);
    ASSERT_TRUE(world_.derive(hostile_threads, hostile, 11, right::all).done());
    refused_without_a_trace(1, Call::thread_start, {11, 0xFFFF'8000'0000'0000}, Check::in_use);
    // A new one starts where it is told to, with user's privilege: the machine's matter.
    auto const made = world_.do_call(
        1, Call::create,
        {its_account, own, 12, static_cast<std::uint64_t>(ObjectType::thread), 5, 0, its_self});
    ASSERT_TRUE(made.done());
    auto const thread = static_cast<std::uint32_t>(made.words[0]);
    ASSERT_TRUE(world_.do_call(1, Call::thread_start, {12, ~std::uint64_t{0}, 8, 9}).done());
    EXPECT_EQ(world_.machine.started.at(thread).second.entry, ~std::uint64_t{0});
}

TEST_F(threat_9, BombsOfObjectsEndAtTheirAccountAndLeaveRoomForOthers) {
    struct Bomb {
        ObjectType type;
        std::uint64_t first;
        std::uint64_t count;
        std::uint64_t uses;
    };
    for (Bomb const bomb :
         {Bomb{ObjectType::thread, 1, 0, its_self}, Bomb{ObjectType::region, 0, 16, own},
          Bomb{ObjectType::endpoint, 0, 0, own}, Bomb{ObjectType::context, 500, 1000, own},
          Bomb{ObjectType::process, 7, 0, its_space}, Bomb{ObjectType::space, 0, 0, own}}) {
        std::uint64_t slot = 100;
        std::optional<CallAnswer> last;
        do {
            last = world_.call_if(1, Call::create,
                                  {its_account, own, slot++, static_cast<std::uint64_t>(bomb.type),
                                   bomb.first, bomb.count, bomb.uses});
            ASSERT_TRUE(last.has_value());
        } while (last->done());
        auto const check = static_cast<Check>(last->status & 0xFFU);
        EXPECT_TRUE(check == Check::quota || check == Check::table_full) << sentence_of(check);
        EXPECT_TRUE(honest_ones_go_on());
        while (slot-- > 100) {
            world_.call_if(1, Call::remove, {slot});
        }
    }
}

} // namespace
} // namespace axiom::kernel::test

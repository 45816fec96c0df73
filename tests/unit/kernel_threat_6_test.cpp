// Threat 6, capabilities and the slots that name them: guessed, kept beyond their end, made
// stronger than what they came from, raced with their revoke, hoarded.

#include <gtest/gtest.h>

#include <tests/support/hostile_process.hpp>

namespace axiom::kernel::test {
namespace {

using threat_6 = HostileProcess;

constexpr std::array slot_calls{Call::derive,         Call::move,
                                Call::remove,         Call::revoke,
                                Call::inspect,        Call::bind,
                                Call::process_list,   Call::process_wait,
                                Call::process_kill,   Call::thread_start,
                                Call::thread_join,    Call::thread_kill,
                                Call::thread_place,   Call::map,
                                Call::unmap,          Call::protect,
                                Call::send,           Call::receive,
                                Call::call,           Call::signal,
                                Call::wait,           Call::interrupt_acknowledge,
                                Call::interrupt_mask, Call::port_in,
                                Call::port_out};

TEST_F(threat_6, AGuessedSlotNamesNothingWhateverIsAskedOfIt) {
    for (Call const call : slot_calls) {
        std::uint64_t slot = its_first_free;
        for (; slot < slots_max; slot += slot < 200 ? 1 : 997) {
            auto const answer = world_.call_if(1, call, {slot, own, 30, 1, 0});
            ASSERT_TRUE(answer.has_value());
            EXPECT_EQ(answer->status & 0xFFU, static_cast<std::uint64_t>(Check::capability))
                << "call " << static_cast<int>(call) << ", slot " << slot;
        }
        for (std::uint64_t const wild : {std::uint64_t{slots_max}, std::uint64_t{1} << 32U,
                                         std::uint64_t{1} << 63U, ~std::uint64_t{0} - 1}) {
            refused_without_a_trace(1, call, {wild, own, 30, 1, 0}, Check::slot);
        }
    }
    refused_without_a_trace(1, Call::create, {its_first_free, own, 300, 5}, Check::capability);
    refused_without_a_trace(1, Call::create_account, {its_first_free, own, 300}, Check::capability);
}

// The low 32 bits of a register are not the slot.
TEST_F(threat_6, ASlotIsItsWholeRegister) {
    for (Call const call : slot_calls) {
        std::uint64_t const high = std::uint64_t{1} << 32U;
        refused_without_a_trace(1, call, {high | its_self, own, 30, 1, 0}, Check::slot);
    }
}

TEST_F(threat_6, WhatOthersHoldIsNotReachedByTheirSlots) {
    for (std::uint32_t const slot : {endpoint, private_endpoint, account, hostile}) {
        EXPECT_EQ(held(slot), nullptr);
        refused_without_a_trace(1, Call::inspect, {slot}, Check::capability);
        refused_without_a_trace(1, Call::derive, {slot, own, 300, right::read.bits},
                                Check::capability);
    }
}

TEST_F(threat_6, AfterItsRevokeASlotNeverNamesTheNextThingThere) {
    ASSERT_TRUE(world_.derive(endpoint, hostile, 50, right::write).done());
    auto const before = world_.kernel.state().slots().find(process_, Slot{50});
    ASSERT_TRUE(before.has_value());
    EXPECT_FALSE(world_.call_if(1, Call::send, {50, 0, for_ever, 1}));
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {endpoint, 0}).done());
    EXPECT_EQ(world_.told(1).status & 0xFFU, static_cast<std::uint64_t>(Check::capability));
    // The same slot and the same row of the table, for something else.
    ASSERT_TRUE(world_.derive(notification, hostile, 50, right::write).done());
    auto const after = world_.kernel.state().slots().find(process_, Slot{50});
    ASSERT_TRUE(after.has_value());
    EXPECT_NE(after->capability, before->capability);
    EXPECT_FALSE(world_.kernel.state().slots().still(*before));
    refused_without_a_trace(1, Call::send, {50, 0, at_once, 1}, Check::type);
}

TEST_F(threat_6, ARowThatIsUsedAgainHasNothingOfWhatItWas) {
    auto const make = [&](ObjectType type) {
        auto const made = world_.create(type, 60);
        EXPECT_TRUE(made.done());
        return made.words;
    };
    auto const first = make(ObjectType::notification);
    EXPECT_TRUE(world_.do_call(0, Call::signal, {60, 0xFF}).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {60}).done());
    auto const second = make(ObjectType::notification);
    EXPECT_EQ(first[0], second[0]) << "the same row";
    EXPECT_NE(first[1], second[1]);
    refused(world_.do_call(0, Call::wait, {60, at_once}), Check::nobody, no_argument);
    EXPECT_TRUE(world_.do_call(0, Call::remove, {60}).done());
}

TEST_F(threat_6, NoDerivationHasARightThatItsSourceLacks) {
    for (std::uint32_t source = 0; source <= right::all.bits; ++source) {
        ASSERT_TRUE(world_.do_call(1, Call::derive, {its_self, own, 50, source}).done());
        for (std::uint32_t asked = 0; asked < 256; ++asked) {
            auto const answer = world_.do_call(1, Call::derive, {50, own, 51, asked});
            bool const covered = (asked & ~source) == 0;
            ASSERT_EQ(answer.done(), covered) << source << " gives " << asked;
            if (covered) {
                ASSERT_EQ(held(51)->rights.bits, asked);
                ASSERT_TRUE(world_.do_call(1, Call::remove, {51}).done());
            }
        }
        ASSERT_TRUE(world_.do_call(1, Call::remove, {50}).done());
    }
}

TEST_F(threat_6, WhatIsPassedOnArrivesWithTheRightsThatItHadAndOnlyWithGrant) {
    for (std::uint32_t rights = 0; rights <= right::all.bits; ++rights) {
        ASSERT_TRUE(
            world_.derive(region, own, 61, Rights{static_cast<std::uint8_t>(rights)}).done());
        world_.buffer(4).capabilities[0] = 61;
        world_.buffer(1).window = 50;
        ASSERT_TRUE(world_.derive(endpoint, hostile, 52, right::read).done());
        EXPECT_FALSE(world_.call_if(1, Call::receive, {52, for_ever}));
        auto const sent =
            world_.do_call(4, Call::send, {endpoint, MessageHead::of(0, 1).word, at_once});
        bool const grants = (rights & right::grant.bits) != 0;
        ASSERT_EQ(sent.done(), grants) << rights;
        ASSERT_EQ(held(50) != nullptr, grants);
        if (grants) {
            EXPECT_EQ(held(50)->rights.bits, rights);
        }
        ASSERT_TRUE(world_.do_call(0, Call::remove, {61}).done());
        if (held(50) != nullptr) {
            ASSERT_TRUE(world_.do_call(1, Call::remove, {50}).done());
        } else {
            ASSERT_TRUE(world_.do_call(4, Call::send, {endpoint, 0, at_once}).done());
        }
        ASSERT_TRUE(world_.do_call(1, Call::remove, {52}).done());
    }
}

// A server that is told a slot by number looks it up among its own capabilities; who passes the
// capability itself passes no more than it has.
TEST_F(threat_6, ADeputyActsWithWhatWasPassedAndNotWithWhatItHolds) {
    ASSERT_TRUE(world_.derive(region, own, 61, right::read | right::grant).done());
    world_.buffer(1).capabilities[0] = its_region;
    world_.buffer(5).window = 100;
    EXPECT_FALSE(world_.call_if(5, Call::receive, {endpoint, for_ever}));
    EXPECT_FALSE(
        world_.call_if(1, Call::call, {its_endpoint, MessageHead::of(0, 1).word, for_ever}));
    ASSERT_TRUE(world_.runs(5));
    refused(world_.do_call(5, Call::map, {space_slot.value, 100, 0x10000, 1}), Check::rights, 1);
    EXPECT_TRUE(world_.do_call(5, Call::map, {space_slot.value, region, 0x10000, 1}).done())
        << "its own would let it write";
    EXPECT_TRUE(world_.do_call(5, Call::unmap, {region}).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {61}).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {100}).done());
}

TEST_F(threat_6, AHoardOfCapabilitiesIsRefusedToItsOwnerOnly) {
    std::uint64_t made = 0;
    std::optional<CallAnswer> last;
    for (std::uint64_t slot = 100; slot < 400; ++slot) {
        last = world_.do_call(1, Call::derive, {its_self, own, slot, right::read.bits});
        if (!last->done()) {
            break;
        }
        ++made;
    }
    EXPECT_EQ(last->status & 0xFFU, static_cast<std::uint64_t>(Check::quota));
    EXPECT_EQ(last->words[0], static_cast<std::uint64_t>(Resource::capabilities));
    EXPECT_EQ(made + its_first_free, its_limit.capabilities);
    refused_without_a_trace(1, Call::derive, {its_self, own, 399, right::read.bits}, Check::quota);
    EXPECT_TRUE(world_.derive(region, own, 61, right::read).done()) << "others go on";
    EXPECT_TRUE(world_.do_call(0, Call::remove, {61}).done());
}

// Whom a process acts for is no matter of who pays for it alone: the right to say so is not made by
// making an account.
TEST_F(threat_6, AProcessActsForAnotherPrincipalOnlyIfWhoMakesItManagesTheAccount) {
    constexpr std::uint32_t its_new = its_first_free;
    constexpr std::uint32_t its_child_account = its_first_free + 1;
    auto const create = [](std::uint32_t account, ObjectType type, std::uint64_t first,
                           std::uint32_t slot, std::uint64_t uses) {
        return Arguments{account, own, slot, static_cast<std::uint64_t>(type), first, 0, uses};
    };
    ASSERT_TRUE(
        world_.do_call(1, Call::create, create(its_account, ObjectType::space, 0, its_new, own))
            .done());
    ASSERT_TRUE(
        world_.do_call(1, Call::create_account, {its_account, own, its_child_account}).done());
    EXPECT_EQ(held(its_child_account)->rights.bits & right::manage.bits, 0U);
    for (std::uint32_t const pays : {its_account, its_child_account}) {
        refused_without_a_trace(1, Call::create,
                                create(pays, ObjectType::process, 1, its_first_free + 2, its_new),
                                Check::rights);
    }
    auto const same = world_.do_call(
        1, Call::create, create(its_account, ObjectType::process, 7, its_first_free + 2, its_new));
    EXPECT_TRUE(same.done()) << "as itself";
}

} // namespace
} // namespace axiom::kernel::test

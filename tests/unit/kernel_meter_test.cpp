// An account's log bytes: what it writes is counted, and when it has none left only it is refused.

#include <gtest/gtest.h>

#include <axiom/log/log_kinds.hpp>
#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t account = 20;
constexpr std::uint32_t process = 21; // with its space; that account pays for it
constexpr std::uint32_t own_account = 1;
constexpr std::uint32_t own_notification = 2;
constexpr std::uint64_t rate = 2000; // bytes a second

// A process whose account has a rate, on CPU 1.
class KernelMeter : public testing::Test {
  protected:
    KernelMeter() {
        world_.drains_itself = false;
        AXIOM_ASSERT(create_account(0, account,
                                    {.pages = 10,
                                     .objects = 20,
                                     .capabilities = 45,
                                     .threads = 2,
                                     .cpu_us = 1000,
                                     .log_bytes = rate})
                         .done());
        AXIOM_ASSERT(create(account, ObjectType::space, process + 1));
        AXIOM_ASSERT(create(account, ObjectType::process, process, 7, process + 1));
        AXIOM_ASSERT(world_.derive(account, process, own_account, right::all).done());
        AXIOM_ASSERT(world_.derive(wake_slot, process, own_notification, right::all).done());
        world_.start_thread(1, 30, process);
    }

    bool create(std::uint64_t payer, ObjectType type, std::uint64_t slot, std::uint64_t first = 0,
                std::uint64_t uses = own) {
        return world_
            .do_call(0, Call::create,
                     {payer, own, slot, static_cast<std::uint64_t>(type), first, 0, uses})
            .done();
    }
    CallAnswer create_account(std::uint32_t cpu, std::uint64_t slot, Quota const& limit) {
        MutableBytes const words{world_.buffer(cpu).bytes};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), limit.*quota_fields[index]);
        }
        return world_.do_call(cpu, Call::create_account,
                              {cpu == 0 ? account_slot.value : own_account, own, slot});
    }
    CallAnswer derive(std::uint32_t slot) {
        return world_.do_call(1, Call::derive, {own_notification, own, slot, right::write.bits});
    }
    /// How many it can derive until it is refused.
    std::uint32_t derive_until_dry(std::uint32_t first) {
        std::uint32_t count = 0;
        while (count < 90 && derive(first + count).done()) {
            ++count;
        }
        return count;
    }
    static void dry(CallAnswer const& answer) {
        refused(answer, Check::quota, no_argument);
        EXPECT_EQ(answer.words[0], static_cast<std::uint64_t>(Resource::log_bytes));
    }
    void tick(std::uint64_t now) { world_.domain.tick(LogTime{now}); }

    LogWorld logs_;
    MachineWorld& world_{logs_.world};
};

constexpr std::uint64_t derive_cost = 256 + 256; // the entry, and the one that ends it
constexpr std::uint64_t full = log_burst_seconds * rate;

TEST_F(KernelMeter, ADryAccountIsRefusedBeforeAnythingChanges) {
    EXPECT_EQ(derive_until_dry(100), full / derive_cost);
    auto const root = world_.root();
    auto const next = world_.log.next_sequence();
    dry(derive(99));
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.log.next_sequence(), next);
}

TEST_F(KernelMeter, NobodyElseIsAffected) {
    derive_until_dry(100);
    for (std::uint32_t slot = 200; slot < 220; ++slot) {
        EXPECT_TRUE(world_.derive(wake_slot, own, slot, right::write).done());
    }
}

TEST_F(KernelMeter, GivingUpIsPaidForAndNeverRefused) {
    std::uint32_t const count = derive_until_dry(100);
    ASSERT_NE(count, 0U);
    for (std::uint32_t slot = 100; slot < 100 + count; ++slot) {
        EXPECT_TRUE(world_.do_call(1, Call::remove, {slot}).done());
    }
    dry(derive(99));
}

// Killed, and its capability given up.
TEST_F(KernelMeter, AThreadPaysForBothItsEnds) {
    Event event = event_of({}, Create{.type = ObjectType::thread}, Urgency::normal);
    std::uint64_t const thread = log_cost_of(event) - entry_bytes(event.body_bytes);
    event = event_of({}, Create{.type = ObjectType::endpoint}, Urgency::normal);
    std::uint64_t const endpoint = log_cost_of(event) - entry_bytes(event.body_bytes);
    std::uint64_t const removal = entry_bytes(encoded_bytes_max<Remove>());
    EXPECT_EQ(endpoint, removal);
    EXPECT_EQ(thread, removal + entry_bytes(encoded_bytes_max<End>()));
}

TEST_F(KernelMeter, ARevokeThatTakesNothingBackIsNoGivingUp) {
    derive_until_dry(100);
    EXPECT_TRUE(world_.do_call(1, Call::revoke, {own_notification, 0}).done());
    dry(world_.do_call(1, Call::revoke, {own_notification, 0}));
}

TEST_F(KernelMeter, LogTimeFillsTheBucketAgain) {
    derive_until_dry(100);
    tick(999);
    EXPECT_EQ(derive_until_dry(150), (full % derive_cost + rate * 999 / 1000) / derive_cost);
    tick(1'000'000);
    EXPECT_EQ(derive_until_dry(200), full / derive_cost);
}

TEST_F(KernelMeter, AnotherAccountIsNoOtherPurse) {
    Quota const limit{.log_bytes = rate / 2};
    ASSERT_TRUE(create_account(1, 50, limit).done());
    // Half of the rate has gone to the new account, and with it half of what was saved.
    std::uint32_t const count = derive_until_dry(100);
    EXPECT_LE(count, full / 2 / derive_cost);
    ASSERT_TRUE(world_.do_call(1, Call::remove, {50}).done());
    dry(create_account(1, 51, limit));
}

TEST_F(KernelMeter, WhatIsProposedForAClientIsItsOwn) {
    constexpr std::uint32_t endpoint = 24;
    constexpr std::uint32_t own_endpoint = 3;
    ASSERT_TRUE(world_.create(ObjectType::endpoint, endpoint).done());
    ASSERT_TRUE(world_.derive(endpoint, process, own_endpoint, right::write).done());
    derive_until_dry(100);
    EXPECT_FALSE(world_.call_if(1, Call::call, {own_endpoint, 0, for_ever}));
    auto const got = world_.do_call(0, Call::receive, {endpoint, at_once});
    ASSERT_TRUE(got.done());
    ProposalHead const head{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                            .kind = static_cast<std::uint16_t>(LogKind::mark),
                            .body_bytes = 1000,
                            .decided_at = world_.log.next_sequence().value - 1};
    std::memcpy(world_.buffer(0).bytes.data(), &head, sizeof(head));
    dry(world_.do_call(0, Call::log_propose, {log_slot.value, got.words[ReceivedWords::token], 0}));
}

} // namespace
} // namespace axiom::kernel::test

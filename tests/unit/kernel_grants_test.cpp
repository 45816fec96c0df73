// What gives a device away waits until its entry is on stable storage.

#include <gtest/gtest.h>

#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t process = 20; // with its space; another account pays for it
constexpr std::uint32_t account = 22;
constexpr std::uint32_t endpoint = 24;
constexpr std::uint32_t helper = 26; // with its space; the first account pays for it
constexpr std::uint32_t given = 60;
constexpr std::uint64_t first_port = 0x60;
constexpr std::uint64_t page = 0x4000'0000;

// What `process` and `helper` hold from the beginning: where the first process has it, too.
constexpr std::array<std::uint32_t, 7> shared{
    account_slot.value, self_slot.value,  space_slot.value, registers_slot.value,
    lines_slot.value,   ports_slot.value, endpoint};

// The first process, on CPU 0, drains the log. An ordinary one has two threads on CPUs 1 and 2.
class KernelGrants : public testing::Test {
  protected:
    KernelGrants() : logs_{false, MachineWorld::LogIs::detached}, earlier_{earlier_log()} {
        MutableBytes const words{world_.buffer(0).bytes};
        Quota const limit{
            .pages = 20, .objects = 10, .capabilities = 40, .threads = 2, .log_bytes = 100'000};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), limit.*quota_fields[index]);
        }
        AXIOM_ASSERT(
            world_.do_call(0, Call::create_account, {account_slot.value, own, account}).done());
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world_.create(ObjectType::space, process + 1).done());
        AXIOM_ASSERT(
            world_
                .do_call(0, Call::create,
                         {account, own, process, static_cast<std::uint64_t>(ObjectType::process), 7,
                          0, process + 1})
                .done());
        share(process, account);
        world_.start_thread(1, 30, process);
        world_.start_thread(2, 32, process);
    }

    /// The capabilities that it has from the first process, and one to itself.
    void share(std::uint32_t with, std::uint32_t its_account) {
        for (std::uint32_t const slot : shared) {
            std::uint32_t const source = slot == account_slot.value ? its_account
                                         : slot == self_slot.value  ? with
                                         : slot == space_slot.value ? with + 1
                                                                    : slot;
            AXIOM_ASSERT(world_.derive(source, with, slot, right::all).done());
        }
        AXIOM_ASSERT(world_.derive(wake_slot, with, wake_slot, right::all).done());
    }

    /// Another process of the first account's, with a thread on CPU 3.
    void start_helper() {
        world_.create_process(helper);
        share(helper, account_slot.value);
        world_.start_thread(3, 34, helper);
    }

    void attach() { AXIOM_ASSERT(logs_.attach(earlier_, 5).done()); }

    /// Everything is drained, and then durable.
    void drain_all() {
        while (logs_.drain(world_.log.watermark().value).words[0] != 0) {
        }
    }
    void make_durable() { ASSERT_TRUE(logs_.drain(world_.log.drained().value).done()); }

    std::optional<CallAnswer> carve(std::uint32_t cpu, ObjectType type, std::uint64_t from,
                                    std::uint64_t first, std::uint64_t count,
                                    std::uint64_t into = own) {
        return world_.call_if(cpu, Call::create,
                              {account_slot.value, into, given, static_cast<std::uint64_t>(type),
                               first, count, from});
    }
    std::optional<CallAnswer> carve_ports(std::uint32_t cpu, std::uint64_t into = own) {
        return carve(cpu, ObjectType::ports, ports_slot.value, first_port, 4, into);
    }
    CallAnswer read_port(std::uint32_t cpu) {
        return world_.do_call(cpu, Call::port_in, {given, first_port, 1});
    }
    CallAnswer map_registers(std::uint32_t cpu) {
        return world_.do_call(cpu, Call::map, {space_slot.value, given, page, 0});
    }
    CallAnswer unmask(std::uint32_t cpu) {
        return world_.do_call(cpu, Call::interrupt_mask, {given, 0});
    }

    /// Sends what lies in `given` so many times to who receives on the other CPU, from `window` on.
    CallAnswer pass(std::uint32_t from, std::uint32_t to, std::uint32_t window,
                    std::uint64_t count = 1) {
        world_.buffer(to).window = window;
        EXPECT_FALSE(world_.call_if(to, Call::receive, {endpoint, for_ever}));
        world_.buffer(from).capabilities.fill(given);
        return world_.do_call(from, Call::send,
                              {endpoint, MessageHead::of(0, count).word, for_ever});
    }

    LogWorld logs_;
    MachineWorld& world_{logs_.world};
    EarlierLog earlier_;
};

TEST_F(KernelGrants, BeforeAttachRecoveryGivesAtOnce) {
    ASSERT_TRUE(carve_ports(0)->done());
    EXPECT_TRUE(read_port(0).done());
    ASSERT_TRUE(world_.derive(given, process, given, right::all).done());
    EXPECT_TRUE(read_port(1).done()) << "to anybody";
}

TEST_F(KernelGrants, BeforeAttachNobodyElseGivesAtAll) {
    auto const root = world_.root();
    auto const next = world_.log.next_sequence();
    auto const answer =
        world_.do_call(1, Call::derive, {ports_slot.value, own, given, right::read.bits});
    refused(answer, Check::log, no_argument);
    EXPECT_EQ(answer.words[0], static_cast<std::uint64_t>(Code::log_detached));
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.log.next_sequence(), next);
}

TEST_F(KernelGrants, WhoGivesWaitsAndTheReceiverIsRefusedUntilTheEntryIsDurable) {
    attach();
    drain_all();
    make_durable();
    EXPECT_FALSE(carve_ports(1)) << "it waits";
    refused(read_port(2), Check::durable);
    ASSERT_TRUE(logs_.drain(world_.log.watermark().value).done());
    refused(read_port(2), Check::durable);
    EXPECT_FALSE(world_.runs(1)) << "what is drained is not yet durable";
    make_durable();
    ASSERT_TRUE(world_.runs(1));
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_NE(world_.told(1).words[1], 0U) << "the object's generation";
    EXPECT_TRUE(read_port(2).done());
}

TEST_F(KernelGrants, RegistersAndInterruptsAreNoOther) {
    attach();
    EXPECT_FALSE(carve(1, ObjectType::region, registers_slot.value, 16, 1));
    refused(map_registers(2), Check::durable, 1);
    drain_all();
    make_durable();
    EXPECT_TRUE(map_registers(2).done());
    ASSERT_TRUE(world_.do_call(2, Call::remove, {given}).done());

    EXPECT_FALSE(carve(1, ObjectType::interrupt, lines_slot.value, 5, 0));
    refused(unmask(2), Check::durable);
    refused(world_.do_call(2, Call::bind,
                           {given, wake_slot, 1, static_cast<std::uint64_t>(Binding::line)}),
            Check::durable);
    drain_all();
    make_durable();
    EXPECT_TRUE(unmask(2).done());
}

// The log's own block driver, begun again, cannot wait for what only it can store.
TEST_F(KernelGrants, AmongTheFirstAccountsOwnItIsOfUseAtOnceAfterAttachToo) {
    start_helper();
    attach();
    ASSERT_TRUE(carve_ports(0)->done()) << "for itself";
    EXPECT_TRUE(read_port(0).done());
    ASSERT_TRUE(world_.derive(given, helper, given, right::all).done()) << "derived into another";
    EXPECT_TRUE(read_port(3).done());
    ASSERT_TRUE(world_.do_call(3, Call::remove, {given}).done());
    ASSERT_TRUE(world_.do_call(0, Call::move, {given, helper, given}).done()) << "moved";
    EXPECT_TRUE(read_port(3).done());
    ASSERT_TRUE(pass(3, 0, 80).done()) << "by a message";
    EXPECT_TRUE(world_.do_call(0, Call::port_in, {80, first_port, 1}).done());
    ASSERT_TRUE(world_.do_call(3, Call::remove, {given}).done());
    ASSERT_TRUE(carve(0, ObjectType::region, registers_slot.value, 16, 1, helper)->done());
    EXPECT_TRUE(map_registers(3).done()) << "made there";
    ASSERT_TRUE(world_.do_call(3, Call::remove, {given}).done());
    ASSERT_TRUE(carve(0, ObjectType::interrupt, lines_slot.value, 5, 0, helper)->done());
    EXPECT_TRUE(unmask(3).done());
}

TEST_F(KernelGrants, ToAProcessThatAnotherAccountPaysForRecoveryWaitsLikeAnybody) {
    attach();
    start_helper();
    drain_all();
    make_durable();
    ASSERT_TRUE(carve_ports(3)->done());
    ASSERT_TRUE(world_.derive(process, helper, process, right::all).done());
    EXPECT_FALSE(world_.call_if(3, Call::derive, {given, process, given, right::all.bits}));
    refused(read_port(1), Check::durable);
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(3).done());
    EXPECT_TRUE(read_port(1).done());
    EXPECT_TRUE(pass(3, 2, 80).done());
    refused(world_.do_call(2, Call::port_in, {80, first_port, 1}), Check::durable);
}

TEST_F(KernelGrants, FromAProcessThatAnotherAccountPaysForRecoveryWaitsLikeAnybody) {
    start_helper();
    ASSERT_TRUE(world_.derive(helper, process, helper, right::all).done());
    attach();
    EXPECT_FALSE(carve_ports(1, helper));
    refused(read_port(3), Check::durable);
    drain_all();
    make_durable();
    EXPECT_TRUE(read_port(3).done());
}

// Else who may not use it yet would have another one that they may.
TEST_F(KernelGrants, WhatStillWaitsIsOfUseToNobodyWhoHasItFromThere) {
    start_helper();
    ASSERT_TRUE(world_.derive(helper, process, helper, right::all).done());
    attach();
    EXPECT_FALSE(carve(1, ObjectType::ports, ports_slot.value, first_port, 8, helper));
    refused(read_port(3), Check::durable);
    ASSERT_TRUE(pass(3, 0, 80).done());
    refused(world_.do_call(0, Call::port_in, {80, first_port, 1}), Check::durable);
    ASSERT_TRUE(world_.derive(helper, helper, helper, right::all).done());
    EXPECT_FALSE(world_.call_if(3, Call::derive, {given, own, 81, right::all.bits}));
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(3).done());
    EXPECT_TRUE(read_port(3).done());
    EXPECT_TRUE(world_.do_call(0, Call::port_in, {80, first_port, 1}).done());
    EXPECT_FALSE(world_.call_if(1, Call::derive, {ports_slot.value, helper, 82, right::all.bits}));
    EXPECT_FALSE(world_.call_if(
        3, Call::create,
        {account_slot.value, own, 83, static_cast<std::uint64_t>(ObjectType::ports), 0x80, 4, 82}))
        << "carved from it";
}

TEST_F(KernelGrants, AMessageThatBringsOneIsPassedAndItIsRefusedUntilThen) {
    ASSERT_TRUE(carve_ports(0)->done());
    attach();
    ASSERT_TRUE(pass(0, 1, 80).done());
    refused(world_.do_call(1, Call::port_in, {80, first_port, 1}), Check::durable);
    EXPECT_TRUE(read_port(0).done()) << "the sender's own was given long ago";
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.do_call(1, Call::port_in, {80, first_port, 1}).done());
}

TEST_F(KernelGrants, HandingOnIsGivingToo) {
    ASSERT_TRUE(carve_ports(0)->done());
    ASSERT_TRUE(world_.derive(given, process, given, right::all).done());
    attach();
    EXPECT_FALSE(world_.call_if(1, Call::derive, {given, own, 5 + given, right::read.bits}));
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_FALSE(world_.call_if(1, Call::move, {given, own, 6 + given}));
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelGrants, WhoWaitsMayBeEnded) {
    attach();
    EXPECT_FALSE(carve_ports(1));
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 1}).done());
    drain_all();
    make_durable();
    EXPECT_TRUE(read_port(2).done());
}

TEST_F(KernelGrants, MemoryIsNoDevice) {
    attach();
    EXPECT_TRUE(carve(1, ObjectType::region, own, 0, 1)->done());
    EXPECT_TRUE(world_.do_call(1, Call::derive, {given, own, given + 1, right::read.bits}).done());
}

TEST_F(KernelGrants, NoMoreWaitThanThereIsRoomFor) {
    start_helper();
    ASSERT_TRUE(carve_ports(0)->done());
    attach();
    // Each message passes eight, without waiting; that they are given up does not make room.
    for (std::uint32_t sent = 0; sent < 8; ++sent) {
        ASSERT_TRUE(pass(0, 1, 100, 8).done());
        for (std::uint32_t slot = 100; slot < 108; ++slot) {
            ASSERT_TRUE(world_.do_call(1, Call::remove, {slot}).done());
        }
    }
    refused(pass(0, 1, 200), Check::table_full, 1);
    refused(world_.do_call(2, Call::derive, {ports_slot.value, own, 210, right::read.bits}),
            Check::table_full, no_argument);
    EXPECT_TRUE(world_.derive(given, helper, given, right::all).done()) << "who need not wait";
}

} // namespace
} // namespace axiom::kernel::test

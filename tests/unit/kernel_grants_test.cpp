// What gives a device away waits until its entry is on stable storage.

#include <gtest/gtest.h>

#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t process = 20; // with its space; another account pays for it
constexpr std::uint32_t account = 22;
constexpr std::uint32_t given = 60;
constexpr std::uint64_t first_port = 0x60;

class KernelGrants : public testing::Test {
  protected:
    KernelGrants() : logs_{false, MachineWorld::LogIs::detached}, earlier_{earlier_log()} {
        MutableBytes const words{world_.buffer(0).bytes};
        Quota const limit{.objects = 10, .capabilities = 30, .threads = 2, .log_bytes = 100'000};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), limit.*quota_fields[index]);
        }
        AXIOM_ASSERT(
            world_.do_call(0, Call::create_account, {account_slot.value, own, account}).done());
        AXIOM_ASSERT(world_.create(ObjectType::space, process + 1).done());
        AXIOM_ASSERT(
            world_
                .do_call(0, Call::create,
                         {account, own, process, static_cast<std::uint64_t>(ObjectType::process), 7,
                          0, process + 1})
                .done());
    }

    void attach() { AXIOM_ASSERT(logs_.attach(earlier_, 5).done()); }

    /// Everything is drained, and then durable.
    void drain_all() {
        while (logs_.drain(world_.log.watermark().value).words[0] != 0) {
        }
    }
    void make_durable() { ASSERT_TRUE(logs_.drain(world_.log.drained().value).done()); }

    std::optional<CallAnswer> carve(std::uint32_t cpu, ObjectType type, std::uint64_t from,
                                    std::uint64_t first, std::uint64_t count) {
        return world_.call_if(
            cpu, Call::create,
            {account_slot.value, own, given, static_cast<std::uint64_t>(type), first, count, from});
    }
    std::optional<CallAnswer> carve_ports(std::uint32_t cpu) {
        return carve(cpu, ObjectType::ports, ports_slot.value, first_port, 4);
    }
    CallAnswer read_port() { return world_.do_call(0, Call::port_in, {given, first_port, 1}); }

    LogWorld logs_;
    MachineWorld& world_{logs_.world};
    EarlierLog earlier_;
};

TEST_F(KernelGrants, BeforeAttachRecoveryGivesAtOnce) {
    ASSERT_TRUE(carve_ports(0)->done());
    EXPECT_TRUE(read_port().done());
}

TEST_F(KernelGrants, BeforeAttachNobodyElseGivesAtAll) {
    ASSERT_TRUE(world_.derive(ports_slot.value, process, 1, right::all).done());
    world_.start_thread(1, 30, process);
    auto const root = world_.root();
    auto const next = world_.log.next_sequence();
    auto const answer = world_.do_call(1, Call::derive, {1, own, 2, right::read.bits});
    refused(answer, Check::log, no_argument);
    EXPECT_EQ(answer.words[0], static_cast<std::uint64_t>(Code::log_detached));
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.log.next_sequence(), next);
}

TEST_F(KernelGrants, WhoGivesWaitsAndTheReceiverIsRefusedUntilTheEntryIsDurable) {
    attach();
    world_.start_thread(1, 30);
    drain_all();
    make_durable();
    EXPECT_FALSE(carve_ports(1)) << "it waits";
    refused(read_port(), Check::durable);
    ASSERT_TRUE(logs_.drain(world_.log.watermark().value).done());
    refused(read_port(), Check::durable);
    EXPECT_FALSE(world_.runs(1)) << "what is drained is not yet durable";
    make_durable();
    ASSERT_TRUE(world_.runs(1));
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_NE(world_.told(1).words[1], 0U) << "the object's generation";
    EXPECT_TRUE(read_port().done());
}

TEST_F(KernelGrants, RegistersAndInterruptsAreNoOther) {
    attach();
    world_.start_thread(1, 30);
    EXPECT_FALSE(carve(1, ObjectType::region, registers_slot.value, 16, 1));
    refused(world_.do_call(0, Call::map, {space_slot.value, given, 0x4000'0000, 0}), Check::durable,
            1);
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.do_call(0, Call::map, {space_slot.value, given, 0x4000'0000, 0}).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {given}).done());

    EXPECT_FALSE(carve(1, ObjectType::interrupt, lines_slot.value, 5, 0));
    refused(world_.do_call(0, Call::interrupt_mask, {given, 0}), Check::durable);
    refused(world_.do_call(0, Call::bind,
                           {given, wake_slot, 1, static_cast<std::uint64_t>(Binding::line)}),
            Check::durable);
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.do_call(0, Call::interrupt_mask, {given, 0}).done());
}

TEST_F(KernelGrants, AMessageThatBringsOneIsPassedAndItIsRefusedUntilThen) {
    constexpr std::uint32_t endpoint = 24;
    ASSERT_TRUE(carve_ports(0)->done());
    ASSERT_TRUE(world_.create(ObjectType::endpoint, endpoint).done());
    ASSERT_TRUE(world_.derive(endpoint, process, 1, right::read).done());
    attach();
    world_.start_thread(1, 30, process);
    world_.buffer(1).window = 8;
    EXPECT_FALSE(world_.call_if(1, Call::receive, {1, for_ever}));
    world_.buffer(0).capabilities[0] = given;
    ASSERT_TRUE(
        world_.do_call(0, Call::send, {endpoint, MessageHead::of(0, 1).word, for_ever}).done());
    refused(world_.do_call(1, Call::port_in, {8, first_port, 1}), Check::durable);
    EXPECT_TRUE(read_port().done()) << "the sender's own was given long ago";
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.do_call(1, Call::port_in, {8, first_port, 1}).done());
}

TEST_F(KernelGrants, HandingOnIsGivingToo) {
    ASSERT_TRUE(carve_ports(0)->done());
    attach();
    world_.start_thread(1, 30);
    EXPECT_FALSE(world_.call_if(1, Call::derive, {given, process, 5, right::read.bits}));
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(1).done());
    EXPECT_FALSE(world_.call_if(1, Call::move, {given, process, 6}));
    drain_all();
    make_durable();
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelGrants, WhoWaitsMayBeEnded) {
    attach();
    world_.start_thread(1, 30);
    EXPECT_FALSE(carve_ports(1));
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 1}).done());
    drain_all();
    make_durable();
    EXPECT_TRUE(read_port().done());
}

TEST_F(KernelGrants, MemoryIsNoDevice) {
    attach();
    EXPECT_TRUE(world_.create(ObjectType::region, given, 0, 1).done());
    EXPECT_TRUE(world_.derive(given, process, 5, right::read).done());
}

TEST_F(KernelGrants, NoMoreWaitThanThereIsRoomFor) {
    attach();
    ASSERT_TRUE(world_.create(ObjectType::endpoint, 24).done());
    world_.start_thread(1, 30);
    world_.start_thread(2, 32);
    EXPECT_FALSE(carve_ports(1));
    // Each message passes eight more, without waiting; that they are given up does not make room.
    for (std::uint32_t sent = 0; sent < 7; ++sent) {
        world_.buffer(2).window = 100;
        EXPECT_FALSE(world_.call_if(2, Call::receive, {24, for_ever}));
        world_.buffer(0).capabilities.fill(given);
        ASSERT_TRUE(
            world_.do_call(0, Call::send, {24, MessageHead::of(0, 8).word, for_ever}).done());
        for (std::uint32_t slot = 100; slot < 108; ++slot) {
            ASSERT_TRUE(world_.do_call(2, Call::remove, {slot}).done());
        }
    }
    world_.buffer(2).window = 200;
    EXPECT_FALSE(world_.call_if(2, Call::receive, {24, for_ever}));
    world_.buffer(0).capabilities.fill(given);
    refused(world_.do_call(0, Call::send, {24, MessageHead::of(0, 8).word, for_ever}),
            Check::table_full, 1);
}

} // namespace
} // namespace axiom::kernel::test

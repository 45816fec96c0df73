// Whoever takes something away waits until every other CPU has acknowledged that it is gone: until
// then a CPU may still reach a page by what its TLB remembers.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <tests/support/ipc_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelStop : public testing::Test {
  protected:
    static constexpr std::uint32_t space = 26;
    static constexpr std::uint32_t region = 28;
    static constexpr Cpu late{3};

    KernelStop() {
        AXIOM_ASSERT(world_.create(ObjectType::space, space).done());
        AXIOM_ASSERT(world_.create(ObjectType::region, region, 0, 3).done());
        AXIOM_ASSERT(world_.do_call(0, Call::map, {space, region, 0x10000, 1}).done());
        world_.machine.late.insert(late);
        world_.machine.while_stopping = [this] {
            other_ = std::jthread{[this] { come_in_late(); }};
        };
    }
    ~KernelStop() override { world_.machine.while_stopping = {}; }

    // The one who took it away has had time to go on, and may not have.
    void come_in_late() {
        // That it comes and goes does not mean that it has forgotten anything.
        static_cast<void>(world_.kernel.timer(late, world_.now));
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
        unmapped_ = world_.machine.pages.empty();
        free_ = world_.kernel.frames().free();
        spaces_ended_ = world_.machine.ended_spaces.size();
        forgot_.store(true);
        world_.kernel.acknowledge(late);
    }

    MachineWorld world_;
    std::atomic<bool> forgot_{};
    bool unmapped_{};
    std::uint32_t free_{};
    std::size_t spaces_ended_{};
    std::jthread other_;
};

TEST_F(KernelStop, FramesAreNobodysUntilEveryCpuHasForgottenThem) {
    std::uint32_t const before = world_.kernel.frames().free();
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {region, 1}).done());
    other_.join();
    EXPECT_TRUE(unmapped_);
    EXPECT_EQ(free_, before);
    EXPECT_EQ(world_.kernel.frames().free(), before + 3);
}

TEST_F(KernelStop, WhatAMappingAllowedIsForgottenBeforeItsCallIsAnswered) {
    ASSERT_TRUE(world_.do_call(0, Call::protect, {region, 0}).done());
    EXPECT_TRUE(forgot_.load());
    other_.join();
}

// Its first block is mapped, and another CPU may reach it, before the second finds its place taken.
TEST_F(KernelStop, WhatWasMappedInPartIsForgottenBeforeItsCallIsRefused) {
    constexpr std::uint32_t single = 29;
    ASSERT_TRUE(world_.create(ObjectType::region, single, 0, 1).done());
    ASSERT_TRUE(world_.do_call(0, Call::unmap, {region}).done());
    other_.join();
    ASSERT_TRUE(world_.do_call(0, Call::map, {space, single, 0x12000, 1}).done());
    std::size_t const mapped = world_.machine.pages.size();
    forgot_.store(false);
    refused(world_.do_call(0, Call::map, {space, region, 0x10000, 1}), Check::memory, 2);
    EXPECT_TRUE(forgot_.load());
    EXPECT_EQ(world_.machine.pages.size(), mapped);
    if (other_.joinable()) {
        other_.join();
    }
}

TEST_F(KernelStop, ASpaceEndsWhenNoCpuIsInItAnyMore) {
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {space, 1}).done());
    other_.join();
    EXPECT_TRUE(unmapped_);
    EXPECT_EQ(spaces_ended_, 0U);
    EXPECT_EQ(world_.machine.ended_spaces.size(), 1U);
}

// A process that ends while it makes a call has no capabilities any more. It is not told that.
TEST(KernelEnd, NobodyIsToldOfTheirOwnEnd) {
    constexpr std::uint32_t process = 26;
    constexpr std::uint32_t its_process = 1;
    constexpr Cpu elsewhere{1};
    MachineWorld world;
    world.create_process(process);
    ASSERT_TRUE(world.derive(process, process, its_process, right::read).done());
    std::uint32_t const thread = world.start_thread(elsewhere.value, 30, process);
    ASSERT_EQ(world.thread_on(elsewhere.value), thread);
    ASSERT_TRUE(world.do_call(elsewhere.value, Call::inspect, {its_process}).done());

    world.machine.late.insert(elsewhere);
    std::uint32_t runs = no_thread;
    std::jthread other;
    world.machine.while_stopping = [&] {
        other = std::jthread{[&] {
            runs = world.kernel
                       .call(elsewhere, world.now,
                             {static_cast<std::uint64_t>(Call::receive), {its_process}})
                       .thread;
            static_cast<void>(world.kernel.timer(elsewhere, world.now));
        }};
    };
    ASSERT_TRUE(world.do_call(0, Call::process_kill, {process, 0}).done());
    world.machine.while_stopping = {};
    other.join();
    EXPECT_EQ(runs, no_thread);
}

// What a process has lost may show in what others answer to it. By then none of its threads runs.
TEST(KernelEnd, NobodyGoesOnWhenWhatTheyStandOnIsTakenAway) {
    constexpr std::uint32_t process = 40;
    constexpr std::uint32_t region = 44;
    constexpr std::uint32_t its_endpoint = 1;
    constexpr std::uint32_t its_space = 2;
    constexpr std::uint32_t its_region = 3;
    constexpr std::uint32_t client_cpu = 1;
    constexpr std::uint32_t server_cpu = 2;
    MachineWorld world;
    ASSERT_TRUE(world.create(ObjectType::endpoint, endpoint).done());
    world.create_process(process);
    ASSERT_TRUE(world.create(ObjectType::region, region, 0, 1).done());
    ASSERT_TRUE(world.derive(endpoint, process, its_endpoint, right::write).done());
    ASSERT_TRUE(world.derive(process + 1, process, its_space, right::write).done());
    ASSERT_TRUE(world.derive(region, process, its_region, right::read | right::write).done());
    std::uint32_t const client = world.start_thread(client_cpu, 30, process);
    ASSERT_TRUE(world.do_call(client_cpu, Call::map, {its_space, its_region, 0x10000, 1}).done());
    world.start_thread(server_cpu, 32);
    ASSERT_FALSE(world.call_if(client_cpu, Call::call, {its_endpoint, 0, for_ever}));
    auto const received = world.call_if(server_cpu, Call::receive, {endpoint, for_ever});
    ASSERT_TRUE(received && received->done());

    std::uint32_t ran = no_thread;
    world.machine.while_unmapping = [&] {
        static_cast<void>(world.kernel.call(
            Cpu{server_cpu}, world.now,
            {static_cast<std::uint64_t>(Call::reply), {received->words[ReceivedWords::token], 0}}));
        ran = world.kernel.timer(Cpu{client_cpu}, world.now).thread;
    };
    world.machine.while_stopping = [&] {
        static_cast<void>(world.kernel.timer(Cpu{client_cpu}, world.now));
    };
    ASSERT_TRUE(world.do_call(0, Call::process_kill, {process, 0}).done());
    EXPECT_TRUE(world.machine.pages.empty());
    EXPECT_NE(ran, client);
}

} // namespace
} // namespace axiom::kernel::test

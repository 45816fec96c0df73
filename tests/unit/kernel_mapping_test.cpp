// Regions of memory in spaces: what is mapped, what goes with it, and that frames come back.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelMappings : public testing::Test {
  protected:
    MachineWorld world_;
};

TEST_F(KernelMappings, ARegionIsZeroedMappedOnceAndGivenBack) {
    std::uint32_t const before = world_.kernel.frames().free();
    EXPECT_TRUE(world_.create(ObjectType::region, 50, 0, 3).done());
    EXPECT_EQ(world_.kernel.frames().free(), before - 3);
    EXPECT_GE(world_.machine.zeroed, 3U);
    EXPECT_TRUE(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10000, 1}).done());
    EXPECT_EQ(world_.machine.pages.size(), 3U);
    refused(world_.do_call(0, Call::map, {space_slot.value, 50, 0x20000, 0}), Check::mapped, 1);
    EXPECT_TRUE(world_.do_call(0, Call::protect, {50, 0}).done());
    EXPECT_FALSE(world_.machine.pages.begin()->second.access.write);
    EXPECT_TRUE(world_.do_call(0, Call::unmap, {50}).done());
    EXPECT_TRUE(world_.machine.pages.empty());
    refused(world_.do_call(0, Call::unmap, {50}), Check::mapped);
    refused(world_.do_call(0, Call::protect, {50, 0}), Check::mapped);
    EXPECT_TRUE(world_.do_call(0, Call::remove, {50}).done());
    EXPECT_EQ(world_.kernel.frames().free(), before);
}

TEST_F(KernelMappings, AMappingGoesWithItsCapability) {
    world_.create_process(40);
    EXPECT_TRUE(world_.create(ObjectType::region, 50, 0, 2).done());
    EXPECT_TRUE(world_.derive(50, own, 51, right::read).done());
    EXPECT_TRUE(world_.do_call(0, Call::map, {41, 51, 0x10000, 0}).done());
    EXPECT_TRUE(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10000, 1}).done());
    EXPECT_EQ(world_.machine.pages.size(), 4U);
    EXPECT_TRUE(world_.do_call(0, Call::revoke, {50, 0}).done());
    EXPECT_EQ(world_.machine.pages.size(), 2U);
    EXPECT_TRUE(world_.do_call(0, Call::move, {50, 40, 9}).done());
    EXPECT_EQ(world_.machine.pages.size(), 0U) << "whoever holds it now maps it anew";
}

TEST_F(KernelMappings, AMappingAllowsNoMoreThanItsCapability) {
    EXPECT_TRUE(world_.create(ObjectType::region, 50, 0, 1).done());
    EXPECT_TRUE(world_.derive(50, own, 51, right::read).done());
    refused(world_.do_call(0, Call::map, {space_slot.value, 51, 0x10000, 1}), Check::rights, 1);
    refused(world_.do_call(0, Call::map, {space_slot.value, 51, 0x10000, 2}), Check::rights, 1);
    refused(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10000, 3}), Check::argument, 3);
    refused(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10001, 0}), Check::argument, 2);
    EXPECT_TRUE(world_.do_call(0, Call::map, {space_slot.value, 51, 0x10000, 0}).done());
    refused(world_.do_call(0, Call::protect, {51, 1}), Check::rights);
}

TEST_F(KernelMappings, WhenTheTablesAreFullNothingIsMapped) {
    world_.machine.space_pages_max = 2;
    EXPECT_TRUE(world_.create(ObjectType::region, 50, 0, 3).done());
    refused(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10000, 0}), Check::memory, 2);
    EXPECT_TRUE(world_.machine.pages.empty());
    world_.machine.space_pages_max = 10;
    EXPECT_TRUE(world_.do_call(0, Call::map, {space_slot.value, 50, 0x10000, 0}).done());
}

TEST_F(KernelMappings, MoreFramesThanThereAreIsARefusalThatMakesNoEntry) {
    auto const next = world_.log.next_sequence();
    auto const root = world_.root();
    std::uint32_t const free = world_.kernel.frames().free();
    refused(world_.create(ObjectType::region, 50, 0, free + 1), Check::memory, 5);
    EXPECT_EQ(world_.log.next_sequence(), next);
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.kernel.frames().free(), free);
}

TEST_F(KernelMappings, ARefusedCreateGivesItsFramesBack) {
    std::uint32_t const free = world_.kernel.frames().free();
    refused(world_.create(ObjectType::region, account_slot.value, 0, 3), Check::slot_taken, 2);
    refused(world_.create(ObjectType::thread, account_slot.value, 1, 0, self_slot.value),
            Check::slot_taken, 2);
    EXPECT_EQ(world_.kernel.frames().free(), free);
}

TEST_F(KernelMappings, AThreadsFramesComeBackWhenItEnds) {
    std::uint32_t const free = world_.kernel.frames().free();
    world_.start_thread(1, 30);
    EXPECT_EQ(world_.kernel.frames().free(), free - message_pages);
    EXPECT_TRUE(world_.do_call(0, Call::thread_kill, {30, 0}).done());
    EXPECT_EQ(world_.kernel.frames().free(), free);
}

} // namespace
} // namespace axiom::kernel::test

// Regions: frames in one row for devices, 2 MiB at a time, zeroed before somebody else has them.

#include <gtest/gtest.h>

#include <tests/support/machine_audit.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint32_t region = 50;

class KernelMemory : public testing::Test {
  protected:
    ~KernelMemory() override { EXPECT_EQ(audit(world_), ""); }

    /// Of `pages` pages; `row`: 0, or one more than the alignment of the row that they are in.
    CallAnswer create(std::uint32_t slot, std::uint64_t pages, std::uint64_t row = 0) {
        return world_.do_call(0, Call::create,
                              {account_slot.value, own, slot,
                               static_cast<std::uint64_t>(ObjectType::region), 0, pages, own, row});
    }
    CallAnswer map(std::uint32_t slot, std::uint64_t address, std::uint64_t access = 1) {
        return world_.do_call(0, Call::map, {space_slot.value, slot, address, access});
    }
    /// The frames of a region, in the order in which they are mapped.
    std::vector<std::uint64_t> frames_of(std::uint32_t slot, std::uint64_t at) {
        EXPECT_TRUE(map(slot, at).done());
        std::vector<std::uint64_t> frames;
        for (auto const& [where, what] : world_.machine.pages) {
            if (where.second >= at) {
                frames.push_back(what.frame);
            }
        }
        EXPECT_TRUE(world_.do_call(0, Call::unmap, {slot}).done());
        return frames;
    }

    MachineWorld world_;
};

TEST_F(KernelMemory, ARowIsContiguousAndBeginsWhereItWasAskedTo) {
    for (std::uint64_t const alignment : {0, 1, 4, 9}) {
        ASSERT_TRUE(create(region, 37, alignment + 1).done()) << alignment;
        auto const frames = frames_of(region, 0x100000);
        ASSERT_EQ(frames.size(), 37U);
        EXPECT_EQ(frames.front() % (1U << alignment), 0U);
        for (std::size_t index = 0; index < frames.size(); ++index) {
            EXPECT_EQ(frames[index], frames.front() + index);
        }
        EXPECT_TRUE(world_.do_call(0, Call::remove, {region}).done());
    }
}

// The pool begins at no multiple of what is asked for here.
TEST_F(KernelMemory, ARowBeginsWhereItWasAskedToAsADeviceSeesIt) {
    for (std::uint64_t alignment = 0; alignment <= 10; ++alignment) {
        ASSERT_TRUE(create(region, 1, alignment + 1).done()) << alignment;
        auto const at = world_.do_call(0, Call::map, {space_slot.value, region, 0x100000, 1});
        ASSERT_TRUE(at.done());
        EXPECT_EQ(at.words[0] % (4096ULL << alignment), 0U) << alignment;
        EXPECT_TRUE(world_.do_call(0, Call::remove, {region}).done());
    }
}

TEST_F(KernelMemory, ARowIsForMemoryAloneAndNoLargerThanAGibibyte) {
    refused(create(region, 1, 20), Check::argument, 7);
    refused(create(region, 1, ~std::uint64_t{0}), Check::argument, 7);
    auto const of = [&](ObjectType type, std::uint64_t first, std::uint64_t uses) {
        return world_.do_call(
            0, Call::create,
            {account_slot.value, own, region, static_cast<std::uint64_t>(type), first, 1, uses, 1});
    };
    refused(of(ObjectType::region, 7, registers_slot.value), Check::argument, 7);
    refused(of(ObjectType::endpoint, 0, own), Check::argument, 7);
    refused(create(region, 1, 19), Check::memory, 5);
}

// Two single frames are free, with a third between them.
TEST_F(KernelMemory, ARowThatMemoryInPiecesHasNoRoomForIsRefusedAndNothingHasChanged) {
    for (std::uint32_t const slot : {40U, 41U, 42U}) {
        ASSERT_TRUE(create(slot, 1).done());
    }
    ASSERT_TRUE(create(43, world_.kernel.frames().free()).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {40}).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {42}).done());
    Hash256 const root = world_.root();
    auto const next = world_.log.next_sequence();
    refused(create(44, 2, 1), Check::memory, 5);
    refused(create(44, 1, 10), Check::memory, 5);
    EXPECT_EQ(world_.root(), root);
    EXPECT_EQ(world_.log.next_sequence(), next);
    EXPECT_EQ(world_.kernel.frames().free(), 2U);
    EXPECT_TRUE(create(44, 2).done()) << "in pieces it is there";
}

TEST_F(KernelMemory, OnlyWhoManagesARegionLearnsWhereItLies) {
    ASSERT_TRUE(create(region, 8, 1).done());
    ASSERT_TRUE(world_.derive(region, own, 51, right::read | right::write).done());
    auto const told = map(region, 0x100000);
    EXPECT_EQ(told.words[0],
              (MachineWorld::first_page + world_.machine.pages.at({0, 0x100000}).frame) * page);
    auto const untold = map(51, 0x200000);
    ASSERT_TRUE(untold.done());
    EXPECT_EQ(untold.words[0], 0U);
    EXPECT_EQ(world_.do_call(0, Call::inspect, {51}).words[3], 0U);
}

TEST_F(KernelMemory, OfARegionInPiecesNoAddressIsTold) {
    ASSERT_TRUE(create(40, 1).done());
    ASSERT_TRUE(create(41, 1).done());
    ASSERT_TRUE(create(42, 1).done());
    ASSERT_TRUE(create(43, world_.kernel.frames().free() - large_frames).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {40}).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {42}).done());
    ASSERT_TRUE(create(region, large_frames + 2).done());
    auto const mapped = map(region, 0x100000);
    ASSERT_TRUE(mapped.done());
    EXPECT_EQ(mapped.words[0], 0U);
}

TEST_F(KernelMemory, ADevicesRegistersLieWhereTheyWereCarved) {
    ASSERT_TRUE(world_.create(ObjectType::region, region, 77, 2, registers_slot.value).done());
    EXPECT_EQ(map(region, 0x100000).words[0], 77 * page);
}

TEST_F(KernelMemory, TwoMebibytesAreMappedAsOneWhereTheAddressAllows) {
    ASSERT_TRUE(create(region, large_frames + 3).done());
    ASSERT_TRUE(map(region, 2 * large_bytes).done());
    EXPECT_EQ(world_.machine.mapped_as_large, 1U);
    EXPECT_EQ(world_.machine.pages.size(), large_frames + 3U);
    EXPECT_TRUE(world_.do_call(0, Call::unmap, {region}).done());
    EXPECT_TRUE(world_.machine.pages.empty());
    ASSERT_TRUE(map(region, 2 * large_bytes + page).done());
    EXPECT_EQ(world_.machine.mapped_as_large, 1U) << "here page by page";
}

TEST_F(KernelMemory, WhatOneWroteAnotherNeverSees) {
    ASSERT_TRUE(create(region, 600).done());
    auto const first = frames_of(region, 0x100000);
    EXPECT_FALSE(world_.machine.written_to.empty());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {region}).done());
    ASSERT_TRUE(create(region, 600).done());
    EXPECT_TRUE(world_.machine.written_to.empty());
    EXPECT_EQ(frames_of(region, 0x100000), first) << "the same frames";
}

TEST_F(KernelMemory, NothingIsZeroedForWhoMayNotHaveIt) {
    constexpr std::uint64_t pages = 600;
    ASSERT_TRUE(create(region, 1).done());
    ASSERT_TRUE(world_.derive(account_slot.value, own, 60, right::read).done());
    std::uint64_t const before = world_.machine.zeroed;
    std::uint64_t const free = world_.kernel.frames().free();
    auto const by = [&](std::uint64_t account, std::uint64_t slot, std::uint64_t count) {
        return world_.do_call(
            0, Call::create,
            {account, own, slot, static_cast<std::uint64_t>(ObjectType::region), 0, count, own});
    };
    refused(by(account_slot.value, region, pages), Check::slot_taken, 2);
    refused(by(60, 51, pages), Check::rights, 0);
    refused(by(61, 51, pages), Check::capability, 0);
    refused(by(account_slot.value, 51, 2 * MachineWorld::frames), Check::quota, 0);
    world_.log.stop();
    refused(by(account_slot.value, 51, pages), Check::log, no_argument);
    EXPECT_EQ(world_.machine.zeroed, before);
    EXPECT_EQ(world_.kernel.frames().free(), free);
}

TEST_F(KernelMemory, WhenItsSpaceIsFullHalfwayNothingOfARegionStaysMapped) {
    ASSERT_TRUE(create(region, large_frames + 3).done());
    world_.machine.space_pages_max = large_frames + 1;
    refused(map(region, 0x100000), Check::memory, 2);
    EXPECT_TRUE(world_.machine.pages.empty());
    EXPECT_TRUE(world_.kernel.state().slots().find({0, 1}, Slot{region}));
}

} // namespace
} // namespace axiom::kernel::test

// What the SysLog learns of the calls of a whole kernel.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t endpoint = 20;

class KernelRecords : public testing::Test {
  protected:
    KernelRecords() : world_{true} {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        world_.start_thread(1, 30);
        drain(0);
        drain(1);
    }

    /// What came to this CPU's calls (0), or refusals (1), since the last time; without the header.
    std::vector<Record> drain(std::uint32_t cpu, bool refusals = false) {
        std::uint32_t const ring = 2 * cpu + (refusals ? 1 : 0);
        std::vector<Record> buffer(batch_records_max);
        auto& reader = world_.syslog->reader(ring);
        auto const seal = reader.drain(rows_[ring], buffer, host::portable_engine());
        if (!seal) {
            return {};
        }
        std::span const batch{buffer.data(), batch_overhead + seal->count + seal->notes};
        rows_[ring].end = seal->end();
        rows_[ring].hash = seal->hash;
        reader.settle(*seal, batch);
        return {batch.begin() + batch_overhead, batch.end()};
    }

    MachineWorld world_;
    std::array<RingRow, std::size_t{2} * MachineWorld::cpus> rows_{};
};

TEST_F(KernelRecords, EachCallIsARequestAndAResponse) {
    world_.do_call(1, Call::send, {endpoint, 0, at_once, 7});
    auto const records = drain(1);
    ASSERT_EQ(records.size(), 2U);
    auto const request = as<RequestRecord>(records[0]);
    auto const response = as<ResponseRecord>(records[1]);
    EXPECT_EQ(request.call, static_cast<std::uint16_t>(Call::send));
    EXPECT_EQ(request.thread, world_.kernel.thread(world_.thread_on(1)).self.generation);
    EXPECT_EQ(response.check, Check::nobody);
    EXPECT_EQ(index_of(response.request), request.index);
}

TEST_F(KernelRecords, AResponseHoldsTheFirstWordOfItsAnswer) {
    world_.now += 123;
    ASSERT_TRUE(world_.do_call(1, Call::time, {}).done());
    auto const records = drain(1);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(as<ResponseRecord>(records[1]).value, world_.told(1).words[0]);
    EXPECT_EQ(as<ResponseRecord>(records[1]).value, world_.now);
}

TEST_F(KernelRecords, AnAnswerIsRecordedWhenTheThreadGetsIt) {
    EXPECT_FALSE(world_.call_if(1, Call::receive, {endpoint, for_ever}));
    ASSERT_EQ(drain(1).size(), 1U) << "the request alone";
    EXPECT_TRUE(world_.do_call(0, Call::send, {endpoint, 0, for_ever, 7}).done());
    auto const records = drain(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(as<ResponseRecord>(records[0]).check, Check{});
}

TEST_F(KernelRecords, ARefusalLiesInItsOwnRingWithWhatWasGiven) {
    world_.do_call(1, Call::send, {99, 0, at_once, 7});
    auto const refusals = drain(1, true);
    ASSERT_EQ(refusals.size(), 1U);
    auto const refusal = as<RefusalRecord>(refusals[0]);
    EXPECT_EQ(refusal.check, Check::capability);
    EXPECT_EQ(refusal.argument, 0U);
    EXPECT_EQ(refusal.given, 99U);
    EXPECT_EQ(index_of(refusal.request), as<RequestRecord>(drain(1)[0]).index);
}

TEST_F(KernelRecords, ARefusalToWhoHadWaitedLiesThereToo) {
    constexpr std::uint64_t patience = 5000;
    EXPECT_FALSE(world_.call_if(1, Call::receive, {endpoint, patience}));
    auto const request = as<RequestRecord>(drain(1)[0]).index;
    world_.pass(patience);
    refused(world_.told(1), Check::timeout, no_argument);
    auto const refusals = drain(1, true);
    ASSERT_EQ(refusals.size(), 1U) << "once";
    auto const refusal = as<RefusalRecord>(refusals[0]);
    EXPECT_EQ(refusal.call, static_cast<std::uint16_t>(Call::receive));
    EXPECT_EQ(refusal.check, Check::timeout);
    EXPECT_EQ(refusal.argument, no_argument);
    EXPECT_EQ(index_of(refusal.request), request);
}

TEST_F(KernelRecords, WhatASecondCallIsToldIsNoRefusalOfTheFirst) {
    world_.do_call(1, Call::send, {99, 0, at_once, 7});
    EXPECT_EQ(drain(1, true).size(), 1U);
    EXPECT_FALSE(world_.call_if(1, Call::receive, {endpoint, for_ever}));
    EXPECT_TRUE(world_.do_call(0, Call::send, {endpoint, 0, for_ever, 7}).done());
    EXPECT_TRUE(drain(1, true).empty());
}

TEST_F(KernelRecords, AnEntryNamesTheCallThatMadeIt) {
    auto const follower = world_.log.subscribe(Delivery::ordered).value();
    while (world_.log.next(follower)) {
    }
    drain(0);
    EXPECT_TRUE(world_.derive(endpoint, own, 50, right::read).done());
    auto const entry = world_.log.next(follower);
    ASSERT_TRUE(entry);
    auto const request = as<RequestRecord>(drain(0)[0]);
    EXPECT_EQ(request.call, static_cast<std::uint16_t>(Call::derive));
    EXPECT_EQ(entry->value().header.syslog.boot, MachineWorld::boot.value);
    EXPECT_EQ(entry->value().header.syslog.ring, 0U);
    EXPECT_EQ(entry->value().header.syslog.index, request.index);
}

TEST_F(KernelRecords, WhatEndsItsThreadHasNoResponse) {
    EXPECT_FALSE(world_.call_if(1, Call::thread_exit, {5}));
    auto const records = drain(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(as<RequestRecord>(records[0]).call, static_cast<std::uint16_t>(Call::thread_exit));
}

} // namespace
} // namespace axiom::kernel::test

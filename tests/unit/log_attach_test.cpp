// How a log gets its place: begin, attach with held entries, reattach; and what each refuses.

#include <gtest/gtest.h>

#include <memory>

#include <axiom/log/chain.hpp>
#include <tests/support/log_world.hpp>

namespace axiom::test {
namespace {

Boot boot_after(LogWorld& world, Hash256 const& head) {
    Boot boot{.boot = BootNumber{1}, .epoch = Epoch{2}, .previous_head = head};
    boot.log_state = world.state.root(host::portable_engine());
    boot.domains = world.state.facts().versions;
    return boot;
}

// A world whose state knows a genesis, as recovery leaves it, while its log is still detached.
std::unique_ptr<LogWorld> recovered_world(Hash256& head) {
    LogWorld first;
    first.begin();
    head = first.log.drained_head();

    auto world = std::make_unique<LogWorld>();
    Genesis genesis{.label = "world", .capacities = LogWorld::capacities};
    genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), log_domain.version});
    EntryHeader const header{.kind = static_cast<std::uint16_t>(LogKind::genesis),
                             .domain = DomainNumber::log};
    world->state.observe(header);
    EXPECT_TRUE(world->state.genesis(genesis));
    return world;
}

TEST(LogAttach, EntriesHeldWhileDetachedFollowTheBootInOrder) {
    Hash256 head{};
    auto const world = recovered_world(head);
    auto const first = world->log.append(LogWorld::proposal(plain_kind, {}));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->sequence, Sequence{1}) << "counted from the boot, which is 0";
    Proposal caused = LogWorld::proposal(plain_kind, {});
    caused.causes[0] = first->sequence;
    ASSERT_TRUE(world->log.append(caused));
    EXPECT_FALSE(world->log.drain({})) << "nothing is hashed before the head is known";

    ASSERT_TRUE(
        world->log.attach({.next = Sequence{1}, .head = head}, boot_after(*world, head), {}));
    EXPECT_EQ(world->log.next_sequence(), Sequence{4});
    auto const block = world->log.drain({});
    ASSERT_TRUE(block);
    EXPECT_EQ(block->first, Sequence{1});
    EXPECT_EQ(block->previous_head, head);
    ASSERT_EQ(block->entries.size(), 3U);
    auto const boot = decode_header({block->entries[0], entry_header_bytes});
    auto const last = decode_header({block->entries[2], entry_header_bytes});
    EXPECT_EQ(boot->kind, static_cast<std::uint16_t>(LogKind::boot));
    EXPECT_EQ(last->sequence, Sequence{3});
    EXPECT_EQ(last->causes[0], Sequence{2}) << "the cause moved with its entry";
    EXPECT_EQ(world->state.boot_number(), BootNumber{1});
    EXPECT_EQ(world->state.next(), Sequence{4});
}

TEST(LogAttach, NothingDurableAndNothingNumberedIsTakenWhileDetached) {
    LogWorld world;
    EXPECT_EQ(world.log.append(LogWorld::proposal(durable_kind, {})).error().code,
              Code::log_detached);
    Proposal numbered = LogWorld::proposal(plain_kind, {});
    numbered.producer = ProducerId{1};
    numbered.producer_number = ProducerNumber{1};
    EXPECT_EQ(world.log.append(numbered).error().code, Code::log_detached);
    EXPECT_EQ(world.log.next_sequence(), Sequence{1});
}

TEST(LogAttach, APointThatTheStateDoesNotReachIsRefused) {
    Hash256 head{};
    auto const world = recovered_world(head);
    EXPECT_EQ(world->log.attach({.next = Sequence{2}, .head = head}, boot_after(*world, head), {})
                  .error()
                  .code,
              Code::out_of_range);
    EXPECT_EQ(world->log.attach({.next = Sequence{1}, .head = head}, boot_after(*world, {}), {})
                  .error()
                  .code,
              Code::out_of_range)
        << "the boot names another head";
    EXPECT_FALSE(world->log.attached());
}

TEST(LogAttach, ALogIsAttachedOnce) {
    LogWorld world;
    world.begin();
    EXPECT_EQ(world.log.begin(Genesis{}, {}).error().code, Code::already_attached);
    EXPECT_EQ(world.log.attach({}, {}, {}).error().code, Code::already_attached);
}

TEST(LogAttach, ARestartedWriterTakesOnAtAnyPlaceThatThisLogLinked) {
    LogWorld world;
    world.begin();
    for (int index = 0; index < 5; ++index) {
        ASSERT_TRUE(world.log.append(LogWorld::proposal(plain_kind, {})));
    }
    auto const two = world.log.drain({.entries_max = 2});
    AttachPoint const middle{.next = two->end(), .head = two->head};
    auto const rest = world.log.drain({});
    ASSERT_TRUE(rest);
    Hash256 const head_before = rest->head;
    std::array<std::byte, 3> const waiting{std::byte{1}, std::byte{2}, std::byte{3}};
    ASSERT_TRUE(world.log.append(LogWorld::proposal(plain_kind, waiting)));

    ASSERT_TRUE(world.log.reattach(middle, Epoch{3}, {}));
    EXPECT_EQ(world.log.watermark(), middle.next);
    auto const again = world.log.drain({.entries_max = 3});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->first, middle.next);
    EXPECT_EQ(again->head, head_before) << "the same entries link to the same head";
    auto const attach = world.log.drain({});
    ASSERT_TRUE(attach);
    ASSERT_EQ(attach->entries.size(), 2U);
    auto const header = decode_header({attach->entries[1], entry_header_bytes});
    EXPECT_EQ(header->kind, static_cast<std::uint16_t>(LogKind::attach));
    auto const body =
        decode_whole<Attach>({attach->entries[1] + entry_header_bytes, header->body_bytes});
    ASSERT_TRUE(body);
    EXPECT_EQ(body->previous_head, link_of(host::portable_engine(), again->head, attach->leaves[0]))
        << "it stands behind what waited, and names the link before it";
    EXPECT_EQ(world.state.epoch(), Epoch{3});
}

TEST(LogAttach, AForeignHeadIsRefusedAndNothingChanges) {
    LogWorld world;
    world.begin();
    ASSERT_TRUE(world.log.append(LogWorld::proposal(plain_kind, {})));
    auto const block = world.log.drain({});
    Hash256 const root = world.state.root(host::portable_engine());
    Sequence const next = world.log.next_sequence();
    EXPECT_EQ(
        world.log.reattach({.next = block->end(), .head = Hash256{}}, Epoch{3}, {}).error().code,
        Code::forked);
    EXPECT_EQ(world.log.next_sequence(), next);
    EXPECT_EQ(world.state.root(host::portable_engine()), root);
}

} // namespace
} // namespace axiom::test

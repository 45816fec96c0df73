// A medium that has no room for another slot: what a log keeps for then, who may use it, and for
// what.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <axiom/log/log_kinds.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/prune_world.hpp>

namespace axiom::test {
namespace {

constexpr std::uint32_t reserve = 2;
constexpr std::uint32_t room_at_first = 8;

// Refuses new slots above a limit, which may be moved: somebody else gives up room, or takes it.
class LimitedStore final : public host::WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] Result<SlotIndex> extend() noexcept override {
        return slots() < limit ? inner().extend() : fail(Code::store_full);
    }

    std::uint32_t limit{room_at_first};
};

class FullMedium : public testing::Test {
  protected:
    Result<std::unique_ptr<host::LogSession>> open(bool may_use_reserve = false) {
        return open(store_, may_use_reserve);
    }

    Result<std::unique_ptr<host::LogSession>> open(Store& store, bool may_use_reserve) {
        auto options = world_.world.options();
        options.live.reserve_slots = reserve;
        options.live.may_use_reserve = may_use_reserve;
        return host::LogSession::open(store, options);
    }

    // Lines in groups of five until one finds no room.
    Error fill(host::LogSession& log) {
        if (last_line_ == 0) {
            EXPECT_TRUE(world_.world.stream(log, PruneWorld::producer));
        }
        while (true) {
            auto const line = world_.world.line(log, PruneWorld::producer, last_line_ + 1, 600);
            if (!line) {
                return line.error();
            }
            if (++last_line_ % 5 == 0) {
                if (auto const kept = log.commit(); !kept) {
                    return kept.error();
                }
            }
        }
    }

    void fill() {
        auto const log = open();
        ASSERT_TRUE(log);
        ASSERT_EQ(fill(**log).code, Code::store_full);
        ASSERT_EQ((*log)->close().error().code, Code::store_full);
    }

    // What is there when the power goes.
    static std::unique_ptr<host::MemoryStore> as_it_stands(host::MemoryStore& from) {
        auto to = std::make_unique<host::MemoryStore>(prune_geometry, from.slots());
        for (std::uint32_t slot = 0; slot < from.slots(); ++slot) {
            copy_bytes(to->slot_bytes(to->extend().value()), from.slot_bytes(SlotIndex{slot}));
        }
        EXPECT_TRUE(to->claim_epoch(from.claimed_epoch().value()));
        return to;
    }

    static std::uint32_t free_slots(host::MemoryStore& medium) {
        std::uint32_t count = 0;
        for (std::uint32_t slot = 0; slot < medium.slots(); ++slot) {
            count += is_zero(medium.slot_bytes(SlotIndex{slot})) ? 1 : 0;
        }
        return count;
    }

    Result<host::PruneAgreed> agree(Store& store, host::LogSession& log) {
        return world_.agree(store, log, log.domains().log().facts().boot_at);
    }

    void prune(Store& store) {
        auto const log = open(store, true);
        ASSERT_TRUE(log);
        auto const agreed = agree(store, **log);
        ASSERT_TRUE(agreed) << text_of(agreed.error().code).name;
        ASSERT_FALSE(agreed->entries.empty());
        ASSERT_TRUE((*log)->close());
        auto const paid = world_.pay(store);
        ASSERT_TRUE(paid);
        EXPECT_GE(paid->segments, 1U);
    }

    void expect_pruned(Store& store) {
        auto const verdict = world_.verdict(store);
        EXPECT_EQ(verdict.soundness(), host::Soundness::sealed);
        ASSERT_EQ(verdict.pruned.size(), 1U);
        EXPECT_GT(verdict.pruned[0].reduced, 0U);
    }

    PruneWorld world_;
    LimitedStore store_{world_.medium};
    std::uint64_t last_line_{};
};

TEST_F(FullMedium, AppendingLeavesTheReserveAndEndsInOrder) {
    fill();
    EXPECT_EQ(free_slots(world_.medium), reserve);
    EXPECT_EQ(world_.medium.slots(), room_at_first);
    auto const log = open(true);
    ASSERT_TRUE(log);
    EXPECT_TRUE((*log)->live().recovered().ended_in_order);
    EXPECT_FALSE((*log)->live().recovered().torn);
}

TEST_F(FullMedium, AWriterThatBeginsThereIsRefusedAndChangesNothing) {
    fill();
    auto const before = as_it_stands(world_.medium);
    auto const refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::log_full);
    ASSERT_EQ(world_.medium.slots(), before->slots());
    EXPECT_EQ(world_.medium.claimed_epoch().value(), before->claimed_epoch().value());
    for (std::uint32_t slot = 0; slot < before->slots(); ++slot) {
        EXPECT_TRUE(std::ranges::equal(world_.medium.slot_bytes(SlotIndex{slot}),
                                       before->slot_bytes(SlotIndex{slot})));
    }
}

TEST_F(FullMedium, WhoMayUseTheReserveTakesErasuresAndNothingElse) {
    fill();
    auto const log = open(true);
    ASSERT_TRUE(log);
    auto const line = world_.world.line(**log, PruneWorld::producer, last_line_ + 1, 20);
    EXPECT_EQ(line.error().code, Code::log_full);
    EXPECT_EQ(world_.world.mark(**log).error().code, Code::log_full);
    // Entry 3 is the first line.
    auto const erased = (*log)->propose({.domain = DomainNumber::log,
                                         .kind = static_cast<std::uint16_t>(LogKind::erase),
                                         .causes = {Sequence{3}, Sequence{}}},
                                        Erase{.sequence = Sequence{3}, .reason = "test"});
    ASSERT_TRUE(erased) << text_of(erased.error().code).name;
    ASSERT_TRUE((*log)->commit());
    auto const zeros = host::complete_erasures(store_, host::fastest_engine(), (*log)->watermark());
    ASSERT_TRUE(zeros);
    EXPECT_EQ(zeros->completed, 1U);
    ASSERT_TRUE((*log)->close());
    EXPECT_EQ(world_.verdict(store_).soundness(), host::Soundness::sealed);
    EXPECT_GE(free_slots(world_.medium), 1U);
}

TEST_F(FullMedium, ItIsPrunedAndTheReserveIsMadeUpBeforeAnybodyAppends) {
    fill();
    prune(store_);
    expect_pruned(store_);
    EXPECT_EQ(free_slots(world_.medium), reserve - 1);
    ++store_.limit; // here segments keep their slots: the room is somebody else's
    EXPECT_EQ(open().error().code, Code::log_full);
    EXPECT_EQ(free_slots(world_.medium), reserve);
    ++store_.limit;
    auto const log = open();
    ASSERT_TRUE(log);
    EXPECT_TRUE(world_.world.mark(**log));
    ASSERT_TRUE((*log)->close());
    EXPECT_GE(free_slots(world_.medium), reserve);
}

TEST_F(FullMedium, AfterACrashThereItCanStillBePruned) {
    std::unique_ptr<host::MemoryStore> crashed;
    {
        auto const log = open();
        ASSERT_TRUE(log);
        ASSERT_EQ(fill(**log).code, Code::store_full);
        crashed = as_it_stands(world_.medium);
    }
    ASSERT_EQ(free_slots(*crashed), reserve);
    EXPECT_EQ(open(*crashed, false).error().code, Code::log_full);
    EXPECT_EQ(free_slots(*crashed), reserve);
    prune(*crashed);
    expect_pruned(*crashed);
}

TEST_F(FullMedium, WhatPruningOwesIsPaidByWhoeverOpensIt) {
    fill();
    std::unique_ptr<host::MemoryStore> crashed;
    {
        auto const log = open(true);
        ASSERT_TRUE(log);
        auto const agreed = agree(store_, **log);
        ASSERT_TRUE(agreed);
        ASSERT_FALSE(agreed->entries.empty());
        crashed = as_it_stands(world_.medium);
    }
    EXPECT_EQ(open(*crashed, false).error().code, Code::log_full);
    auto const verdict = world_.verdict(*crashed);
    ASSERT_EQ(verdict.pruned.size(), 1U);
    EXPECT_GT(verdict.pruned[0].reduced, 0U);
    EXPECT_EQ(free_slots(*crashed), 1U);
}

TEST_F(FullMedium, NoSegmentTakesTheSlotThatPruningWritesTo) {
    fill();
    auto const log = open(true);
    ASSERT_TRUE(log);
    std::array<std::byte, 16> room{};
    auto const tick = encode_whole(MutableBytes{room}, Tick{});
    ASSERT_TRUE(tick);
    Result<void> kept{};
    for (unsigned count = 0; kept && count < 1000; ++count) {
        ASSERT_TRUE((*log)->append(LogKind::tick, *tick));
        kept = (*log)->commit();
    }
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, Code::store_full);
    EXPECT_EQ(free_slots(world_.medium), 1U);
}

TEST_F(FullMedium, PruningThatGetsNoSnapshotKeepsTheReserve) {
    world_.boot(store_, 40);
    store_.limit = world_.medium.slots() + reserve;
    std::string const folder = world_.world.snapshots().path();
    std::filesystem::remove_all(folder);
    std::ofstream{folder} << "in the way";
    {
        auto const log = open(true);
        ASSERT_TRUE(log);
        EXPECT_FALSE(agree(store_, **log));
        ASSERT_TRUE((*log)->close());
    }
    EXPECT_EQ(free_slots(world_.medium), reserve);
    std::filesystem::remove(folder);
    prune(store_);
    expect_pruned(store_);
}

TEST_F(FullMedium, PruningThatFindsNoSlotLeavesALogThatGoesOn) {
    auto options = world_.world.options(); // a log without a reserve
    world_.boot(store_, 40);
    store_.limit = world_.medium.slots();
    {
        auto const log = host::LogSession::open(store_, options);
        ASSERT_TRUE(log);
        EXPECT_EQ(agree(store_, **log).error().code, Code::store_full);
        ASSERT_TRUE((*log)->close());
    }
    EXPECT_EQ(world_.verdict(store_).soundness(), host::Soundness::sealed);
    auto const log = host::LogSession::open(store_, options);
    ASSERT_TRUE(log);
    EXPECT_TRUE((*log)->live().recovered().ended_in_order);
}

} // namespace
} // namespace axiom::test

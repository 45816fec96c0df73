// Pruning: what may go becomes leaves, everything else stays and verifies, and nothing is lost that
// no snapshot stands for.

#include <gtest/gtest.h>

#include <algorithm>

#include <sim-host/inspect/catalog.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/prune_world.hpp>
#include <tests/support/second_opinion.hpp>

namespace axiom::test {
namespace {

class LogPruning : public testing::Test {
  protected:
    LogPruning() {
        world_.boot(store_, 40);
        world_.boot(store_, 30);
    }

    // Runs of the bytes that every line consists of.
    std::size_t line_blocks() {
        std::size_t found = 0;
        for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
            Bytes const bytes = store_.slot_bytes(SlotIndex{slot});
            for (std::size_t at = 0; at < bytes.size(); at += 64) {
                Bytes const piece = bytes.subspan(at, 64);
                found += std::ranges::count(piece, std::byte{0x5A}) == 64 ? 1 : 0;
            }
        }
        return found;
    }

    Hash256 records_root(host::LogSession& log) {
        return log.domains().records().root(host::fastest_engine());
    }

    void expect_sealed_for_both() {
        host::Verdict const verdict = world_.verdict(store_);
        EXPECT_EQ(verdict.soundness(), host::Soundness::sealed);
        for (host::Finding const& finding : verdict.findings) {
            ADD_FAILURE() << finding.what;
        }
        expect_same_opinion(store_);
    }

    // Neither damage nor done: of 70 entries that one entry pruned, `reduced` are leaves.
    void expect_owed_for_both(std::uint64_t reduced) {
        host::Verdict const owed = world_.verdict(store_);
        EXPECT_EQ(owed.soundness(), host::Soundness::incomplete);
        EXPECT_EQ(owed.reduced, reduced);
        ASSERT_EQ(owed.pruned.size(), 1U);
        EXPECT_EQ(owed.pruned[0].count, 70U);
        ASSERT_EQ(owed.findings.size(), 1U);
        EXPECT_EQ(owed.findings[0].code, Code::pruning_owed);
        EXPECT_EQ(owed.findings[0].sequence, owed.pruned[0].entry);
        SecondOpinion const second = second_opinion(store_);
        EXPECT_TRUE(second.holds) << second.text;
        EXPECT_EQ(second.soundness, host::Soundness::incomplete) << second.text;
        EXPECT_NE(second.text.find("pruning_owed at " + std::to_string(owed.pruned[0].entry.value)),
                  std::string::npos)
            << second.text;
    }

    void expect_refused_by_both(Code code) {
        host::Verdict const verdict = world_.verdict(store_);
        EXPECT_EQ(verdict.soundness(), host::Soundness::tampering);
        EXPECT_TRUE(std::ranges::any_of(
            verdict.findings, [&](host::Finding const& finding) { return finding.code == code; }));
        SecondOpinion const second = second_opinion(store_);
        EXPECT_FALSE(second.holds);
        EXPECT_EQ(second.code, text_of(code).name);
    }

    PruneWorld world_;
    host::MemoryStore& store_{world_.medium};
};

TEST_F(LogPruning, OnlyTicksLinesAndWhatTheKernelDidMayGo) {
    std::vector<std::string> names; // but for the kernel's, all of which end with their boot
    for (DomainInfo const* const domain : host::known_domains()) {
        for (KindInfo const& kind : domain->kinds) {
            if (domain->number == DomainNumber::kernel) {
                EXPECT_TRUE(kind.prunable) << kind.name;
            } else if (kind.prunable) {
                names.push_back(std::string{domain->name} + "." + std::string{kind.name});
            }
            EntryHeader header{};
            header.domain = domain->number;
            header.kind = kind.number;
            EXPECT_EQ(host::is_prunable(header), kind.prunable);
        }
    }
    EXPECT_EQ(names, (std::vector<std::string>{"log.tick", "records.line"}));
    EntryHeader unknown{};
    unknown.domain = DomainNumber{99};
    EXPECT_FALSE(host::is_prunable(unknown));
}

TEST_F(LogPruning, WhatNoEarlierPruningCoversIsLeft) {
    std::array const pruned{PrunedRange{Sequence{2}, Sequence{5}},
                            PrunedRange{Sequence{8}, Sequence{9}}};
    auto const ends = [&](std::uint64_t end) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps;
        for (PrunedRange const& gap : host::not_pruned_below(pruned, Sequence{end})) {
            gaps.emplace_back(gap.first.value, gap.end.value);
        }
        return gaps;
    };
    using Gaps = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    EXPECT_EQ(ends(0), Gaps{});
    EXPECT_EQ(ends(1), (Gaps{{0, 1}}));
    EXPECT_EQ(ends(4), (Gaps{{0, 2}}));
    EXPECT_EQ(ends(7), (Gaps{{0, 2}, {5, 7}}));
    EXPECT_EQ(ends(12), (Gaps{{0, 2}, {5, 8}, {9, 12}}));
}

TEST_F(LogPruning, LinesBecomeLeavesAndEverythingElseStays) {
    ASSERT_GT(line_blocks(), 0U);
    auto const before = first_opinion(store_, nullptr);
    Sequence const boot_at = world_.prune(store_);
    EXPECT_EQ(line_blocks(), 0U);
    host::Verdict const verdict = world_.verdict(store_);
    EXPECT_EQ(verdict.reduced, 70U);
    ASSERT_EQ(verdict.pruned.size(), 1U);
    EXPECT_EQ(verdict.pruned[0].reduced, 70U);
    EXPECT_EQ(verdict.pruned[0].count, 70U);
    EXPECT_EQ(verdict.pruned[0].range, (host::SequenceRange{Sequence{0}, boot_at}));
    EXPECT_GT(verdict.next, before->chain.next);
    expect_sealed_for_both();
}

TEST_F(LogPruning, TheStateIsWhatItWasAndGoesOn) {
    Hash256 const before = records_root(*world_.open(store_));
    world_.prune(store_);
    auto const log = world_.open(store_);
    EXPECT_EQ(log->began_at(), world_.world.snapshots().list().back());
    EXPECT_EQ(records_root(*log), before);
    EXPECT_EQ(log->live().pruned_on_opening(), 0U);
    auto const next = world_.world.line(*log, PruneWorld::producer, 71, 10);
    EXPECT_TRUE(next && next->appended);
    EXPECT_TRUE(log->close());
    expect_sealed_for_both();
}

TEST_F(LogPruning, PayingAgainChangesNothing) {
    world_.prune(store_);
    Image before{store_};
    auto const again = world_.pay(store_);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->segments, 0U);
    EXPECT_EQ(again->entries, 0U);
    EXPECT_FALSE(before.differs());
}

TEST_F(LogPruning, ALaterPruningGoesOnWhereTheFirstEnded) {
    auto const end = Sequence{30}; // within a segment
    world_.prune(store_, end);
    EXPECT_GT(line_blocks(), 0U);
    expect_sealed_for_both();
    world_.prune(store_);
    EXPECT_EQ(line_blocks(), 0U);
    EXPECT_EQ(world_.verdict(store_).reduced, 70U);
    EXPECT_EQ(world_.verdict(store_).pruned.size(), 2U);
    expect_sealed_for_both();
    EXPECT_EQ(world_.open(store_)->domains().log().facts().pruned.size(), 1U);
}

TEST_F(LogPruning, WithoutASnapshotTheLogIsReadableButNotWritable) {
    world_.prune(store_);
    Sequence const stands = world_.world.snapshots().list().back();
    for (Sequence const sequence : world_.world.snapshots().list()) {
        world_.world.snapshots().remove(sequence);
    }
    Image before{store_};
    auto const refused = world_.world.open(store_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::entry_missing);
    EXPECT_EQ(refused.error().where, 3U); // the first line
    EXPECT_EQ(refused.error().detail, stands.value);
    EXPECT_FALSE(before.differs());
    expect_sealed_for_both();
}

TEST_F(LogPruning, WhatIsOwedIsIncompleteNoDamageAndIsPaidWhenTheLogIsOpened) {
    {
        auto const log = world_.open(store_);
        ASSERT_TRUE(world_.agree(store_, *log, log->domains().log().facts().boot_at));
        ASSERT_TRUE(log->close());
    }
    expect_owed_for_both(0);
    expect_same_opinion(store_);
    {
        auto const log = world_.open(store_);
        EXPECT_EQ(log->live().pruned_on_opening(), 70U);
        ASSERT_TRUE(log->close());
    }
    EXPECT_EQ(line_blocks(), 0U);
    EXPECT_EQ(world_.verdict(store_).reduced, 70U);
    expect_sealed_for_both();
}

// An older copy of a segment says what was pruned, and nothing in it is wrong.
TEST_F(LogPruning, ASegmentFromBeforeThePruningIsNotTakenForTheWholeAndGoesAgain) {
    std::vector<std::byte> const older{store_.slot_bytes(SlotIndex{0}).begin(),
                                       store_.slot_bytes(SlotIndex{0}).end()};
    std::size_t const before = line_blocks();
    world_.prune(store_);
    expect_sealed_for_both();
    bool put_back = false;
    for (std::uint32_t slot = 0; slot < store_.slots() && !put_back; ++slot) {
        MutableBytes const bytes = store_.slot_bytes(SlotIndex{slot});
        auto const header = store::decode_segment_header(host::fastest_engine(),
                                                         bytes.first(store::segment_header_bytes));
        put_back = header && header->number.value == 0 && header->generation == 1;
        if (put_back) {
            copy_bytes(bytes, older);
        }
    }
    ASSERT_TRUE(put_back);
    ASSERT_GT(line_blocks(), 0U);
    ASSERT_LT(line_blocks(), before) << "other segments were pruned too";
    expect_owed_for_both(world_.verdict(store_).reduced);
    ASSERT_TRUE(world_.open(store_)->close());
    EXPECT_EQ(line_blocks(), 0U);
    EXPECT_EQ(world_.verdict(store_).reduced, 70U);
    expect_sealed_for_both();
}

TEST_F(LogPruning, WhoHoldsTheBytesElsewhereIsToldWhileTheyAreStillThere) {
    {
        auto const log = world_.open(store_);
        ASSERT_TRUE(world_.agree(store_, *log, log->domains().log().facts().boot_at));
        ASSERT_TRUE(log->close());
    }
    std::size_t const lines = line_blocks();
    unsigned told = 0;
    auto options = world_.world.options();
    options.live.before_bytes_go = [&] {
        ++told;
        EXPECT_EQ(line_blocks(), lines);
    };
    {
        auto const log = host::LogSession::open(store_, options);
        ASSERT_TRUE(log);
        EXPECT_EQ((*log)->live().pruned_on_opening(), 70U);
        ASSERT_TRUE((*log)->close());
    }
    EXPECT_EQ(told, 1U);
    ASSERT_TRUE(host::LogSession::open(store_, options));
    EXPECT_EQ(told, 1U) << "nothing was owed";
}

TEST_F(LogPruning, NothingThatIsOwedGoesWhileNoSnapshotStandsForIt) {
    {
        auto const log = world_.open(store_);
        ASSERT_TRUE(world_.agree(store_, *log, log->domains().log().facts().boot_at));
        ASSERT_TRUE(log->close());
    }
    for (Sequence const sequence : world_.world.snapshots().list()) {
        world_.world.snapshots().remove(sequence);
    }
    auto const log = world_.open(store_); // from genesis: every entry is there
    EXPECT_FALSE(log->began_at());
    EXPECT_EQ(log->live().pruned_on_opening(), 0U);
    EXPECT_GT(line_blocks(), 0U);
}

TEST_F(LogPruning, WhatThePolicyDeniesLeavesNoTrace) {
    auto options = world_.world.options();
    options.principal = PrincipalId{99};
    auto const log = host::LogSession::open(store_, options);
    ASSERT_TRUE(log);
    Sequence const next = (*log)->live().next_sequence();
    auto const snapshots = world_.world.snapshots().list();
    auto const agreed = world_.agree(store_, **log, (*log)->domains().log().facts().boot_at);
    ASSERT_TRUE(agreed);
    EXPECT_TRUE(agreed->entries.empty());
    EXPECT_EQ(agreed->answer.verdict, policy::Verdict::not_permitted);
    EXPECT_EQ((*log)->live().next_sequence(), next);
    EXPECT_EQ(world_.world.snapshots().list(), snapshots);
}

TEST_F(LogPruning, WhatIsRefusedBeforeTheEntryKeepsItFromBeingMade) {
    auto const log = world_.open(store_);
    auto const agreed = world_.agree(store_, *log, log->domains().log().facts().boot_at,
                                     [] { return Result<void>{fail(Code::access_refused)}; });
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, Code::access_refused);
    ASSERT_TRUE(log->close());
    EXPECT_TRUE(world_.verdict(store_).pruned.empty());
}

TEST(LogPruningSpace, AFullMediumRefusesBeforeTheEntry) {
    PruneWorld wide;
    wide.boot(wide.medium, 40);
    auto const used = wide.medium.slots();
    PruneWorld world{used + 1}; // the segment that pruning begins is the last that fits
    world.boot(world.medium, 40);
    ASSERT_EQ(world.medium.slots(), used);
    auto const log = world.open(world.medium);
    auto const agreed = world.agree(world.medium, *log, log->domains().log().facts().boot_at);
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, Code::store_full);
    ASSERT_TRUE(log->close());
    EXPECT_TRUE(world.verdict(world.medium).pruned.empty());
    EXPECT_EQ(world.verdict(world.medium).soundness(), host::Soundness::sealed);
}

// Leaves that nobody pruned, and others than the entry says.
TEST_F(LogPruning, LeavesOutsideEveryRangeAreRefused) {
    world_.prune(store_, Sequence{30});
    world_.parts = {{{Sequence{30}, Sequence{60}}, {}}};
    ASSERT_TRUE(world_.pay(store_));
    expect_refused_by_both(Code::entry_missing);
}

TEST_F(LogPruning, MoreLeavesThanTheEntryCountsAreRefused) {
    auto const log = world_.open(store_);
    Sequence const end = log->domains().log().facts().boot_at;
    world_.parts = *host::plan_prune(store_, host::fastest_engine(), {}, end);
    --world_.parts[0].holds.leaves.count;
    ASSERT_TRUE(
        host::agree_to_prune(*log, store_, world_.parts, "test", [] { return Result<void>{}; }));
    ASSERT_TRUE(log->close());
    ASSERT_TRUE(world_.pay(store_));
    expect_refused_by_both(Code::entry_missing);
}

TEST_F(LogPruning, OtherLeavesThanTheEntryFoldsAreRefused) {
    auto const log = world_.open(store_);
    Sequence const end = log->domains().log().facts().boot_at;
    world_.parts = *host::plan_prune(store_, host::fastest_engine(), {}, end);
    world_.parts[0].holds.leaves.root.bytes[0] ^= std::byte{1};
    ASSERT_TRUE(
        host::agree_to_prune(*log, store_, world_.parts, "test", [] { return Result<void>{}; }));
    ASSERT_TRUE(log->close());
    ASSERT_TRUE(world_.pay(store_));
    expect_refused_by_both(Code::bad_proof);
}

TEST_F(LogPruning, AChangedByteOfAKeptLeafIsNamed) {
    world_.prune(store_);
    Image image{store_};
    std::size_t tried = 0;
    for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
        MutableBytes const bytes = store_.slot_bytes(SlotIndex{slot});
        for (std::size_t at = 0; at < bytes.size(); at += 331) {
            bytes[at] ^= std::byte{1};
            EXPECT_NE(world_.verdict(store_).soundness(), host::Soundness::sealed)
                << "slot " << slot << " offset " << at;
            image.restore(slot);
            ++tried;
        }
    }
    EXPECT_GT(tried, 100U);
}

} // namespace
} // namespace axiom::test

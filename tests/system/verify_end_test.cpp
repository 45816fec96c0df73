// Where a log ends and what that means: a crash is never called tampering, damage is never called a
// crash, and the verdict counts what lies before the end. The independent verifier agrees on each.

#include <gtest/gtest.h>

#include <cstring>

#include <axiom/store/recovery.hpp>
#include <sim-host/log/log_replay.hpp>
#include <tests/support/rule_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::Finding;
using host::MemoryStore;
using host::Severity;
using host::Soundness;
using host::Verdict;

constexpr std::size_t block_bytes = RuleLog::geometry.storage_block_bytes;

class VerifyEnd : public testing::Test {
  protected:
    static RuleLog base() {
        RuleLog log;
        log.block({boot_entry()}).durable();
        return log;
    }

    static RuleLog sealed_base() {
        RuleLog log = base();
        log.block({checkpoint_entry()}).end();
        return log;
    }

    /// What both verifiers say of the log.
    static Verdict verdict(RuleLog const& log) {
        std::vector<std::unique_ptr<MemoryStore>> stores;
        stores.push_back(log.store());
        Verdict const first = host::verify(*stores[0], verify_options());
        SecondOpinion const second = second_opinions(stores).at(0);
        EXPECT_EQ(second.soundness, first.soundness()) << second.text;
        if (second.soundness == Soundness::incomplete) {
            EXPECT_EQ(second.entries, first.entries) << second.text;
            EXPECT_EQ(second.tree_size, first.tree.size.value);
        } else {
            EXPECT_EQ(second.where, first_damaged(first)) << second.text;
        }
        return first;
    }

    static std::uint64_t first_damaged(Verdict const& verdict) {
        std::uint64_t first = ~std::uint64_t{0};
        for (Finding const& finding : verdict.findings) {
            if (finding.severity == Severity::tampering && finding.sequence) {
                first = std::min(first, finding.sequence->value);
            }
        }
        return first;
    }

    static void expect_ends_like(RuleLog const& log, Verdict const& whole) {
        Verdict const found = verdict(log);
        EXPECT_EQ(found.soundness(), Soundness::incomplete);
        EXPECT_EQ(found.entries, whole.entries);
        EXPECT_EQ(found.next, whole.next);
        EXPECT_EQ(found.head, whole.head);
        EXPECT_EQ(found.blocks, whole.blocks);
        EXPECT_EQ(found.tree, whole.tree);
        EXPECT_FALSE(found.ended_in_order);
    }
};

TEST_F(VerifyEnd, ATornBlockIsNotCounted) {
    RuleLog log = sealed_base();
    Verdict const whole = host::verify(*log.store(), verify_options());
    log.block({tick_entry(1), tick_entry(2)},
              {.bytes = [](auto& bytes) { bytes.back() ^= std::byte{1}; }});
    expect_ends_like(log, whole);
}

TEST_F(VerifyEnd, ABlockWhoseAttachmentNeverArrivedEndsTheLogBeforeIt) {
    RuleLog log = sealed_base();
    Verdict const whole = host::verify(*log.store(), verify_options());
    log.block({tick_entry(1), attached_entry("lost", true)}).block({tick_entry(2)});
    expect_ends_like(log, whole);
}

TEST_F(VerifyEnd, AnErasureThatOnlyTheLostPartNamesExplainsNothing) {
    RuleLog log = sealed_base();
    Verdict const whole = host::verify(*log.store(), verify_options());
    log.block({attached_entry("lost", true)}).block({attached_entry("lost too", true)});
    log.block({erase_entry(3)});
    expect_ends_like(log, whole);
}

TEST_F(VerifyEnd, ATornSegmentHeaderBlockEndsTheLogBeforeIt) {
    RuleLog log = base();
    log.block({checkpoint_entry()});
    Verdict const whole = host::verify(*log.store(), verify_options());
    log.segment({}, [](auto& slot) { slot[300] = std::byte{1}; });
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::incomplete);
    EXPECT_EQ(found.head, whole.head);
    EXPECT_EQ(found.findings.size(), 1U) << "and is listed once";
}

TEST_F(VerifyEnd, AHeaderWithoutAnEntryIsNoTampering) {
    RuleLog log = base();
    auto& slot = log.slots()[0];
    std::fill(slot.begin() + block_bytes, slot.end(), std::byte{});
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::incomplete);
    EXPECT_EQ(found.entries, 0U);
}

TEST_F(VerifyEnd, TheOnlyHeaderZeroedIsDamageOfEntryZero) {
    RuleLog log = sealed_base();
    auto& slot = log.slots()[0];
    std::fill(slot.begin(), slot.begin() + block_bytes, std::byte{});
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::tampering);
    EXPECT_EQ(first_damaged(found), 0U);
}

TEST_F(VerifyEnd, TheFirstOfSeveralHeadersRottenIsDamageOfEntryZeroAndOfNoKey) {
    RuleLog log = base();
    log.end().segment().block({tick_entry(1)}).durable().block({checkpoint_entry()}).end();
    log.slots()[0][200] ^= std::byte{1};
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::tampering);
    EXPECT_EQ(first_damaged(found), 0U);
    for (Finding const& finding : found.findings) {
        EXPECT_NE(finding.code, Code::bad_key) << finding.what;
    }
}

// No key is needed to mend a header's check. What it then says of where the log begins must not
// make a torn tail of everything behind it; and a writer refuses such a log, and cuts nothing.
TEST_F(VerifyEnd, AFirstHeaderThatSaysThatTheLogBeginsElsewhereIsDamageOfEntryZero) {
    std::vector<Edit<store::SegmentHeader>> const edits{
        [](auto& header) { header.first = Sequence{1'000'000}; },
        [](auto& header) { header.first = Sequence{2}; },
        [](auto& header) { header.previous_head.bytes[0] = std::byte{1}; },
        [](auto& header) { header.first = header.watermark = Sequence{1'000'000}; },
        [](auto& header) { header.blocks_before = 1; },
    };
    for (auto const& edit : edits) {
        RuleLog log = sealed_base();
        auto& slot = log.slots()[0];
        store::SegmentHeader header;
        std::memcpy(&header, slot.data(), sizeof(header));
        edit(header);
        store::seal_header(host::portable_engine(), header);
        copy_bytes(slot, store::header_bytes(header));
        Verdict const found = verdict(log);
        EXPECT_EQ(found.soundness(), Soundness::tampering);
        EXPECT_EQ(first_damaged(found), 0U);

        auto const store = log.store();
        std::vector<std::byte> buffer(store::scan_window_bytes(RuleLog::geometry));
        store::SegmentWindow window{*store, buffer};
        host::OwnedArena storage{store::SegmentMap::bytes_for(store->slots())};
        Arena arena = storage.arena();
        store::SegmentMap map{arena, store->slots()};
        ASSERT_TRUE(store::find_segments(host::portable_engine(), window, map));
        auto const recovered = store::recover(host::portable_engine(), window, map, nullptr);
        ASSERT_FALSE(recovered);
        EXPECT_EQ(recovered.error().code, Code::rot_below_watermark);
        EXPECT_EQ(recovered.error().where, 0U);
    }
}

TEST_F(VerifyEnd, AZeroedEntryHeaderIsDamageAndNoVersion) {
    RuleLog log = base();
    log.block({tick_entry(1), tick_entry(2)}, {.bytes = [](auto& bytes) {
                  std::fill(bytes.begin() + 384, bytes.begin() + 384 + 192, std::byte{});
              }});
    log.end();
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::tampering);
    EXPECT_EQ(first_damaged(found), 2U);
}

TEST_F(VerifyEnd, OfTwoDamagedEntriesInABlockTheFirstIsNamed) {
    RuleLog log = base();
    log.block({tick_entry(1), tick_entry(2)}, {.bytes = [](auto& bytes) {
                  bytes[384 + 192] ^= std::byte{1}; // the first body
                  bytes[384 + 192 + 64] ^=
                      std::byte{1}; // the second header, which is parsed before
              }});
    log.end();
    EXPECT_EQ(first_damaged(verdict(log)), 2U);
}

TEST_F(VerifyEnd, ASlotThatHoldsAcknowledgedEntriesNamesTheOneThatIsMissing) {
    RuleLog log = base();
    log.end().segment().block({tick_entry(1)}).end();
    log.slots()[1][200] ^= std::byte{1};
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::tampering);
    EXPECT_EQ(first_damaged(found), 2U);
}

TEST_F(VerifyEnd, WhatAFencedWriterBeganIsNoSecondCopy) {
    RuleLog log = base();
    log.block({checkpoint_entry()}).segment();
    std::vector<std::byte> const fenced = log.slots()[1];
    RuleLog other = base();
    other.block({checkpoint_entry()}).takes_over().segment().block({attach_entry()}).end();
    other.slots().push_back(fenced);
    Verdict const found = verdict(other);
    EXPECT_EQ(found.soundness(), Soundness::incomplete);
    EXPECT_EQ(found.next, Sequence{4});
}

TEST_F(VerifyEnd, AnErasureThatWasCutShortIsNoTampering) {
    RuleLog log = base();
    log.block({attached_entry(std::string(200, 'x'))},
              {.bytes = [](auto& bytes) { bytes[1024 + 100] = std::byte{}; }});
    log.durable().block({erase_entry(2)}).durable().block({checkpoint_entry()}).end();
    Verdict const found = verdict(log);
    EXPECT_EQ(found.soundness(), Soundness::incomplete);
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_EQ(found.findings[0].code, Code::erasure_owed);
    EXPECT_EQ(found.findings[0].sequence, Sequence{2});
}

} // namespace
} // namespace axiom::test

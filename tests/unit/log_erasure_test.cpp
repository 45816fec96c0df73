// Erasures: what Erase entries name becomes zeros, and nothing else changes.

#include <gtest/gtest.h>

#include <sim-host/log/erasure.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

class LogErasure : public testing::Test {
  protected:
    LogErasure() {
        log_.open();
        log_.add(1, 700);
        first_ = newest();
        log_.add(1, 300);
        log_.add(3);
    }

    Sequence newest() { return Sequence{log_.live().next_sequence().value - 1}; }

    Result<host::ErasureReport> complete(Sequence end = Sequence{~std::uint64_t{0}}) {
        return host::complete_erasures(store_, host::fastest_engine(), end);
    }

    host::Verdict verdict() { return host::verify(store_, verify_options()); }

    host::MemoryStore store_{small_geometry};
    SealedLog log_{store_, seed_number(1)};
    Sequence first_{};
};

TEST_F(LogErasure, WithoutAnEraseEntryNothingIsWritten) {
    log_.close();
    Image before{store_};
    auto const report = complete();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->named, 0U);
    EXPECT_EQ(report->completed, 0U);
    EXPECT_FALSE(before.differs());
}

TEST_F(LogErasure, WhatIsNamedIsZeroAndItsNeighbourIsUntouched) {
    log_.erase(first_);
    log_.seal();
    log_.close();
    host::Verdict const owed = verdict();
    EXPECT_EQ(owed.erasures_owed, 1U);
    EXPECT_EQ(owed.soundness(), host::Soundness::incomplete);
    ASSERT_EQ(owed.findings.size(), 1U);
    EXPECT_EQ(owed.findings[0].code, Code::erasure_owed);
    EXPECT_EQ(owed.findings[0].sequence, first_);
    EXPECT_EQ(second_opinion(store_).erasures_owed, 1U);
    auto const report = complete();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->named, 1U);
    EXPECT_EQ(report->completed, 1U);
    host::Verdict const after = verdict(); // re-hashes the neighbour's attachment
    EXPECT_EQ(after.soundness(), host::Soundness::sealed);
    EXPECT_EQ(after.worst, host::Severity::note);
    EXPECT_TRUE(after.findings.empty());
    EXPECT_EQ(after.erased, 1U);
    EXPECT_EQ(after.erasures_owed, 0U);
}

TEST_F(LogErasure, WhoHoldsTheBytesElsewhereIsToldWhileTheyAreStillThere) {
    log_.erase(first_);
    log_.close();
    Image before{store_};
    unsigned told = 0;
    auto const tell = [&] {
        ++told;
        EXPECT_FALSE(before.differs());
    };
    Sequence const end{~std::uint64_t{0}};
    ASSERT_EQ(host::complete_erasures(store_, host::fastest_engine(), end, tell)->completed, 1U);
    EXPECT_EQ(told, 1U);
    EXPECT_TRUE(before.differs());
    ASSERT_EQ(host::complete_erasures(store_, host::fastest_engine(), end, tell)->completed, 0U);
    EXPECT_EQ(told, 1U) << "nothing was owed";
}

TEST_F(LogErasure, DoneAgainItChangesNothing) {
    log_.erase(first_);
    log_.close();
    ASSERT_TRUE(complete());
    Image before{store_};
    auto const again = complete();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->named, 1U);
    EXPECT_EQ(again->completed, 0U);
    EXPECT_FALSE(before.differs());
}

TEST_F(LogErasure, AnEntryBeyondTheEndThatWasNamedErasesNothing) {
    Sequence const erase = log_.erase(first_);
    log_.close();
    Image before{store_};
    auto const report = complete(erase); // the Erase entry itself is not below the end
    ASSERT_TRUE(report);
    EXPECT_EQ(report->named, 0U);
    EXPECT_FALSE(before.differs());
}

TEST_F(LogErasure, AnOlderCopyPutBackIsOwedAgain) {
    log_.erase(first_);
    log_.seal();
    log_.close();
    Image older{store_};
    ASSERT_TRUE(complete());
    ASSERT_EQ(verdict().soundness(), host::Soundness::sealed);
    EXPECT_EQ(second_opinion(store_).erasures_owed, 0U);
    older.restore();
    EXPECT_EQ(verdict().soundness(), host::Soundness::incomplete);
    EXPECT_EQ(second_opinion(store_).erasures_owed, 1U);
    ASSERT_TRUE(complete());
    EXPECT_EQ(verdict().soundness(), host::Soundness::sealed);
}

TEST_F(LogErasure, AnEntryWithoutAttachmentLosesNothing) {
    log_.erase(newest());
    log_.seal();
    log_.close();
    EXPECT_EQ(verdict().soundness(), host::Soundness::sealed) << "and nothing is owed";
    Image before{store_};
    auto const report = complete();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->named, 1U);
    EXPECT_EQ(report->completed, 0U);
    EXPECT_FALSE(before.differs());
}

} // namespace
} // namespace axiom::test

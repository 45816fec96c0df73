// Erasures: what Erase entries name becomes zeros, and nothing else changes.

#include <gtest/gtest.h>

#include <sim-host/log/erasure.hpp>
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
    EXPECT_EQ(verdict().erasures_owed, 1U);
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

TEST_F(LogErasure, AnEntryWithoutAttachmentLosesNothing) {
    log_.erase(newest());
    log_.close();
    Image before{store_};
    auto const report = complete();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->named, 1U);
    EXPECT_EQ(report->completed, 0U);
    EXPECT_FALSE(before.differs());
}

} // namespace
} // namespace axiom::test

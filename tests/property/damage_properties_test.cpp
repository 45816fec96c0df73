// Random logs at rest, damaged by a few edits that may hide each other, and opened for writing.
//
// The rule (docs/log-format.md, 8): what a surviving watermark vouches for is kept, or the log is
// refused with the damaged entry's name and not a byte is changed; what nothing vouches for may be
// cut, and never refuses. What was kept is byte for byte what was written, and after more entries
// and an orderly end both verifiers find the log sound.
//
// AXIOM_LONG makes so many hundred times more logs. A failure's trace holds its seed, which alone
// makes it again.

#include <gtest/gtest.h>

#include <cstdlib>

#include <sim-host/log/erasure.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <tests/support/damaged_log.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

constexpr std::uint64_t damages_per_log = 12;

class DamagedLog {
  public:
    explicit DamagedLog(std::uint64_t seed) : seeded_{seed}, sound_{random_log(seeded_)} {
        parts_ = parts_of(*sound_);
        SeenEntries seen;
        auto const copy = clone(*sound_);
        LiveWorld world{*copy};
        auto const live = world.open(&seen);
        EXPECT_TRUE(live) << text_of(live.error().code).name << " at " << live.error().where;
        if (live) {
            seen.list.resize((*live)->recovered().chain.next.value);
        }
        written_ = std::move(seen.list);
    }

    void run() {
        for (std::uint64_t index = 0; index < damages_per_log; ++index) {
            SCOPED_TRACE("damage " + std::to_string(index));
            auto const medium = clone(*sound_);
            damage(seeded_, parts_, *medium);
            ASSERT_NO_FATAL_FAILURE(open(*medium));
        }
    }

  private:
    static std::string said(host::Verdict const& verdict) {
        std::string all;
        for (host::Finding const& finding : verdict.findings) {
            all += "; slot " + std::to_string(finding.slot ? finding.slot->value : 9999) + " at " +
                   std::to_string(finding.offset.value_or(0)) + ", " + finding.what;
        }
        return all;
    }

    void open(host::MemoryStore& medium) {
        Sequence const vouched = evidence(medium);
        auto const hurt = first_damage(parts_, *sound_, medium);
        auto const before = clone(medium);
        host::Verdict const verdict = host::verify(medium, verify_options());
        SeenEntries seen;
        LiveWorld world{medium};
        auto live = world.open(&seen);
        if (!live) {
            refused(live.error(), vouched, hurt);
            EXPECT_TRUE(verdict.worst >= host::Severity::tampering ||
                        live.error().code == Code::not_a_log)
                << "the verifier took it for a torn end; recovery named " << live.error().where
                << ", it ended at " << verdict.next.value << said(verdict);
            EXPECT_FALSE(Image{*before}.slots() != Image{medium}.slots())
                << "something was changed";
            return;
        }
        Sequence const kept = (*live)->recovered().chain.next;
        ASSERT_GE(kept, vouched) << "acknowledged entries were cut";
        seen.list.resize(kept.value);
        ASSERT_LE(kept.value, written_.size());
        ASSERT_TRUE(std::ranges::equal(seen.list, std::span{written_}.first(kept.value)));
        EXPECT_TRUE(!hurt || kept <= hurt->last) << "damage was kept";
        EXPECT_TRUE(hurt || kept.value == written_.size()) << "sound entries were cut";
        EXPECT_TRUE(verdict.worst <= host::Severity::incomplete)
            << "the verifier took a torn end at " << kept.value << " for damage" << said(verdict);
        EXPECT_EQ(verdict.next, kept) << said(verdict);
        goes_on(world, **live, kept);
        live->reset();
        sound_again(medium);
    }

    // Rot names its entry; a medium without a head and without a witness is no log.
    static void refused(Error error, Sequence vouched, std::optional<LogPart> const& hurt) {
        ASSERT_TRUE(hurt) << text_of(error.code).name << " of a log that is sound";
        if (error.code == Code::not_a_log) {
            EXPECT_EQ(vouched, Sequence{0}) << "entries were vouched for";
            EXPECT_EQ(hurt->first, Sequence{0});
            return;
        }
        ASSERT_EQ(error.code, Code::rot_below_watermark)
            << text_of(error.code).name << " at " << error.where;
        // What explains an attachment that is not there may be what is damaged.
        EXPECT_TRUE(error.where <= hurt->last.value || hurt->attachment)
            << error.where << " was named, and the damage lies before it, at " << hurt->last.value;
        EXPECT_LT(error.where, vouched.value) << "nothing vouches for what was named";
    }

    void goes_on(LiveWorld& world, host::LiveLog& live, Sequence kept) {
        for (std::uint64_t count = 1 + seeded_.below(40); count != 0; --count) {
            ASSERT_TRUE(LiveWorld::tick(live, count));
            if (seeded_.chance(300)) {
                ASSERT_TRUE(live.commit(live.next_sequence()));
            }
        }
        ASSERT_TRUE(live.close());
        SeenEntries again;
        auto const reopened = world.open(&again);
        ASSERT_TRUE(reopened) << text_of(reopened.error().code).name << " at "
                              << reopened.error().where;
        ASSERT_GE(again.list.size(), kept.value);
        EXPECT_TRUE(std::ranges::equal(std::span{again.list}.first(kept.value),
                                       std::span{written_}.first(kept.value)));
        ASSERT_TRUE((*reopened)->close());
    }

    // After the erasures that were owed, which whoever opens a log completes.
    void sound_again(host::MemoryStore& medium) {
        ASSERT_TRUE(
            host::complete_erasures(medium, host::fastest_engine(), Sequence{~std::uint64_t{0}}));
        host::Verdict const verdict = host::verify(medium, verify_options());
        EXPECT_EQ(verdict.worst, host::Severity::note) << said(verdict);
        if (seeded_.chance(60)) {
            SecondOpinion const second = second_opinion(medium);
            EXPECT_TRUE(second.holds) << second.text;
            EXPECT_FALSE(second.torn) << second.text;
            EXPECT_EQ(second.entries, verdict.next.value);
        }
    }

    Seeded seeded_;
    std::unique_ptr<host::MemoryStore> sound_;
    std::vector<LogPart> parts_;
    std::vector<std::vector<std::byte>> written_;
};

std::uint64_t logs() {
    char const* const longer = std::getenv("AXIOM_LONG");
    std::uint64_t const times = longer == nullptr ? 1 : 100 * std::strtoull(longer, nullptr, 10);
    return 40 * std::max<std::uint64_t>(times, 1);
}

TEST(DamageProperties, WhatAWatermarkVouchesForIsKeptOrTheLogIsRefused) {
    for (std::uint64_t seed = 1; seed <= logs() && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        DamagedLog{seed}.run();
    }
}

} // namespace
} // namespace axiom::test

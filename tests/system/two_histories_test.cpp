// Histories rewritten, spliced and rolled back by the real writer, so that every hash in them holds
// (THREATS.md, row 1): shown by a signature that is missing, by both verifiers, or only by what
// lies elsewhere.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include <tests/support/jury.hpp>
#include <tests/support/score.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;
using host::Soundness;
using host::Verdict;
using host::VerifyOptions;

void copy_to(MemoryStore& from, MemoryStore& to) {
    while (to.slots() < from.slots()) {
        AXIOM_ASSERT(to.extend().has_value());
    }
    for (std::uint32_t slot = 0; slot < from.slots(); ++slot) {
        copy_bytes(to.slot_bytes(SlotIndex{slot}), from.slot_bytes(SlotIndex{slot}));
    }
    for (std::uint32_t slot = from.slots(); slot < to.slots(); ++slot) {
        zero_bytes(to.slot_bytes(SlotIndex{slot}));
    }
    static_cast<void>(to.claim_epoch(*from.claimed_epoch()));
}

bool ends_on_a_seal(Verdict const& verdict) {
    return verdict.soundness() == Soundness::sealed && !verdict.ended_in_order && verdict.seal &&
           verdict.next.value == verdict.seal->entry.value + 1;
}

// Two histories that one log may have had: the same to entry k, and then not. Both are made by the
// real writer, so every hash in both is right.
class TwoHistories : public testing::Test {
  protected:
    /// What lies in `store`, taken on by whoever has the key of `seed`.
    static void take_on(MemoryStore& store, unsigned seed, std::uint64_t entries, bool sealed) {
        SealedLog log{store, seed_number(seed), SealedLog::Existing{}};
        log.open();
        log.add(entries);
        if (sealed) {
            log.seal();
        }
        log.close();
    }

    TwoHistories() {
        {
            SealedLog log{common_, seed_number(1)};
            log.open();
            log.add(20);
            log.seal();
            log.add(5);
            log.close();
        }
        copy_to(common_, honest_);
        copy_to(common_, other_);
        take_on(honest_, 1, 30, true);
        // What clients hold: a checkpoint over everything that the honest log had then.
        SealedLog log{honest_, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(3);
        held_ = log.note();
        log.seal();
        log.close();
    }

    static Verdict verdict(Store& store, std::string_view since = {}) {
        VerifyOptions options = verify_options();
        if (!since.empty()) {
            options.since = bytes_of(since);
        }
        return host::verify(store, options);
    }

    MemoryStore common_{small_geometry};
    MemoryStore honest_{small_geometry};
    MemoryStore other_{small_geometry};
    std::string held_;
};

TEST_F(TwoHistories, WithoutTheKeyARewrittenHistoryIsNeverSealed) {
    for (unsigned const seed : {1U, 7U}) {
        MemoryStore store{small_geometry};
        copy_to(common_, store);
        take_on(store, seed, 40, seed != 1);
        Verdict const found = verdict(store);
        EXPECT_EQ(found.soundness(), seed == 1 ? Soundness::incomplete : Soundness::tampering);
        EXPECT_EQ(found.soundness() == Soundness::tampering, !second_opinion(store).holds);
        EXPECT_NE(verdict(store, held_).soundness(), Soundness::sealed);
    }
}

TEST_F(TwoHistories, WithTheKeyOnlyWhatLiesElsewhereShowsIt) {
    take_on(other_, 1, 31, true);
    EXPECT_EQ(verdict(other_).soundness(), Soundness::sealed) << "every hash and signature holds";
    EXPECT_TRUE(second_opinion(other_).holds);
    Verdict shorter = verdict(other_, held_);
    EXPECT_EQ(shorter.soundness(), Soundness::incomplete) << "it has not come as far as was seen";
    take_on(other_, 1, 40, true);
    Verdict const longer = verdict(other_, held_);
    EXPECT_EQ(longer.soundness(), Soundness::tampering);
    EXPECT_TRUE(std::ranges::any_of(longer.findings, [](host::Finding const& finding) {
        return finding.code == Code::forked;
    }));
    EXPECT_EQ(verdict(honest_, held_).soundness(), Soundness::sealed);
}

// Row 1: `splice tail of another log (same genesis)`.
TEST_F(TwoHistories, NoPartOfOneIsAPartOfTheOther) {
    take_on(other_, 1, 60, true);
    take_on(other_, 1, 60, true);
    take_on(honest_, 1, 90, true);
    Image image{honest_};
    Jury jury{few_or_many(60, 2000)};
    Seeded choose{5};
    std::size_t tried = 0;
    auto const judge = [&](std::string const& what) {
        if (!image.differs()) {
            return;
        }
        Verdict const found = verdict(honest_);
        ASSERT_TRUE(found.soundness() != Soundness::sealed || ends_on_a_seal(found)) << what;
        ++tried;
        jury.hear(honest_, found, what);
        image.restore();
    };
    ASSERT_GT(other_.slots(), 2U);
    for (std::uint32_t to = 0; to < honest_.slots(); ++to) {
        for (std::uint32_t from = 0; from < other_.slots(); ++from) {
            MutableBytes const target = honest_.slot_bytes(SlotIndex{to});
            MutableBytes const source = other_.slot_bytes(SlotIndex{from});
            copy_bytes(target, source);
            ASSERT_NO_FATAL_FAILURE(judge("slot"));
            for (std::uint64_t round = 0; round < few_or_many(12, 400); ++round) {
                std::size_t const cut = 512 * choose.below(target.size() / 512);
                copy_bytes(target.subspan(cut), Bytes{source}.subspan(cut));
                ASSERT_NO_FATAL_FAILURE(judge("from " + std::to_string(cut)));
                std::size_t const length =
                    std::min<std::size_t>(512 * (1 + choose.below(6)), target.size() - cut);
                copy_bytes(target.subspan(cut, length), Bytes{source}.subspan(cut, length));
                ASSERT_NO_FATAL_FAILURE(judge("at " + std::to_string(cut)));
            }
        }
    }
    score("edits", tried, 0);
    EXPECT_GT(jury.decide(), 20U);
}

// Every older copy of a log, taken whole or in parts.
TEST_F(TwoHistories, EveryOlderCopyIsShownByWhatLiesElsewhereAndNoMixtureIsSound) {
    MemoryStore store{small_geometry};
    std::vector<std::unique_ptr<MemoryStore>> older;
    std::string held;
    {
        SealedLog log{store, seed_number(1)};
        for (int boot = 0; boot < 2; ++boot) {
            log.open();
            for (int group = 0; group < 20; ++group) {
                log.add(1 + static_cast<std::uint64_t>(group) % 3, group % 4 == 3 ? 200 : 0);
                if (group % 5 == 4) {
                    log.seal();
                }
                older.push_back(std::make_unique<MemoryStore>(small_geometry));
                copy_to(store, *older.back());
            }
            log.add(1);
            held = log.note();
            log.seal();
            log.close();
        }
    }
    ASSERT_EQ(verdict(store, held).soundness(), Soundness::sealed);
    Image image{store};
    Jury jury{few_or_many(60, 2000), 2};
    for (std::size_t copy = 0; copy < older.size(); ++copy) {
        std::string const what = "copy " + std::to_string(copy);
        Verdict const alone = verdict(*older[copy]);
        EXPECT_LE(alone.worst, host::Severity::incomplete) << what << ": nothing in it is false";
        Verdict const shown = verdict(*older[copy], held);
        EXPECT_EQ(shown.soundness(), Soundness::incomplete) << what;
        EXPECT_TRUE(std::ranges::any_of(shown.findings, [](host::Finding const& finding) {
            return finding.code == Code::rolled_back;
        })) << what;
        jury.hear(*older[copy], alone, what);
        for (std::uint32_t slot = 0; slot < older[copy]->slots(); ++slot) {
            copy_bytes(store.slot_bytes(SlotIndex{slot}), older[copy]->slot_bytes(SlotIndex{slot}));
            if (image.differs()) {
                Verdict const mixed = verdict(store);
                ASSERT_TRUE(mixed.soundness() != Soundness::sealed || ends_on_a_seal(mixed))
                    << what << ", slot " << slot;
                jury.hear(store, mixed, what + ", slot " + std::to_string(slot));
            }
            image.restore();
        }
    }
    EXPECT_GT(jury.decide(), 20U);
}

} // namespace
} // namespace axiom::test

// No damage to a sealed log is ever verified: every byte, every cut, thousands of edits and swaps
// (THREATS.md, row 1).

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <tests/support/jury.hpp>
#include <tests/support/score.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;
using host::Soundness;
using host::Verdict;

class VerifyDamage : public testing::Test {
  protected:
    VerifyDamage() { make_sealed_log(store_); }

    Verdict verdict() { return host::verify(store_, verify_options()); }

    /// The damage at hand was named, with a place.
    void expect_named(std::string const& what) {
        Verdict const found = verdict();
        ++tried_;
        ++codes_[std::pair{found.soundness(), found.findings.empty()
                                                  ? Code::not_sealed
                                                  : found.findings.front().code}];
        if (found.soundness() == Soundness::sealed && !found.ended_in_order && found.seal &&
            found.next.value == found.seal->entry.value + 1) {
            ++cuts_at_a_seal_; // the edit removed exactly what a clean cut there removes
            return;
        }
        ASSERT_NE(found.soundness(), Soundness::sealed) << what;
        ASSERT_TRUE(found.soundness() == Soundness::tampering ||
                    found.soundness() == Soundness::incomplete)
            << what;
        for (host::Finding const& finding : found.findings) {
            ASSERT_TRUE(finding.sequence || finding.slot || finding.segment) << what;
        }
        jury_.hear(store_, found, what);
    }

    void report(char const* what) {
        score("edits", tried_, 0);
        std::cout << what << ": " << tried_ << " tried, " << tried_ - cuts_at_a_seal_ << " named, "
                  << cuts_at_a_seal_ << " amount to a cut at a seal;";
        jury_.decide();
        EXPECT_LE(cuts_at_a_seal_, tried_ / 100);
        for (auto const& [kind, count] : codes_) {
            std::cout << ' ' << (kind.first == Soundness::tampering ? "3/" : "4/")
                      << text_of(kind.second).name << '=' << count;
        }
        std::cout << '\n';
    }

    MemoryStore store_{small_geometry};
    Jury jury_{few_or_many(60, 4000), few_or_many(67, 5)};
    std::uint64_t tried_{};
    std::uint64_t cuts_at_a_seal_{};
    std::map<std::pair<Soundness, Code>, std::uint64_t> codes_;
};

TEST_F(VerifyDamage, AnUntouchedLogIsSealed) {
    Verdict const found = verdict();
    for (auto const& finding : found.findings) {
        ADD_FAILURE() << text_of(finding.code).name << ": " << finding.what;
    }
    EXPECT_EQ(found.soundness(), Soundness::sealed);
    EXPECT_EQ(found.checkpoints, 3U);
    EXPECT_GT(found.segments, 2U);
    EXPECT_EQ(found.entries, found.next.value);
    EXPECT_EQ(found.entries_hashed, found.entries);
}

class VerifyDamageOfSlot : public VerifyDamage,
                           public testing::WithParamInterface<std::uint32_t> {};

TEST_P(VerifyDamageOfSlot, EveryByteFlippedIsNamed) {
    ASSERT_LE(store_.slots(), 5U); // every slot has its instance
    if (GetParam() >= store_.slots()) {
        return;
    }
    MutableBytes const bytes = store_.slot_bytes(SlotIndex{GetParam()});
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        // One bit of each byte, another one from byte to byte. Bytes behind the last frame are all
        // alike, and are sampled.
        bool const unused = bytes[at] == std::byte{0} && at % 61 != 0 && is_zero(bytes.subspan(at));
        if (unused) {
            continue;
        }
        std::byte const flip = std::byte{1} << (at % 8);
        bytes[at] ^= flip;
        ASSERT_NO_FATAL_FAILURE(expect_named("byte " + std::to_string(at)));
        bytes[at] ^= flip;
    }
    report("bytes flipped");
}

INSTANTIATE_TEST_SUITE_P(AllSlots, VerifyDamageOfSlot, testing::Range(0U, 5U));

TEST_F(VerifyDamage, EveryCutIsNamedUnlessItEndsOnASeal) {
    Image const image{store_};
    std::uint64_t clean = 0;
    std::uint64_t entries_last = 0;
    for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
        auto const& whole = image.slots()[slot];
        auto const used = static_cast<std::size_t>(
            std::find_if(whole.rbegin(), whole.rend(), [](std::byte b) { return b != std::byte{}; })
                .base() -
            whole.begin());
        for (std::size_t length = 0; length < used; length += length < 512 ? 8 : 32) {
            // What lies behind the cut is gone in this slot and in every later one.
            zero_bytes(store_.slot_bytes(SlotIndex{slot}).subspan(length));
            for (std::uint32_t later = slot + 1; later < store_.slots(); ++later) {
                zero_bytes(store_.slot_bytes(SlotIndex{later}));
            }
            Verdict const found = verdict();
            ++tried_;
            if (found.soundness() == Soundness::sealed) {
                ++clean;
                // Only at a seal, and never with an entry missing below it.
                ASSERT_TRUE(found.seal);
                ASSERT_LE(found.next.value, found.seal->entry.value + 1) << length;
                ASSERT_GE(found.next.value, entries_last);
                entries_last = found.next.value;
            }
            ASSERT_NE(found.soundness(), Soundness::failed);
            for (std::uint32_t later = slot; later < store_.slots(); ++later) {
                copy_bytes(store_.slot_bytes(SlotIndex{later}), image.slots()[later]);
            }
        }
    }
    std::cout << "cuts: " << tried_ << " tried, " << tried_ - clean << " named, " << clean
              << " end on a seal\n";
    EXPECT_GT(clean, 0U);
    EXPECT_LT(clean, tried_ / 4);
}

TEST_F(VerifyDamage, RandomEditsAreNamed) {
    Image image{store_};
    Seeded choose{20261121};
    for (int round = 0; round < static_cast<int>(few_or_many(4000, 100'000)); ++round) {
        std::uint64_t const edits = 1 + choose.below(8);
        for (std::uint64_t edit = 0; edit < edits; ++edit) {
            auto const slot = static_cast<std::uint32_t>(choose.below(store_.slots()));
            MutableBytes const bytes = store_.slot_bytes(SlotIndex{slot});
            std::size_t const length = 1 + choose.below(choose.chance(200) ? 600 : 9);
            std::size_t const at = choose.below(bytes.size() - length);
            for (std::size_t index = 0; index < length; ++index) {
                bytes[at + index] = static_cast<std::byte>(choose.next());
            }
        }
        if (image.differs()) {
            ASSERT_NO_FATAL_FAILURE(expect_named("round " + std::to_string(round)));
            image.restore();
        }
    }
    report("random edits");
}

TEST_F(VerifyDamage, SwappedDuplicatedAndDeletedPartsAreNamed) {
    Image image{store_};
    Seeded choose{77};
    for (int round = 0; round < static_cast<int>(few_or_many(4000, 100'000)); ++round) {
        auto const slot_a = static_cast<std::uint32_t>(choose.below(store_.slots()));
        auto const slot_b = static_cast<std::uint32_t>(choose.below(store_.slots()));
        std::size_t const unit = std::size_t{64} << choose.below(5);
        MutableBytes const a = store_.slot_bytes(SlotIndex{slot_a});
        MutableBytes const b = store_.slot_bytes(SlotIndex{slot_b});
        std::size_t const count = unit * (1 + choose.below(4));
        std::size_t const at = unit * choose.below((a.size() - count) / unit);
        std::size_t const to = unit * choose.below((b.size() - count) / unit);
        switch (choose.below(3)) {
        case 0: // swap
            for (std::size_t index = 0; index < count; ++index) {
                std::swap(a[at + index], b[to + index]);
            }
            break;
        case 1: // duplicate
            std::memmove(b.data() + to, a.data() + at, count);
            break;
        default: // delete: what follows moves up
            std::memmove(a.data() + at, a.data() + at + count, a.size() - at - count);
            zero_bytes(a.last(count));
            break;
        }
        if (image.differs()) {
            ASSERT_NO_FATAL_FAILURE(expect_named("round " + std::to_string(round)));
            image.restore();
        }
    }
    report("swaps, duplicates, deletions");
}

TEST_F(VerifyDamage, SwappedSegmentsAreTheSameLogAndDuplicatedOrMissingOnesAreNamed) {
    Image image{store_};
    for (std::uint32_t a = 0; a < store_.slots(); ++a) {
        for (std::uint32_t b = 0; b < store_.slots(); ++b) {
            if (a == b) {
                continue;
            }
            // Where a segment lies says nothing: its header does.
            copy_bytes(store_.slot_bytes(SlotIndex{a}), image.slots()[b]);
            copy_bytes(store_.slot_bytes(SlotIndex{b}), image.slots()[a]);
            EXPECT_EQ(verdict().soundness(), Soundness::sealed);
            image.restore();
            copy_bytes(store_.slot_bytes(SlotIndex{a}), image.slots()[b]);
            if (image.differs()) {
                ASSERT_NO_FATAL_FAILURE(
                    expect_named("slot " + std::to_string(b) + " over " + std::to_string(a)));
            }
            image.restore();
        }
    }
    report("segments in the place of others");
}

TEST_F(VerifyDamage, SegmentsOfAnotherLogAreNamed) {
    Image image{store_};
    MemoryStore other{small_geometry};
    make_sealed_log(other, "another");
    for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
        for (std::uint32_t from = 0; from < other.slots(); ++from) {
            if (is_zero(other.slot_bytes(SlotIndex{from}))) {
                continue;
            }
            copy_bytes(store_.slot_bytes(SlotIndex{slot}), other.slot_bytes(SlotIndex{from}));
            ASSERT_NO_FATAL_FAILURE(expect_named("foreign slot " + std::to_string(from)));
            image.restore();
        }
    }
    report("segments of another log");
}

// Every byte around the place where a log becomes another: the parent's last seal, the fork, the
// boot after it and the fork's first seal.
TEST_F(VerifyDamage, EveryByteOfAForkIsNamed) {
    MemoryStore store{{.storage_block_bytes = 512, .segment_bytes = 16U << 10U}};
    SealedLog log{store, seed_number(1)};
    log.open();
    log.add(3);
    log.seal();
    log.close();
    log.fork(seed_number(2));
    log.open();
    log.add(2);
    log.seal();
    log.close();
    ASSERT_EQ(host::verify(store, verify_options()).soundness(), Soundness::sealed);
    MutableBytes const bytes = store.slot_bytes(SlotIndex{0});
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] ^= std::byte{0x10};
        Verdict const found = host::verify(store, verify_options());
        ASSERT_NE(found.soundness(), Soundness::sealed) << at;
        ASSERT_FALSE(found.findings.empty()) << at;
        bytes[at] ^= std::byte{0x10};
    }
}

TEST_F(VerifyDamage, ForgedCheckpointsAreNamed) {
    struct Forgery {
        char const* what;
        unsigned seed;
        void (*forge)(Checkpoint&);
    };
    Forgery const forgeries[] = {
        {"another key", 9, [](Checkpoint&) {}},
        {"another root", 1, [](Checkpoint& c) { c.tree.root.bytes[3] ^= std::byte{1}; }},
        {"another size", 1, [](Checkpoint& c) { --c.tree.size.value; }},
        {"a size to come", 1,
         [](Checkpoint& c) {
             c.tree.size.value += 3;
             c.entries.value += 3;
         }},
        {"another head", 1, [](Checkpoint& c) { c.head.bytes[0] ^= std::byte{1}; }},
        {"other entries", 1, [](Checkpoint& c) { --c.entries.value; }},
        {"another log", 1, [](Checkpoint& c) { c.log_id.bytes[0] ^= std::byte{1}; }},
    };
    for (Forgery const& forgery : forgeries) {
        MemoryStore store{small_geometry};
        SealedLog log{store, seed_number(1)};
        log.open();
        log.add(10);
        log.seal_forged(seed_number(forgery.seed), forgery.forge);
        log.seal();
        log.close();
        EXPECT_EQ(host::verify(store, verify_options()).soundness(), Soundness::tampering)
            << forgery.what;
    }
}

TEST_F(VerifyDamage, AnotherFormatVersionIsItsOwnVerdict) {
    MutableBytes const bytes = store_.slot_bytes(SlotIndex{0});
    store::SegmentHeader header;
    std::memcpy(static_cast<void*>(&header), bytes.data(), sizeof header);
    header.format_version = 2;
    store::seal_header(host::portable_engine(), header);
    copy_bytes(bytes, store::header_bytes(header));
    EXPECT_EQ(verdict().soundness(), Soundness::version);
}

} // namespace
} // namespace axiom::test

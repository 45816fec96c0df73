// An attacker who knows the format, may write to the medium and has no key (THREATS.md, row 1):
// entries changed, swapped, repeated and left out, lengths that lie, all under hashes made anew.
// Each is named, by both verifiers.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <tests/support/forger.hpp>
#include <tests/support/jury.hpp>
#include <tests/support/memory_ceiling.hpp>
#include <tests/support/score.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;
using host::Soundness;
using host::Verdict;
using host::VerifyOptions;

class ForgedLog : public testing::Test {
  protected:
    ForgedLog() {
        SealedLog log{store_, seed_number(1)};
        log.open();
        log.add(9);
        log.seal();
        log.add(4, 120);
        log.close();
        log.open();
        log.add(14, 0, 7);
        log.seal();
        log.add(2);
        log.seal();
        log.close();
    }

    // Whatever lengths it is told, it needs no more memory than for the log that is there.
    Verdict verdict(VerifyOptions const& options = verify_options()) {
        MemoryCeiling const ceiling{verifier_bytes_max};
        return host::verify(store_, options);
    }

    // The window onto a frame, the facts of a segment, and what the allocator keeps.
    static constexpr std::uint64_t verifier_bytes_max = std::uint64_t{32} << 20U;

    MemoryStore store_{small_geometry};
};

TEST_F(ForgedLog, NoByteOfAnEntryIsChangedUnseenWhateverIsMadeAnew) {
    Image image{store_};
    Jury jury{few_or_many(300, 8000), 3};
    Seeded choose{11};
    // Nothing signed covers the newest checkpoint's own entry: under hashes made anew its header
    // may say another time. CAVEATS.md says so.
    Sequence const newest_seal = verdict().seal->entry;
    std::size_t tried = 0;
    for (Forgery const forgery : forgeries) {
        Forger forger{store_};
        for (std::size_t index = 0; index < forger.entries().size(); ++index) {
            std::size_t const bytes = forger.entry(index).size();
            // The header byte by byte in a campaign; a few of them and of the body otherwise.
            for (std::uint64_t round = 0; round < few_or_many(6, 60); ++round) {
                std::size_t const at = choose.below(bytes);
                forger.entry(index)[at] ^= static_cast<std::byte>(1 + choose.below(255));
                forger.cover(forgery, forger.entries()[index].frame);
                if (!image.differs()) {
                    continue; // a commitment, and it was made anew
                }
                Verdict const found = verdict();
                std::string const what = "entry " + std::to_string(index) + ", byte " +
                                         std::to_string(at) + ", forgery " +
                                         std::to_string(static_cast<int>(forgery));
                bool const unsigned_yet = forger.entries()[index].sequence == newest_seal &&
                                          forgery == Forgery::chained && at < entry_header_bytes;
                ASSERT_TRUE(found.soundness() != Soundness::sealed || unsigned_yet) << what;
                ASSERT_NE(found.soundness(), Soundness::failed) << what;
                ++tried;
                jury.hear(store_, found, what);
                image.restore();
            }
        }
    }
    score("edits", tried, 0);
    EXPECT_GT(jury.decide(), 100U);
}

TEST_F(ForgedLog, EntriesSwappedRepeatedOrLeftOutAreSeenWhateverIsMadeAnew) {
    Image image{store_};
    Jury jury{few_or_many(80, 4000), 3};
    Forger forger{store_};
    for (Forgery const forgery : forgeries) {
        for (std::size_t index = 0; index + 1 < forger.entries().size(); ++index) {
            auto const& first = forger.entries()[index];
            auto const& second = forger.entries()[index + 1];
            if (first.bytes != second.bytes) {
                continue;
            }
            for (int how = 0; how < 2; ++how) {
                MutableBytes const a = forger.entry(index);
                MutableBytes const b = forger.entry(index + 1);
                if (how == 0) {
                    std::swap_ranges(a.begin(), a.end(), b.begin());
                } else {
                    copy_bytes(b, a); // the second is left out, the first comes twice
                }
                // With and without the numbers put right.
                for (bool const numbered : {false, true}) {
                    if (numbered) {
                        store_le(a.subspan(8), first.sequence.value);
                        store_le(b.subspan(8), second.sequence.value);
                    }
                    forger.cover(forgery, first.frame);
                    forger.cover(forgery, second.frame);
                    Verdict const found = verdict();
                    std::string const what = "entries " + std::to_string(index) + " and next, " +
                                             (how == 0 ? "swapped" : "repeated") + ", forgery " +
                                             std::to_string(static_cast<int>(forgery));
                    ASSERT_NE(found.soundness(), Soundness::sealed) << what;
                    jury.hear(store_, found, what);
                }
                image.restore();
            }
        }
    }
    EXPECT_GT(jury.decide(), 40U);
}

// Row 1: `length = 0xFFFFFFFF, or entry count overflow`. Every field of a frame, a record, an entry
// header and a segment header that a reader might size something by, at its extremes, under checks
// that hold.
TEST_F(ForgedLog, LengthsAndCountsThatLieAreRefusedUnderChecksThatHold) {
    Image image{store_};
    Jury jury{few_or_many(500, 8000), 3};
    Forger forger{store_};
    struct Length {
        std::size_t at;
        std::size_t width;
    };
    std::vector<std::uint64_t> const lies{0,       1,          63,         64,         256,
                                          0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFC0,
                                          ~0ULL,   ~0ULL - 63, 1ULL << 62U};
    auto const tell = [&](MutableBytes bytes, Length const& field, std::uint64_t lie) {
        std::array<std::byte, 8> raw{};
        store_le(MutableBytes{raw}, lie);
        copy_bytes(bytes.subspan(field.at, field.width), Bytes{raw}.first(field.width));
    };
    Verdict const sound = verdict();
    // A header's epoch, boot, watermark and generation are under no hash of the chain: what they
    // may be is bounded by what comes before and after, and within that they say nothing of any
    // entry.
    auto const judge = [&](std::string const& what, bool loose = false) {
        if (image.differs()) {
            Verdict const found = verdict();
            bool const the_same = found.head == sound.head && found.tree == sound.tree &&
                                  found.next == sound.next && found.epoch == sound.epoch &&
                                  found.boot == sound.boot && found.entries == sound.entries;
            ASSERT_TRUE(found.soundness() != Soundness::sealed || (loose && the_same)) << what;
            ASSERT_NE(found.soundness(), Soundness::failed) << what;
            jury.hear(store_, found, what);
            image.restore();
        }
    };
    // offset, content, stride, attachments; count and first of the record behind the prefix
    for (Length const& field :
         {Length{8, 8}, {16, 4}, {20, 4}, {24, 4}, {28, 4}, {76, 4}, {80, 8}, {104, 8}}) {
        for (std::size_t frame = 0; frame < forger.frames().size(); frame += 2) {
            for (std::uint64_t const lie : lies) {
                tell(forger.frame(frame), field, lie);
                forger.cover(Forgery::framed, frame);
                ASSERT_NO_FATAL_FAILURE(judge("frame " + std::to_string(frame) + ", field " +
                                              std::to_string(field.at) + ", " +
                                              std::to_string(lie)));
            }
        }
    }
    // sequence, body and attachment lengths of an entry
    for (Length const& field : {Length{8, 8}, {16, 4}, {20, 4}}) {
        for (std::size_t entry = 0; entry < forger.entries().size(); entry += 3) {
            for (std::uint64_t const lie : lies) {
                for (Forgery const forgery : {Forgery::rooted, Forgery::chained}) {
                    tell(forger.entry(entry), field, lie);
                    forger.cover(forgery, forger.entries()[entry].frame);
                    ASSERT_NO_FATAL_FAILURE(judge("entry " + std::to_string(entry) + ", field " +
                                                  std::to_string(field.at) + ", " +
                                                  std::to_string(lie)));
                }
            }
        }
    }
    // number, segment length, storage block, generation, epoch, first, watermark, blocks, end
    for (Length const& field : {Length{16, 8},
                                {24, 8},
                                {32, 4},
                                {36, 4},
                                {40, 8},
                                {56, 8},
                                {64, 8},
                                {72, 8},
                                {80, 8},
                                {88, 8}}) {
        for (std::uint32_t slot = 0; slot < store_.slots(); ++slot) {
            if (is_zero(store_.slot_bytes(SlotIndex{slot}))) {
                continue;
            }
            for (std::uint64_t const lie : lies) {
                tell(forger.header(SlotIndex{slot}), field, lie);
                forger.cover_header(SlotIndex{slot});
                bool const loose =
                    field.at == 36 || field.at == 40 || field.at == 48 || field.at == 64;
                ASSERT_NO_FATAL_FAILURE(judge("slot " + std::to_string(slot) + ", field " +
                                                  std::to_string(field.at) + ", " +
                                                  std::to_string(lie),
                                              loose));
            }
        }
    }
    EXPECT_GT(jury.decide(), 100U);
}

} // namespace
} // namespace axiom::test

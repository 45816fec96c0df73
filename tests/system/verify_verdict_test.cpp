// What a verdict says of sound logs: how far they are sealed, and what it rests on.

#include <gtest/gtest.h>

#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;
using host::Severity;
using host::Soundness;
using host::Verdict;
using host::VerifyOptions;

bool has(Verdict const& verdict, Code code) {
    return std::ranges::any_of(verdict.findings,
                               [&](host::Finding const& finding) { return finding.code == code; });
}

class VerifyVerdict : public testing::Test {
  protected:
    Verdict verdict(VerifyOptions const& options = verify_options()) {
        return host::verify(store_, options);
    }

    MemoryStore store_{small_geometry};
};

TEST_F(VerifyVerdict, ATailOfNothingButTheNewestCheckpointsEntryIsSealed) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(3);
    EXPECT_EQ(verdict().soundness(), Soundness::incomplete) << "nothing is sealed yet";
    log.seal();
    EXPECT_EQ(verdict().soundness(), Soundness::sealed);
    log.add(1);
    Verdict const tail = verdict();
    EXPECT_EQ(tail.soundness(), Soundness::incomplete);
    EXPECT_EQ(tail.worst, Severity::note) << "an unsealed tail is no damage";
    log.close();
}

TEST_F(VerifyVerdict, SeveralJobsSayWhatOneSays) {
    make_sealed_log(store_);
    Verdict const one = verdict();
    VerifyOptions options = verify_options();
    options.jobs = 3;
    Verdict const three = verdict(options);
    EXPECT_EQ(three.soundness(), Soundness::sealed);
    EXPECT_EQ(three.head, one.head);
    EXPECT_EQ(three.tree, one.tree);
    EXPECT_EQ(three.entries, one.entries);
    store_.slot_bytes(SlotIndex{1})[2000] ^= std::byte{4};
    options.jobs = 1;
    Verdict const damaged = verdict(options);
    options.jobs = 3;
    Verdict const again = verdict(options);
    ASSERT_FALSE(damaged.findings.empty());
    ASSERT_EQ(again.findings.size(), damaged.findings.size());
    EXPECT_EQ(again.findings[0].sequence, damaged.findings[0].sequence);
    EXPECT_EQ(again.findings[0].code, damaged.findings[0].code);
}

TEST_F(VerifyVerdict, TheNamedKeyMustHaveSealedTheLog) {
    make_sealed_log(store_);
    VerifyOptions options = verify_options();
    options.key = host::signature_engine().public_key(seed_number(1));
    EXPECT_EQ(verdict(options).soundness(), Soundness::sealed);
    options.key = host::signature_engine().public_key(seed_number(2));
    Verdict const other = verdict(options);
    EXPECT_EQ(other.soundness(), Soundness::tampering);
    EXPECT_TRUE(has(other, Code::wrong_key));
}

TEST_F(VerifyVerdict, AnOlderKeyOfTheEraIsTrustedHoweverManyFollowedAndOneThatWasLostIsNot) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    for (unsigned number = 2; number <= 22; ++number) {
        log.rotate(seed_number(number));
    }
    log.seal();
    VerifyOptions options = verify_options();
    for (unsigned const number : {1U, 2U, 3U, 22U}) {
        options.key = host::signature_engine().public_key(seed_number(number));
        EXPECT_EQ(verdict(options).soundness(), Soundness::sealed) << number;
    }
    log.lose(seed_number(23));
    options.key = host::signature_engine().public_key(seed_number(23));
    EXPECT_TRUE(has(verdict(options), Code::wrong_key)) << "it has sealed nothing yet";
    log.seal();
    log.close();
    for (unsigned const number : {1U, 3U, 22U}) {
        options.key = host::signature_engine().public_key(seed_number(number));
        EXPECT_TRUE(has(verdict(options), Code::wrong_key)) << number;
    }
    options.key = host::signature_engine().public_key(seed_number(23));
    EXPECT_EQ(verdict(options).soundness(), Soundness::sealed);
}

TEST_F(VerifyVerdict, TheNamedLogMustBeTheLog) {
    make_sealed_log(store_);
    VerifyOptions options = verify_options();
    options.log_id = verdict().log_id;
    EXPECT_EQ(verdict(options).soundness(), Soundness::sealed);
    options.log_id->bytes[0] ^= std::byte{1};
    EXPECT_TRUE(has(verdict(options), Code::wrong_log));
}

TEST_F(VerifyVerdict, ATrustedCheckpointSparesHashingButNotOrder) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(50);
    std::string const note = log.note();
    std::uint64_t const covered = log.checkpoint().entries.value;
    log.seal();
    log.add(50);
    log.seal();
    log.close();
    VerifyOptions options = verify_options();
    options.since = bytes_of(note);
    Verdict const found = verdict(options);
    EXPECT_EQ(found.soundness(), Soundness::sealed);
    EXPECT_EQ(found.range.first.value, covered);
    EXPECT_TRUE(found.anchors.checkpoint);
    EXPECT_FALSE(found.anchors.refuted);

    MemoryStore other{small_geometry};
    make_sealed_log(other, "another");
    EXPECT_TRUE(has(host::verify(other, options), Code::wrong_log));
}

// What was given holds nothing: that is not the same as nothing given.
TEST_F(VerifyVerdict, AnEmptyAnchorDoesNotHold) {
    make_sealed_log(store_);
    VerifyOptions receipt = verify_options();
    receipt.receipt = Bytes{};
    VerifyOptions since = verify_options();
    since.since = Bytes{};
    for (VerifyOptions const& options : {receipt, since}) {
        Verdict const found = verdict(options);
        EXPECT_EQ(found.soundness(), Soundness::tampering);
        EXPECT_TRUE(has(found, Code::truncated));
    }
}

// Its tree and entries may be right: only the signature says that the log's owner saw them.
TEST_F(VerifyVerdict, ATrustedCheckpointIsSignedByTheKeyThatTheLogHadThen) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(50);
    std::string const note = log.note();
    Checkpoint const checkpoint = log.checkpoint();
    log.seal();
    log.close();
    auto const with = [&](std::string_view since) {
        VerifyOptions options = verify_options();
        options.since = bytes_of(since);
        return verdict(options);
    };
    EXPECT_EQ(with(note).soundness(), Soundness::sealed);

    std::string flipped = note;
    char& digit = flipped[flipped.size() - 8]; // within the signature, before its padding
    digit = digit == 'A' ? 'B' : 'A';
    std::string renamed = note;
    std::size_t const name = renamed.rfind(origin_prefix) + origin_prefix.size();
    renamed[name] = renamed[name] == '0' ? '1' : '0';
    std::string later = note;
    later.insert(later.find("\nepoch ") + 7, "1");
    std::array<std::byte, note_bytes_max> room{};
    auto const other = sign_checkpoint(host::fastest_engine(), host::signature_engine(), room,
                                       checkpoint, seed_number(2));
    ASSERT_TRUE(other.has_value());
    for (std::string_view const forged : {std::string_view{flipped}, std::string_view{renamed},
                                          std::string_view{later}, text_of(*other)}) {
        Verdict const found = with(forged);
        EXPECT_EQ(found.soundness(), Soundness::tampering) << forged;
        EXPECT_TRUE(has(found, Code::bad_signature)) << forged;
        EXPECT_FALSE(found.anchors.checkpoint);
    }
}

TEST_F(VerifyVerdict, ATrustedCheckpointHoldsWhicheverKeyOfTheLogIsNamed) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(5);
    std::string const before = log.note();
    log.seal();
    log.rotate(seed_number(2));
    log.add(5);
    std::string const after = log.note();
    log.seal();
    log.close();
    for (unsigned const key : {1U, 2U}) {
        for (std::string const& note : {before, after}) {
            VerifyOptions options = verify_options();
            options.key = host::signature_engine().public_key(seed_number(key));
            options.since = bytes_of(note);
            Verdict const found = verdict(options);
            EXPECT_EQ(found.soundness(), Soundness::sealed) << key;
            EXPECT_TRUE(found.anchors.checkpoint && found.anchors.key) << key;
        }
    }
}

TEST_F(VerifyVerdict, AnOlderCopyAndAForkAreNamedByACheckpointFromOutside) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(10);
    log.seal();
    Image older{store_};
    log.add(10);
    std::string const note = log.note();
    log.seal();
    VerifyOptions options = verify_options();
    options.since = bytes_of(note);
    EXPECT_EQ(verdict(options).soundness(), Soundness::sealed);
    log.close();

    older.restore();
    Verdict const rolled_back = verdict(options);
    EXPECT_EQ(rolled_back.soundness(), Soundness::incomplete);
    EXPECT_TRUE(has(rolled_back, Code::rolled_back));
    EXPECT_EQ(verdict().soundness(), Soundness::sealed) << "without it, nothing shows the cut";
}

TEST_F(VerifyVerdict, ARangeIsHashedAndTheRestIsWalked) {
    make_sealed_log(store_);
    VerifyOptions options = verify_options();
    options.range = {Sequence{1}, Sequence{20}};
    Verdict const found = verdict(options);
    EXPECT_EQ(found.soundness(), Soundness::sealed);
    EXPECT_EQ(found.entries, found.next.value);
    options.range = {Sequence{1}, Sequence{100000}};
    EXPECT_EQ(verdict(options).soundness(), Soundness::incomplete);
}

TEST_F(VerifyVerdict, ARangeBehindTheLogsEndIsNotVerified) {
    make_sealed_log(store_);
    VerifyOptions options = verify_options();
    Sequence const next = verdict(options).next;
    options.range.first = Sequence{next.value - 1};
    EXPECT_EQ(verdict(options).soundness(), Soundness::sealed);
    for (std::uint64_t const first : {next.value, next.value + 1, next.value + 9000}) {
        options.range.first = Sequence{first};
        Verdict const found = verdict(options);
        EXPECT_EQ(found.soundness(), Soundness::incomplete) << first;
        EXPECT_TRUE(has(found, Code::out_of_range)) << first;
    }
}

TEST_F(VerifyVerdict, ItRestsOnNothingThatSpeaksAgainstIt) {
    make_sealed_log(store_);
    VerifyOptions options = verify_options();
    options.log_id = verdict().log_id;
    options.key = host::signature_engine().public_key(seed_number(1));
    EXPECT_TRUE(verdict(options).anchors.log_id);
    EXPECT_TRUE(verdict(options).anchors.key);
    options.log_id->bytes[0] ^= std::byte{1};
    options.key = host::signature_engine().public_key(seed_number(2));
    EXPECT_FALSE(verdict(options).anchors.log_id);
    EXPECT_FALSE(verdict(options).anchors.key);
}

TEST_F(VerifyVerdict, AnErasedAttachmentIsExplainedByAnEntryOrMissing) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(1, 700);
    Sequence const target{log.live().next_sequence().value - 1};
    log.seal();
    log.close();
    // The attachment is the only run of random bytes that long: find it by wiping storage blocks
    // until the verifier misses it.
    Image image{store_};
    bool missed = false;
    std::size_t place = 0;
    for (std::size_t at = 512; !missed && at + 1024 <= small_geometry.segment_bytes; at += 512) {
        image.restore();
        zero_bytes(store_.slot_bytes(SlotIndex{0}).subspan(at, 1024));
        Verdict const found = verdict();
        missed = found.findings.size() == 1 && found.findings[0].code == Code::attachment_missing;
        if (missed) {
            place = at;
            EXPECT_EQ(found.findings[0].sequence, target);
            EXPECT_EQ(found.soundness(), Soundness::tampering);
        }
    }
    ASSERT_TRUE(missed);
    image.restore();
    log.open();
    log.erase(target);
    log.seal();
    log.close();
    zero_bytes(store_.slot_bytes(SlotIndex{0}).subspan(place, 1024));
    Verdict const erased = verdict();
    EXPECT_EQ(erased.soundness(), Soundness::sealed);
    EXPECT_EQ(erased.erased, 1U);
}

TEST_F(VerifyVerdict, AnErasureThatWasNotCarriedOutIsOwed) {
    SealedLog log{store_, seed_number(1)};
    log.open();
    log.add(1, 700);
    log.erase(Sequence{log.live().next_sequence().value - 1});
    log.seal();
    log.close();
    Verdict const found = verdict();
    EXPECT_EQ(found.soundness(), Soundness::incomplete);
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_EQ(found.findings[0].code, Code::erasure_owed);
    EXPECT_EQ(found.erasures_owed, 1U);
}

TEST_F(VerifyVerdict, AMediumWithoutASegmentIsNoSealedLog) {
    EXPECT_NE(verdict().soundness(), Soundness::sealed);
    ASSERT_TRUE(store_.extend());
    EXPECT_NE(verdict().soundness(), Soundness::sealed);
    store_.slot_bytes(SlotIndex{0})[5] = std::byte{1};
    EXPECT_NE(verdict().soundness(), Soundness::sealed);
}

} // namespace
} // namespace axiom::test

// Receipts: what a stranger is told, and everything that he must not be told.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <axiom/log/chain.hpp>
#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;
using test::seed_number;
using test::SmallLog;

HashEngine const& engine() {
    return host::fastest_engine();
}
SignatureEngine const& signatures() {
    return host::signature_engine();
}

Result<ReceiptVerdict> check(std::vector<std::byte> const& receipt, ReceiptTrust const& trust,
                             Bytes attachment = {}) {
    return check_receipt(engine(), signatures(), receipt, trust, attachment);
}

Code refusal(std::vector<std::byte> const& receipt, ReceiptTrust const& trust,
             Bytes attachment = {}) {
    auto const verdict = check(receipt, trust, attachment);
    EXPECT_FALSE(verdict);
    return verdict ? Code{} : verdict.error().code;
}

ReceiptTrust by_id(SmallLog const& log) {
    return {.log_id = log.log_id(), .key = {}};
}

std::vector<std::byte> written(Receipt const& parts) {
    std::vector<std::byte> room(receipt_bytes_max);
    auto const bytes = write_receipt(room, parts);
    EXPECT_TRUE(bytes);
    room.resize(bytes ? bytes->size() : 0);
    return room;
}

// Genesis, then blocks of 3, 1, 5 and 2 records.
SmallLog record_log() {
    SmallLog log{seed_number(1)};
    for (int const count : {3, 1, 5, 2}) {
        for (int index = 0; index < count; ++index) {
            log.add_record("record number " + std::to_string(log.entries().size()),
                           index == 1 ? "line that may be erased" : "");
        }
        log.seal();
    }
    return log;
}

TEST(receipt, proves_every_entry_to_whoever_knows_the_log_id) {
    SmallLog log = record_log();
    for (auto const& entry : log.entries()) {
        auto const verdict = check(log.receipt(entry.header.sequence), by_id(log));
        ASSERT_TRUE(verdict) << entry.header.sequence.value;
        EXPECT_EQ(entry.header, verdict->header);
        EXPECT_EQ(entry.leaf, verdict->leaf);
        EXPECT_EQ(log.checkpoint(), verdict->checkpoint);
        EXPECT_EQ(log.ring().current(), verdict->key);
        EXPECT_EQ(0U, verdict->origin);
        EXPECT_TRUE(verdict->body_shown);
        EXPECT_FALSE(verdict->attachment_shown);
        if (verdict->link) {
            EXPECT_EQ(entry.link, *verdict->link);
        }
    }
}

TEST(receipt, shows_the_entry_hash_of_a_block_s_first_and_last_entry) {
    SmallLog log = record_log();
    for (std::uint64_t const sequence : {0U, 1U, 3U, 4U, 5U, 9U, 10U, 11U}) {
        auto const verdict = check(log.receipt(Sequence{sequence}), by_id(log));
        ASSERT_TRUE(verdict && verdict->link) << sequence;
        EXPECT_EQ(log.entries()[sequence].link, *verdict->link);
    }
    EXPECT_FALSE(check(log.receipt(Sequence{2}), by_id(log))->link);
}

TEST(receipt, can_be_checked_by_key_or_by_both) {
    SmallLog log = record_log();
    auto const receipt = log.receipt(Sequence{6});
    PublicKey const key = signatures().public_key(seed_number(1));
    EXPECT_TRUE(check(receipt, {.log_id = {}, .key = key}));
    EXPECT_TRUE(check(receipt, {.log_id = log.log_id(), .key = key}));
    EXPECT_EQ(Code::bad_key, refusal(receipt, {}));
    EXPECT_EQ(Code::wrong_key,
              refusal(receipt, {.log_id = {}, .key = signatures().public_key(seed_number(2))}));
    EXPECT_EQ(Code::wrong_log, refusal(receipt, {.log_id = Hash256{}, .key = key}));
}

TEST(receipt, shows_attached_data_and_refuses_other_data) {
    SmallLog log = record_log();
    auto const receipt = log.receipt(Sequence{2});
    auto data = log.entries()[2].attachment;
    ASSERT_FALSE(data.empty());
    EXPECT_TRUE(check(receipt, by_id(log), data)->attachment_shown);
    for (std::byte& byte : data) {
        byte ^= std::byte{1};
        EXPECT_EQ(Code::commitment_mismatch, refusal(receipt, by_id(log), data));
        byte ^= std::byte{1};
    }
    EXPECT_EQ(Code::commitment_mismatch,
              refusal(receipt, by_id(log), Bytes{data}.first(data.size() - 1)));
    data.resize(data.size() + 64);
    EXPECT_EQ(Code::commitment_mismatch, refusal(receipt, by_id(log), data));
    EXPECT_EQ(Code::attachment_missing, refusal(log.receipt(Sequence{1}), by_id(log), data));
}

TEST(receipt, of_a_reduced_entry_leaves_the_body_out) {
    SmallLog log = record_log();
    Receipt parts = log.receipt_parts(Sequence{6});
    parts.subject.body = {};
    parts.salt = {};
    auto const verdict = check(written(parts), by_id(log));
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->body_shown);
}

TEST(receipt, follows_rotated_and_lost_keys_and_names_the_era) {
    SmallLog log = record_log();
    log.rotate(seed_number(2));
    log.add_record("between");
    log.seal();
    log.lose(seed_number(3), "fire");
    log.rotate(seed_number(4));
    log.add_record("after");
    log.seal();
    auto const receipt = log.receipt(Sequence{3});
    auto const verdict = check(receipt, by_id(log));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(1U, verdict->key.era);
    EXPECT_EQ(3U, verdict->key.number);
    EXPECT_EQ(key_hash(signatures().public_key(seed_number(4))), verdict->key.key);
    EXPECT_EQ(Code::wrong_key,
              refusal(receipt, {.log_id = {}, .key = signatures().public_key(seed_number(1))}));
}

// What `verify --key` accepts, a receipt's checker accepts.
TEST(receipt, an_older_key_of_the_era_vouches_for_the_newer_and_not_the_other_way_after_a_loss) {
    SmallLog log = record_log();
    log.rotate(seed_number(2));
    log.rotate(seed_number(3));
    log.seal();
    auto const by_key = [](unsigned seed) {
        return ReceiptTrust{.log_id = {}, .key = signatures().public_key(seed_number(seed))};
    };
    auto const receipt = log.receipt(Sequence{3});
    for (unsigned const seed : {1U, 2U, 3U}) {
        EXPECT_TRUE(check(receipt, by_key(seed))) << seed;
    }
    EXPECT_EQ(Code::wrong_key, refusal(receipt, by_key(4)));
    log.lose(seed_number(4), "fire");
    log.seal();
    auto const later = log.receipt(Sequence{3});
    EXPECT_TRUE(check(later, by_key(4)));
    for (unsigned const seed : {1U, 2U, 3U}) {
        EXPECT_EQ(Code::wrong_key, refusal(later, by_key(seed))) << seed;
    }
}

TEST(receipt, without_one_of_the_key_changes_or_with_them_in_another_order_is_refused) {
    SmallLog log = record_log();
    log.rotate(seed_number(2));
    log.rotate(seed_number(3));
    log.lose(seed_number(4), "");
    log.seal();
    Receipt const whole = log.receipt_parts(Sequence{3});
    ASSERT_TRUE(check(written(whole), by_id(log)));
    for (std::size_t left_out = 0; left_out < whole.keys.size(); ++left_out) {
        Receipt parts = whole;
        parts.keys.clear();
        for (std::size_t index = 0; index < whole.keys.size(); ++index) {
            if (index != left_out) {
                parts.keys.push_back(whole.keys[index]);
            }
        }
        EXPECT_FALSE(check(written(parts), by_id(log))) << left_out;
    }
    Receipt swapped = whole;
    std::swap(swapped.keys[1], swapped.keys[2]);
    EXPECT_FALSE(check(written(swapped), by_id(log)));
    Receipt twice = whole;
    twice.keys.push_back(whole.keys[3]);
    EXPECT_FALSE(check(written(twice), by_id(log)));
    Receipt other = whole;
    other.keys[1] = whole.subject;
    EXPECT_EQ(Code::bad_proof, refusal(written(other), by_id(log)));
}

TEST(receipt, of_a_forked_log_begins_at_the_fork) {
    SmallLog log = record_log();
    Hash256 const parent = log.log_id();
    Sequence const fork = log.fork(seed_number(8));
    log.add_record("in the fork");
    log.rotate(seed_number(9));
    log.seal();
    for (std::uint64_t const sequence : {0U, 3U, 11U, 12U, 13U, 14U}) {
        auto const verdict = check(log.receipt(Sequence{sequence}), by_id(log));
        ASSERT_TRUE(verdict) << sequence;
        EXPECT_EQ(fork.value, verdict->origin);
    }
    auto const receipt = log.receipt(Sequence{13});
    EXPECT_EQ(Code::wrong_log, refusal(receipt, {.log_id = parent, .key = {}}));
}

TEST(receipt, every_altered_byte_is_refused) {
    SmallLog log = record_log();
    log.rotate(seed_number(2));
    log.seal();
    auto const attachment = log.entries()[2].attachment;
    auto receipt = log.receipt(Sequence{2});
    ASSERT_TRUE(check(receipt, by_id(log), attachment));
    for (std::size_t index = 0; index < receipt.size(); ++index) {
        for (std::byte const flip : {std::byte{0x01}, std::byte{0x80}}) {
            receipt[index] ^= flip;
            EXPECT_FALSE(check(receipt, by_id(log), attachment)) << index;
            receipt[index] ^= flip;
        }
    }
    EXPECT_TRUE(check(receipt, by_id(log), attachment));
}

TEST(receipt, every_truncation_and_every_addition_is_refused) {
    SmallLog log = record_log();
    auto const receipt = log.receipt(Sequence{5});
    for (std::size_t cut = 0; cut < receipt.size(); ++cut) {
        std::vector<std::byte> const part{receipt.begin(),
                                          receipt.begin() + static_cast<std::ptrdiff_t>(cut)};
        EXPECT_EQ(Code::truncated, refusal(part, by_id(log))) << cut;
    }
    auto longer = receipt;
    longer.push_back(std::byte{0});
    EXPECT_EQ(Code::trailing_bytes, refusal(longer, by_id(log)));
}

TEST(receipt, an_entry_that_the_log_does_not_hold_gets_none) {
    SmallLog log = record_log();
    SmallLog other{seed_number(1)};
    for (int index = 0; index < 11; ++index) {
        other.add_record("another past " + std::to_string(index));
        other.seal();
    }
    Receipt parts = log.receipt_parts(Sequence{6});
    Receipt const others = other.receipt_parts(Sequence{6});
    parts.subject = others.subject;
    EXPECT_FALSE(check(written(parts), by_id(log)));
    parts = log.receipt_parts(Sequence{6});
    parts.subject.header = others.subject.header;
    parts.subject.body = others.subject.body;
    EXPECT_EQ(Code::leaf_mismatch, refusal(written(parts), by_id(log)));
    parts = log.receipt_parts(Sequence{6});
    parts.subject.body = others.subject.body;
    EXPECT_EQ(Code::commitment_mismatch, refusal(written(parts), by_id(log)));
}

// A thief of nothing: he knows the log's public genesis and signs a tree of his own making.
TEST(receipt, a_stranger_s_checkpoint_over_a_forged_tree_is_refused) {
    SmallLog log = record_log();
    Receipt parts = log.receipt_parts(Sequence{6});
    std::array<std::byte, note_bytes_max> room;
    parts.note = *sign_checkpoint(engine(), signatures(), room, log.checkpoint(), seed_number(66));
    EXPECT_EQ(Code::bad_signature, refusal(written(parts), by_id(log)));
}

TEST(receipt, of_a_later_checkpoint_does_not_mix_with_an_older_path) {
    SmallLog log = record_log();
    Receipt parts = log.receipt_parts(Sequence{6});
    SmallLog longer = record_log();
    longer.add_record("one more");
    longer.seal();
    std::string const later = longer.note();
    parts.note = bytes_of(later);
    EXPECT_FALSE(check(written(parts), by_id(log)));
}

TEST(receipt, parts_that_no_receipt_has_are_not_written) {
    SmallLog log = record_log();
    std::vector<std::byte> room(receipt_bytes_max);
    auto const code = [&](Receipt const& parts) {
        auto const bytes = write_receipt(room, parts);
        return bytes ? Code{} : bytes.error().code;
    };
    Receipt const whole = log.receipt_parts(Sequence{2});
    ASSERT_EQ(Code{}, code(whole));
    Receipt parts = whole;
    parts.keys.clear();
    EXPECT_EQ(Code::out_of_range, code(parts));
    parts = whole;
    parts.salt = parts.salt.first(31);
    EXPECT_EQ(Code::out_of_range, code(parts));
    parts = whole;
    parts.note = {};
    EXPECT_EQ(Code::out_of_range, code(parts));
    parts = whole;
    parts.subject.header = parts.subject.header.first(100);
    EXPECT_EQ(Code::out_of_range, code(parts));
    std::vector<std::byte> small(100);
    EXPECT_EQ(Code::no_room, write_receipt(small, whole).error().code);
}

TEST(receipt, padding_behind_a_body_is_zero) {
    SmallLog log = record_log();
    Receipt parts = log.receipt_parts(Sequence{6});
    std::vector<std::byte> body{parts.subject.body.begin(), parts.subject.body.end()};
    body.back() = std::byte{1};
    parts.subject.body = body;
    std::vector<std::byte> room(receipt_bytes_max);
    EXPECT_EQ(Code::padding_not_zero, write_receipt(room, parts).error().code);
}

} // namespace

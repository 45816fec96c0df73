// The chain of checkpoint keys.

#include <array>

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <axiom/tree/key_chain.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;

SignatureEngine const& signatures() {
    return host::signature_engine();
}

Hash256 key_of(unsigned number) {
    return key_hash(signatures().public_key(test::seed_number(number)));
}

class KeyChain : public ::testing::Test {
  public:
    Hash256 log_id = [] {
        Hash256 id;
        id.bytes.fill(std::byte{0x77});
        return id;
    }();
    KeyRing ring = key_ring_from(key_of(1), Sequence{0});

    [[nodiscard]] KeyRotate rotation(unsigned from, unsigned to) const {
        return *make_key_rotate(signatures(), ring, log_id,
                                {test::seed_number(from), test::seed_number(to)});
    }
    [[nodiscard]] KeyLost loss(unsigned to) const {
        return *make_key_lost(signatures(), ring, log_id, test::seed_number(to), "the disk died");
    }
};

TEST_F(KeyChain, a_rotation_continues_the_era) {
    KeyRotate const rotate = rotation(1, 2);
    ASSERT_TRUE(check_signed(signatures(), ring, log_id, rotate));
    apply_key(ring, rotate, Sequence{40});
    EXPECT_EQ((KeyRecord{.key = key_of(2), .number = 1, .era = 0, .since = Sequence{40}}),
              ring.current());
    EXPECT_EQ(key_of(1), ring.origin.key);
}

TEST_F(KeyChain, a_loss_begins_an_era) {
    KeyLost const lost = loss(2);
    ASSERT_TRUE(check_signed(signatures(), ring, log_id, lost));
    apply_key(ring, lost, Sequence{40});
    EXPECT_EQ((KeyRecord{.key = key_of(2), .number = 1, .era = 1, .since = Sequence{40}}),
              ring.current());
}

TEST_F(KeyChain, a_rotation_needs_both_signatures) {
    KeyRotate rotate = rotation(1, 2);
    rotate.by_old = rotation(1, 2).by_new;
    EXPECT_EQ(Code::bad_signature, check_signed(signatures(), ring, log_id, rotate).error().code);
    rotate = rotation(1, 2);
    rotate.by_new = rotate.by_old;
    EXPECT_EQ(Code::bad_signature, check_signed(signatures(), ring, log_id, rotate).error().code);
}

TEST_F(KeyChain, a_statement_holds_for_one_log_one_place_and_one_key_only) {
    Hash256 other_log = log_id;
    other_log.bytes[0] ^= std::byte{1};
    KeyRotate const rotate = rotation(1, 2);
    EXPECT_EQ(Code::bad_signature,
              check_signed(signatures(), ring, other_log, rotate).error().code);
    KeyRotate other_key = rotate;
    other_key.new_key = key_of(3);
    EXPECT_EQ(Code::bad_signature,
              check_signed(signatures(), ring, log_id, other_key).error().code);

    // Back to the first key and the same rotation once more: its number has passed.
    apply_key(ring, rotate, Sequence{5});
    apply_key(ring, rotation(2, 1), Sequence{6});
    EXPECT_EQ(Code::out_of_range, check_signed(signatures(), ring, log_id, rotate).error().code);
    KeyRotate renumbered = rotate;
    renumbered.number = 3;
    EXPECT_EQ(Code::bad_signature,
              check_signed(signatures(), ring, log_id, renumbered).error().code);
}

TEST_F(KeyChain, a_loss_cannot_skip_or_repeat_an_era) {
    for (std::uint32_t const era : {0U, 2U, ~0U}) {
        KeyLost lost = loss(2);
        lost.era = era;
        EXPECT_EQ(Code::out_of_range, check_next(ring, lost).error().code);
    }
    KeyLost lost = loss(2);
    lost.number = 2;
    EXPECT_EQ(Code::out_of_range, check_next(ring, lost).error().code);
}

TEST_F(KeyChain, the_key_in_force_does_not_follow_itself) {
    EXPECT_EQ(Code::already_exists, make_key_rotate(signatures(), ring, log_id,
                                                    {test::seed_number(1), test::seed_number(1)})
                                        .error()
                                        .code);
    EXPECT_EQ(Code::already_exists,
              make_key_lost(signatures(), ring, log_id, test::seed_number(1), "").error().code);
}

TEST_F(KeyChain, only_the_key_in_force_can_rotate) {
    EXPECT_EQ(Code::wrong_key, make_key_rotate(signatures(), ring, log_id,
                                               {test::seed_number(2), test::seed_number(3)})
                                   .error()
                                   .code);
}

TEST_F(KeyChain, a_reason_that_could_not_be_stored_is_refused) {
    auto const code = [&](std::string_view reason) {
        return make_key_lost(signatures(), ring, log_id, test::seed_number(2), reason).error().code;
    };
    EXPECT_EQ(Code::too_long, code(std::string(key_lost_reason_bytes_max + 1, 'a')));
    EXPECT_EQ(Code::bad_text, code("\xFF"));
}

TEST_F(KeyChain, the_ring_keeps_the_newest_keys_and_the_origin) {
    for (unsigned number = 1; number <= 40; ++number) {
        apply_key(ring, rotation(number, number + 1), Sequence{number});
    }
    EXPECT_EQ(keys_kept, ring.recent.size());
    EXPECT_EQ(key_of(1), ring.origin.key);
    EXPECT_EQ(key_of(41), ring.current().key);
    EXPECT_EQ(40U, ring.current().number);
    EXPECT_EQ(key_of(41 - keys_kept + 1), ring.recent[0].key);
}

TEST_F(KeyChain, bodies_and_rings_survive_encoding) {
    std::array<std::byte, 4096> room;
    KeyRotate const rotate = rotation(1, 2);
    auto const read = decode_whole<KeyRotate>(*encode_whole(MutableBytes{room}, rotate));
    ASSERT_TRUE(read);
    EXPECT_TRUE(check_signed(signatures(), ring, log_id, *read));
    apply_key(ring, rotate, Sequence{9});
    auto const ring_read = decode_whole<KeyRing>(*encode_whole(MutableBytes{room}, ring));
    ASSERT_TRUE(ring_read);
    EXPECT_EQ(ring, *ring_read);
}

} // namespace

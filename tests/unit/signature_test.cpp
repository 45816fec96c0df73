// The host's Ed25519: what RFC 8032 says, and what must never verify.

#include <cstring>
#include <string_view>

#include <gtest/gtest.h>

#include <axiom/port/entropy.hpp>

#include <axiom/base/hash256.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;

SignatureEngine const& signatures() {
    return host::signature_engine();
}

// RFC 8032, 7.1, tests 1 and 2.
TEST(signatures, are_those_of_rfc_8032) {
    struct Vector {
        std::string_view seed;
        std::string_view key;
        std::string_view message;
        std::string_view r;
        std::string_view s;
    };
    constexpr Vector vectors[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"}};
    for (Vector const& vector : vectors) {
        SigningSeed const seed{hash_from_hex(vector.seed)->bytes};
        PublicKey const key{hash_from_hex(vector.key)->bytes};
        Signature expected;
        copy_bytes(expected.bytes, hash_from_hex(vector.r)->bytes);
        copy_bytes(MutableBytes{expected.bytes}.subspan(32), hash_from_hex(vector.s)->bytes);
        EXPECT_EQ(key, signatures().public_key(seed));
        EXPECT_EQ(expected, signatures().sign(seed, bytes_of(vector.message)));
        EXPECT_TRUE(signatures().verify(key, bytes_of(vector.message), expected));
        EXPECT_FALSE(signatures().verify(key, bytes_of("another message"), expected));
    }
}

TEST(signatures, a_wiped_seed_is_zero_and_new_seeds_differ) {
    SigningSeed seed = host::new_signing_seed();
    EXPECT_NE(seed.bytes, host::new_signing_seed().bytes);
    host::wipe(seed);
    EXPECT_TRUE(is_zero(seed.bytes));
}

// THREATS row 18: a source that is stuck or absent makes no key.
class StuckEntropy final : public Entropy {
  public:
    StuckEntropy(bool absent, std::byte first, std::byte step)
        : absent_{absent}, first_{first}, step_{step} {}
    Result<void> fill(MutableBytes to) noexcept override {
        std::byte next = first_;
        for (std::byte& byte : to) {
            byte = next;
            next = static_cast<std::byte>(std::to_integer<int>(next) + std::to_integer<int>(step_));
        }
        return absent_ ? Result<void>{fail(Code::no_entropy)} : Result<void>{};
    }

  private:
    bool absent_;
    std::byte first_;
    std::byte step_;
};

TEST(threat_18, a_stuck_or_absent_source_of_randomness_makes_no_key) {
    StuckEntropy zeros{false, {}, {}};
    StuckEntropy ones{false, std::byte{0xFF}, {}};
    StuckEntropy repeating{false, std::byte{7}, std::byte{31}};
    StuckEntropy absent{true, std::byte{7}, std::byte{31}};
    for (StuckEntropy* const source : {&zeros, &ones, &repeating, &absent}) {
        auto const key = draw_key(*source);
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().code, Code::no_entropy);
    }
    host::SystemEntropy system;
    auto const key = draw_key(system);
    ASSERT_TRUE(key);
    EXPECT_NE(*key, *draw_key(system));
}

TEST(signatures, a_scalar_that_is_not_reduced_is_refused) {
    auto const seed = test::seed_number(9);
    auto const message = bytes_of("message");
    Signature signature = signatures().sign(seed, message);
    PublicKey const key = signatures().public_key(seed);
    ASSERT_TRUE(signatures().verify(key, message, signature));
    // The group's order L, little-endian; S + L is the same scalar to a verifier that does not
    // look.
    constexpr std::array<unsigned, 32> order{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                             0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                             0,    0,    0,    0,    0,    0,    0,    0,
                                             0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t index = 0; index < 32; ++index) {
        unsigned const sum =
            std::to_integer<unsigned>(signature.bytes[32 + index]) + order[index] + carry;
        signature.bytes[32 + index] = static_cast<std::byte>(sum);
        carry = sum >> 8U;
    }
    EXPECT_EQ(0U, carry);
    EXPECT_FALSE(signatures().verify(key, message, signature));
}

// With a key of small order and S = 0, R = the neutral element, the verification equation holds for
// any message, or for one message in eight.
TEST(signatures, keys_and_commitments_of_small_order_are_refused) {
    std::array<std::array<unsigned char, 32>, 4> const small_order{{
        {1},
        {0},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    }};
    for (auto const& point : small_order) {
        PublicKey key;
        std::memcpy(key.bytes.data(), point.data(), 32);
        Signature signature{};
        for (auto const& commitment : small_order) {
            std::memcpy(signature.bytes.data(), commitment.data(), 32);
            for (unsigned message = 0; message < 32; ++message) {
                EXPECT_FALSE(
                    signatures().verify(key, std::as_bytes(std::span{&message, 1}), signature));
            }
        }
    }
}

} // namespace

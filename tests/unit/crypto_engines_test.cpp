// Every hash engine of this machine against the official BLAKE3 hasher and known SHA-256 values.

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <blake3.h>
#include <sodium.h>

#include <axiom/crypto/context.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/crypto/hash_stream.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

std::vector<std::byte> sample(std::size_t size) {
    std::mt19937_64 random{size + 1};
    std::vector<std::byte> bytes(size);
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random());
    }
    return bytes;
}

Hash256 official(HashContext const& context, Bytes input) {
    blake3_hasher hasher;
    blake3_hasher_init_derive_key_raw(&hasher, context.text.data(), context.text.size());
    blake3_hasher_update(&hasher, input.data(), input.size());
    Hash256 hash;
    blake3_hasher_finalize(&hasher, reinterpret_cast<std::uint8_t*>(hash.bytes.data()), 32);
    return hash;
}

class EveryEngine : public ::testing::TestWithParam<std::size_t> {
  public:
    [[nodiscard]] static HashEngine const& engine() { return host::hash_engines()[GetParam()]; }
};

// Lengths around each seam: blocks, chunks, groups of 16 chunks, powers of two of groups.
TEST_P(EveryEngine, hashes_inputs_of_any_length_as_the_official_hasher_does) {
    std::vector<std::size_t> lengths;
    for (std::size_t seam : {0UL,     64UL,    128UL,    1024UL,   2048UL,    3072UL,   8192UL,
                             15360UL, 16384UL, 17408UL,  31744UL,  32768UL,   33792UL,  49152UL,
                             65536UL, 81920UL, 131072UL, 262144UL, 1048576UL, 1048608UL}) {
        for (std::size_t length = seam < 2 ? 0 : seam - 2; length <= seam + 2; ++length) {
            lengths.push_back(length);
        }
    }
    for (std::size_t const length : lengths) {
        auto const input = sample(length);
        EXPECT_EQ(official(context::content, input), hash_bytes(engine(), context::content, input))
            << length;
    }
}

// Pieces that end before, at and behind every seam.
TEST_P(EveryEngine, hashes_an_input_in_pieces_as_the_whole) {
    auto stream = std::make_unique<HashStream>();
    for (std::size_t const length : {0UL, 1UL, 1024UL, 16383UL, 16384UL, 16385UL, 32768UL, 32769UL,
                                     65536UL, 114688UL, 300'001UL}) {
        auto const input = sample(length);
        Hash256 const whole = official(context::content, input);
        for (std::size_t const piece : {1UL, 1000UL, 4096UL, 16384UL, 16385UL, 400'000UL}) {
            stream->begin();
            for (std::size_t at = 0; at < length; at += piece) {
                stream->add(engine(), context::content,
                            Bytes{input}.subspan(at, std::min(piece, length - at)));
            }
            EXPECT_EQ(whole, stream->finish(engine(), context::content)) << length << ", " << piece;
        }
    }
}

TEST_P(EveryEngine, hashes_many_inputs_each_as_if_alone) {
    for (std::size_t blocks = 1; blocks <= 16; ++blocks) {
        for (std::size_t count : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64}) {
            auto const bytes = sample(count * blocks * 64);
            std::vector<std::byte const*> inputs;
            for (std::size_t index = 0; index < count; ++index) {
                inputs.push_back(bytes.data() + index * blocks * 64);
            }
            std::vector<Hash256> outputs(count);
            engine().hash_many(context::entry_leaf.key, inputs.data(), count, blocks,
                               outputs.data());
            for (std::size_t index = 0; index < count; ++index) {
                EXPECT_EQ(official(context::entry_leaf, {inputs[index], blocks * 64}),
                          outputs[index])
                    << count << " inputs of " << blocks << " blocks, number " << index;
            }
        }
    }
}

TEST_P(EveryEngine, hashes_a_pair_as_its_64_bytes) {
    auto const bytes = sample(64);
    Hash256 left;
    Hash256 right;
    copy_bytes(left.bytes, Bytes{bytes}.first(32));
    copy_bytes(right.bytes, Bytes{bytes}.subspan(32));
    EXPECT_EQ(official(context::entry_link, bytes),
              hash_pair(engine(), context::entry_link, left, right));
}

TEST_P(EveryEngine, computes_sha256_of_the_parts_together) {
    auto const bytes = sample(300);
    for (std::size_t cut = 0; cut <= bytes.size(); cut += 7) {
        std::array<Bytes, 2> const parts{Bytes{bytes}.first(cut), Bytes{bytes}.subspan(cut)};
        Hash256 expected;
        crypto_hash_sha256(reinterpret_cast<unsigned char*>(expected.bytes.data()),
                           reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
        EXPECT_EQ(expected, engine().sha256(parts.data(), parts.size()));
    }
    EXPECT_EQ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              text_of(to_hex(engine().sha256(nullptr, 0))));
}

INSTANTIATE_TEST_SUITE_P(engines, EveryEngine,
                         ::testing::Range(std::size_t{0}, host::hash_engines().size()),
                         [](auto const& info) {
                             return std::string{host::hash_engines()[info.param].name};
                         });

TEST(engines, the_fastest_is_one_of_them) {
    bool found = false;
    for (HashEngine const& engine : host::hash_engines()) {
        found = found || &engine == &host::fastest_engine();
    }
    EXPECT_TRUE(found);
    EXPECT_EQ("portable", host::portable_engine().name);
}

} // namespace

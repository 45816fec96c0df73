// The hash engines of a 32-bit host: the portable one alone, with a SHA-256 of its own, for the
// libraries that hosts use are there in 64 bits only. What it hashes is held against what was
// recorded with theirs.

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

#include <axiom/crypto/portable_engine.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::host {

namespace {

constexpr std::size_t block_bytes = 64;

// FIPS 180-4 defines both tables by primes: the first 32 bits of the fractional part of the square
// root of the first eight, and of the cube root of the first 64.
constexpr bool is_prime(std::uint32_t number) {
    for (std::uint32_t by = 2; by * by <= number; ++by) {
        if (number % by == 0) {
            return false;
        }
    }
    return true;
}

// The first 32 fractional bits of the `degree`-th root: the largest r with r^degree at most
// number * 2^(32 * degree), less its whole part.
constexpr std::uint32_t root_bits(std::uint32_t number, unsigned degree) {
    using Wide = std::array<std::uint32_t, 8>; // little-endian limbs
    auto const times = [](Wide const& left, std::uint64_t right) {
        Wide product{};
        std::array<std::uint32_t, 2> const parts{static_cast<std::uint32_t>(right),
                                                 static_cast<std::uint32_t>(right >> 32U)};
        for (std::size_t low = 0; low < 2; ++low) {
            std::uint64_t carry = 0;
            for (std::size_t at = 0; at + low < product.size(); ++at) {
                carry += product[at + low] + std::uint64_t{left[at]} * parts[low];
                product[at + low] = static_cast<std::uint32_t>(carry);
                carry >>= 32U;
            }
        }
        return product;
    };
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 36U; bit != 0; bit >>= 1U) {
        Wide power{1};
        for (unsigned factor = 0; factor < degree; ++factor) {
            power = times(power, root | bit);
        }
        Wide bound{};
        bound[degree] = number;
        if (!std::ranges::lexicographical_compare(bound.rbegin(), bound.rend(), power.rbegin(),
                                                  power.rend())) {
            root |= bit;
        }
    }
    return static_cast<std::uint32_t>(root);
}

template <std::size_t count> constexpr std::array<std::uint32_t, count> roots(unsigned degree) {
    std::array<std::uint32_t, count> words{};
    std::uint32_t prime = 2;
    for (std::uint32_t& word : words) {
        while (!is_prime(prime)) {
            ++prime;
        }
        word = root_bits(prime++, degree);
    }
    return words;
}

void take_block(std::array<std::uint32_t, 8>& state, std::byte const* block) noexcept {
    static std::array<std::uint32_t, 64> const constants = roots<64>(3);
    std::array<std::uint32_t, 64> words{};
    for (std::size_t at = 0; at < 64; ++at) {
        if (at < 16) {
            words[at] = std::byteswap(load_le<std::uint32_t>(Bytes{block + at * 4, 4}));
            continue;
        }
        std::uint32_t const a = words[at - 15];
        std::uint32_t const b = words[at - 2];
        words[at] = words[at - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3U)) +
                    words[at - 7] + (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10U));
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t at = 0; at < 64; ++at) {
        std::uint32_t const first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                    ((e & f) ^ (~e & g)) + constants[at] + words[at];
        std::uint32_t const second =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = std::exchange(g, std::exchange(f, std::exchange(e, d + first)));
        d = std::exchange(c, std::exchange(b, std::exchange(a, first + second)));
    }
    std::array<std::uint32_t, 8> const mixed{a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < 8; ++at) {
        state[at] += mixed[at];
    }
}

Hash256 plain_sha256(Bytes const* parts, std::size_t count) noexcept {
    std::vector<std::byte> message;
    for (std::size_t index = 0; index < count; ++index) {
        message.insert(message.end(), parts[index].begin(), parts[index].end());
    }
    std::uint64_t const bits = std::uint64_t{message.size()} * 8;
    message.push_back(std::byte{0x80});
    while (message.size() % block_bytes != block_bytes - 8) {
        message.push_back(std::byte{0});
    }
    for (unsigned shift = 64; shift != 0; shift -= 8) {
        message.push_back(static_cast<std::byte>(bits >> (shift - 8)));
    }
    static std::array<std::uint32_t, 8> const start = roots<8>(2);
    std::array<std::uint32_t, 8> state = start;
    for (std::size_t at = 0; at < message.size(); at += block_bytes) {
        take_block(state, message.data() + at);
    }
    Hash256 hash;
    for (std::size_t at = 0; at < 8; ++at) {
        store_le(MutableBytes{hash.bytes}.subspan(at * 4, 4), std::byteswap(state[at]));
    }
    return hash;
}

} // namespace

std::span<HashEngine const> hash_engines() {
    static std::array const engines{make_portable_engine(plain_sha256)};
    return engines;
}

HashEngine const& portable_engine() {
    return hash_engines().front();
}

HashEngine const& fastest_engine() {
    return portable_engine();
}

} // namespace axiom::host

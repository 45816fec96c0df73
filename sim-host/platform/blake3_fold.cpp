// Links in general registers; see blake3_fold.hpp. Written from BLAKE3's specification
// (sections 2.1 to 2.4).

#include <sim-host/platform/blake3_fold.hpp>

#include <array>
#include <bit>
#include <utility>

// All of it is one function in the end. BMI2 rotates without touching the flags; vector
// instructions are left out, or the compiler would put the words back into vectors.
#define WORDS __attribute__((always_inline, target("bmi2"))) inline

namespace axiom::host {

namespace {

constexpr std::size_t rounds = 7;
constexpr std::uint32_t block_bytes = 64;

constexpr std::array<std::uint32_t, 4> initial{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A};

constexpr std::uint32_t chunk_start = 1U << 0U;
constexpr std::uint32_t chunk_end = 1U << 1U;
constexpr std::uint32_t root = 1U << 3U;
constexpr std::uint32_t derive_key_material = 1U << 6U;

// Which word of the message each round takes at each place.
constexpr std::array<std::array<std::uint8_t, 16>, rounds> make_schedule() {
    constexpr std::array<std::uint8_t, 16> permutation{2, 6,  3,  10, 7, 0,  4,  13,
                                                       1, 11, 12, 5,  9, 14, 15, 8};
    std::array<std::array<std::uint8_t, 16>, rounds> schedule{};
    for (std::uint8_t place = 0; place < 16; ++place) {
        schedule[0][place] = place;
    }
    for (std::size_t round = 1; round < rounds; ++round) {
        for (std::size_t place = 0; place < 16; ++place) {
            schedule[round][place] = schedule[round - 1][permutation[place]];
        }
    }
    return schedule;
}

constexpr auto schedule = make_schedule();

// Where column or diagonal `index` meets row `row`: `turn` is how far rows 1 to 3 are turned.
constexpr std::size_t place_of(std::size_t turn, std::size_t row, std::size_t index) {
    return 4 * row + (index + row * turn) % 4;
}

using Words = std::array<std::uint32_t, 16>;

// Half of the mixing function for one column or diagonal.
template <std::size_t round, std::size_t turn, std::size_t half, std::size_t index>
WORDS void mix_half(Words& state, Words const& message) {
    std::uint32_t& a = state[place_of(turn, 0, index)];
    std::uint32_t& b = state[place_of(turn, 1, index)];
    std::uint32_t& c = state[place_of(turn, 2, index)];
    std::uint32_t& d = state[place_of(turn, 3, index)];
    a += message[schedule[round][8 * turn + 2 * index + half]]; // known early, unlike b
    a += b;
    d = std::rotr(d ^ a, half == 0 ? 16 : 8);
    c += d;
    b = std::rotr(b ^ c, half == 0 ? 12 : 7);
}

template <std::size_t round, std::size_t turn> WORDS void mix(Words& state, Words const& message) {
    mix_half<round, turn, 0, 0>(state, message);
    mix_half<round, turn, 0, 1>(state, message);
    mix_half<round, turn, 0, 2>(state, message);
    mix_half<round, turn, 0, 3>(state, message);
    mix_half<round, turn, 1, 0>(state, message);
    mix_half<round, turn, 1, 1>(state, message);
    mix_half<round, turn, 1, 2>(state, message);
    mix_half<round, turn, 1, 3>(state, message);
}

template <std::size_t... round>
WORDS void mix_all(Words& state, Words const& message, std::index_sequence<round...> /*unused*/) {
    ((mix<round, 0>(state, message), mix<round, 1>(state, message)), ...);
}

} // namespace

bool fold_in_words_supported() noexcept {
    return __builtin_cpu_supports("bmi2") != 0;
}

__attribute__((target("bmi2"))) void fold_in_words(HashFold& fold) noexcept {
    static_assert(std::endian::native == std::endian::little);
    Words message;
    std::memcpy(message.data(), fold.head.bytes.data(), sizeof(Hash256));
    for (Hash256 const& leaf : fold.leaves) {
        std::memcpy(message.data() + 8, leaf.bytes.data(), sizeof(Hash256));
        Words state;
        std::memcpy(state.data(), fold.key->words, sizeof(Hash256));
        std::memcpy(state.data() + 8, initial.data(), sizeof initial);
        state[12] = 0;
        state[13] = 0;
        state[14] = block_bytes;
        state[15] = chunk_start | chunk_end | root | derive_key_material;
        mix_all(state, message, std::make_index_sequence<rounds>{});
        for (std::size_t word = 0; word < 8; ++word) {
            message[word] = state[word] ^ state[word + 8];
        }
    }
    std::memcpy(fold.head.bytes.data(), message.data(), sizeof(Hash256));
    fold.leaves = {};
}

} // namespace axiom::host

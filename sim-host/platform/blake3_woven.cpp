// The woven kernel; see blake3_woven.hpp. Written from BLAKE3's specification (sections 2.1
// to 2.4).

#include <sim-host/platform/blake3_woven.hpp>

#include <array>
#include <utility>

#include <immintrin.h>

// Everything below is one function in the end: a call inside would spill 32 registers.
#define WOVEN __attribute__((always_inline, target("avx512f,avx512vl"))) inline

namespace axiom::host {

namespace {

constexpr std::size_t rounds = 7;
constexpr std::size_t lanes = 16;
constexpr std::size_t block_bytes = 64;

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

// The same for a link, whose state is four rows: words for the columns' first and second halves,
// then for the diagonals', which stand turned by one because row 0 is turned instead of row 1.
struct alignas(64) RowOrder {
    std::array<std::uint32_t, 16> word;
};

constexpr std::array<RowOrder, rounds> make_row_orders() {
    constexpr std::array<std::uint8_t, 16> place{0,  2, 4,  6,  1,  3, 5,  7,
                                                 14, 8, 10, 12, 15, 9, 11, 13};
    std::array<RowOrder, rounds> orders{};
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t index = 0; index < 16; ++index) {
            orders[round].word[index] = schedule[round][place[index]];
        }
    }
    return orders;
}

constexpr std::array<RowOrder, rounds> row_orders = make_row_orders();

// Keeps the compiler from moving work across this point: the weave is the order.
#define KEEP_PLACE(value) __asm__ volatile("" : "+v"(value))

// The chain: one link in progress, and the head that the last one left.
struct Link {
    __m128i key_low;
    __m128i key_high;
    __m128i head_low;
    __m128i head_high;
    Hash256 const* leaf; // the next one
    __m512i message;
    __m128i row0;
    __m128i row1;
    __m128i row2;
    __m128i row3;
};

WOVEN Link open_fold(HashFold const& fold) {
    auto const* const key = reinterpret_cast<__m128i const*>(fold.key->words);
    auto const* const head = reinterpret_cast<__m128i const*>(fold.head.bytes.data());
    Link link{};
    link.key_low = _mm_loadu_si128(key);
    link.key_high = _mm_loadu_si128(key + 1);
    link.head_low = _mm_loadu_si128(head);
    link.head_high = _mm_loadu_si128(head + 1);
    link.leaf = fold.leaves.data();
    return link;
}

WOVEN void close_fold(Link const& link, std::size_t taken, HashFold& fold) {
    auto* const head = reinterpret_cast<__m128i*>(fold.head.bytes.data());
    _mm_storeu_si128(head, link.head_low);
    _mm_storeu_si128(head + 1, link.head_high);
    fold.leaves = fold.leaves.subspan(taken);
}

WOVEN void begin_link(Link& link) {
    __m256i const head =
        _mm256_inserti128_si256(_mm256_castsi128_si256(link.head_low), link.head_high, 1);
    __m256i const leaf =
        _mm256_loadu_si256(reinterpret_cast<__m256i const*>(link.leaf->bytes.data()));
    ++link.leaf;
    link.message = _mm512_inserti64x4(_mm512_castsi256_si512(head), leaf, 1);
    link.row0 = link.key_low;
    link.row1 = link.key_high;
    link.row2 = _mm_loadu_si128(reinterpret_cast<__m128i const*>(initial.data()));
    link.row3 =
        _mm_set_epi32(chunk_start | chunk_end | root | derive_key_material, block_bytes, 0, 0);
}

WOVEN void end_link(Link& link) {
    link.head_low = _mm_xor_si128(link.row0, link.row2);
    link.head_high = _mm_xor_si128(link.row1, link.row3);
}

constexpr std::size_t steps_per_round = 16;
constexpr std::size_t steps_per_link = rounds * steps_per_round;

// One of the 16 portions of a round: a quarter of a half of the columns or of the diagonals.
template <std::size_t step> WOVEN void link_step(Link& link) {
    constexpr std::size_t round = step / steps_per_round;
    constexpr std::size_t half = step % steps_per_round / 4; // column, column, diagonal, diagonal
    constexpr std::size_t quarter = step % 4;
    constexpr bool second = half % 2 == 1;
    if constexpr (step == 0) {
        begin_link(link);
    }
    if constexpr (quarter == 0) {
        __m512i const words =
            _mm512_permutexvar_epi32(_mm512_load_si512(&row_orders[round]), link.message);
        __m128i const message = _mm512_extracti32x4_epi32(words, static_cast<int>(half));
        link.row0 = _mm_add_epi32(_mm_add_epi32(link.row0, message), link.row1);
    } else if constexpr (quarter == 1) {
        link.row3 = _mm_ror_epi32(_mm_xor_si128(link.row3, link.row0), second ? 8 : 16);
    } else if constexpr (quarter == 2) {
        link.row2 = _mm_add_epi32(link.row2, link.row3);
    } else {
        link.row1 = _mm_ror_epi32(_mm_xor_si128(link.row1, link.row2), second ? 7 : 12);
    }
    // Rows 0, 2 and 3 turn so that diagonals stand in columns, and back. Row 1, which is known
    // last, stays.
    if constexpr (quarter == 3 && half == 1) {
        link.row0 = _mm_shuffle_epi32(link.row0, _MM_SHUFFLE(2, 1, 0, 3));
        link.row2 = _mm_shuffle_epi32(link.row2, _MM_SHUFFLE(0, 3, 2, 1));
        link.row3 = _mm_shuffle_epi32(link.row3, _MM_SHUFFLE(1, 0, 3, 2));
    } else if constexpr (quarter == 3 && half == 3) {
        link.row0 = _mm_shuffle_epi32(link.row0, _MM_SHUFFLE(0, 3, 2, 1));
        link.row2 = _mm_shuffle_epi32(link.row2, _MM_SHUFFLE(2, 1, 0, 3));
        link.row3 = _mm_shuffle_epi32(link.row3, _MM_SHUFFLE(1, 0, 3, 2));
    }
    KEEP_PLACE(link.row0);
    KEEP_PLACE(link.row1);
    KEEP_PLACE(link.row2);
    KEEP_PLACE(link.row3);
    if constexpr (step + 1 == steps_per_link) {
        end_link(link);
    }
}

template <std::size_t from, std::size_t... steps>
WOVEN void link_steps(Link& link, std::index_sequence<steps...> /*unused*/) {
    (link_step<(from + steps) % steps_per_link>(link), ...);
}

// Sixteen inputs side by side: vector w of the state holds word w of each.
struct Wide {
    std::array<__m512i, 16> state;
    std::array<__m512i, 16> message;
};

// Each round of the wide state leaves 28 gaps, one after each instruction that four columns share.
constexpr std::size_t gaps_per_block = rounds * 28;
constexpr std::size_t steps_per_block = links_woven_per_block * steps_per_link;

template <std::size_t gap> WOVEN void fill_gap(Link& link) {
    constexpr std::size_t from = gap * steps_per_block / gaps_per_block;
    constexpr std::size_t to = (gap + 1) * steps_per_block / gaps_per_block;
    link_steps<from>(link, std::make_index_sequence<to - from>{});
}

// Four columns or diagonals of the wide state: `turn` is how far rows 1 to 3 are turned.
template <std::size_t turn> constexpr std::size_t column(std::size_t row, std::size_t index) {
    return 4 * row + (index + row * turn) % 4;
}

WOVEN void add(__m512i& to, __m512i value) {
    to = _mm512_add_epi32(to, value);
}

template <int bits> WOVEN void turn_right(__m512i& value) {
    value = _mm512_ror_epi32(value, bits);
    KEEP_PLACE(value);
}

#define FOUR(statement)                                                                            \
    {                                                                                              \
        constexpr std::size_t i = 0;                                                               \
        statement;                                                                                 \
    }                                                                                              \
    {                                                                                              \
        constexpr std::size_t i = 1;                                                               \
        statement;                                                                                 \
    }                                                                                              \
    {                                                                                              \
        constexpr std::size_t i = 2;                                                               \
        statement;                                                                                 \
    }                                                                                              \
    {                                                                                              \
        constexpr std::size_t i = 3;                                                               \
        statement;                                                                                 \
    }

// Half of the mixing function for four columns, seven instructions and the gaps behind them.
template <std::size_t round, std::size_t turn, std::size_t half>
WOVEN void wide_half(Wide& wide, Link& link) {
    constexpr std::size_t gap = round * 28 + turn * 14 + half * 7;
    constexpr auto a = [](std::size_t index) { return column<turn>(0, index); };
    constexpr auto b = [](std::size_t index) { return column<turn>(1, index); };
    constexpr auto c = [](std::size_t index) { return column<turn>(2, index); };
    constexpr auto d = [](std::size_t index) { return column<turn>(3, index); };
    auto& state = wide.state;
    FOUR(add(state[a(i)], wide.message[schedule[round][8 * turn + 2 * i + half]]))
    fill_gap<gap>(link);
    FOUR(add(state[a(i)], state[b(i)]))
    fill_gap<gap + 1>(link);
    FOUR(state[d(i)] = _mm512_xor_si512(state[d(i)], state[a(i)]))
    fill_gap<gap + 2>(link);
    FOUR(turn_right < half == 0 ? 16 : 8 > (state[d(i)]))
    fill_gap<gap + 3>(link);
    FOUR(add(state[c(i)], state[d(i)]))
    fill_gap<gap + 4>(link);
    FOUR(state[b(i)] = _mm512_xor_si512(state[b(i)], state[c(i)]))
    fill_gap<gap + 5>(link);
    FOUR(turn_right < half == 0 ? 12 : 7 > (state[b(i)]))
    fill_gap<gap + 6>(link);
}

template <std::size_t... round>
WOVEN void wide_rounds(Wide& wide, Link& link, std::index_sequence<round...> /*unused*/) {
    ((wide_half<round, 0, 0>(wide, link), wide_half<round, 0, 1>(wide, link),
      wide_half<round, 1, 0>(wide, link), wide_half<round, 1, 1>(wide, link)),
     ...);
}

// Rows of 16 words become columns: words, then pairs, then fours, then eights change places.
WOVEN void transpose(std::array<__m512i, 16>& rows) {
    std::array<__m512i, 16> pairs;
    for (std::size_t row = 0; row < 16; row += 2) {
        pairs[row] = _mm512_unpacklo_epi32(rows[row], rows[row + 1]);
        pairs[row + 1] = _mm512_unpackhi_epi32(rows[row], rows[row + 1]);
    }
    std::array<__m512i, 16> fours;
    for (std::size_t row = 0; row < 16; row += 4) {
        fours[row] = _mm512_unpacklo_epi64(pairs[row], pairs[row + 2]);
        fours[row + 1] = _mm512_unpackhi_epi64(pairs[row], pairs[row + 2]);
        fours[row + 2] = _mm512_unpacklo_epi64(pairs[row + 1], pairs[row + 3]);
        fours[row + 3] = _mm512_unpackhi_epi64(pairs[row + 1], pairs[row + 3]);
    }
    // Now quarter q of fours[4 * g + w] holds word 4 * q + w of inputs 4 * g to 4 * g + 3.
    constexpr int even = 0x88;
    constexpr int odd = 0xdd;
    for (std::size_t word = 0; word < 4; ++word) {
        __m512i const low_even = _mm512_shuffle_i32x4(fours[word], fours[word + 4], even);
        __m512i const low_odd = _mm512_shuffle_i32x4(fours[word], fours[word + 4], odd);
        __m512i const high_even = _mm512_shuffle_i32x4(fours[word + 8], fours[word + 12], even);
        __m512i const high_odd = _mm512_shuffle_i32x4(fours[word + 8], fours[word + 12], odd);
        rows[word] = _mm512_shuffle_i32x4(low_even, high_even, even);
        rows[word + 4] = _mm512_shuffle_i32x4(low_odd, high_odd, even);
        rows[word + 8] = _mm512_shuffle_i32x4(low_even, high_even, odd);
        rows[word + 12] = _mm512_shuffle_i32x4(low_odd, high_odd, odd);
    }
}

WOVEN void set_block(Wide& wide, std::array<__m512i, 8> const& value, std::uint32_t flags) {
    for (std::size_t word = 0; word < value.size(); ++word) {
        wide.state[word] = value[word];
    }
    for (std::size_t word = 0; word < initial.size(); ++word) {
        wide.state[8 + word] = _mm512_set1_epi32(static_cast<int>(initial[word]));
    }
    wide.state[12] = _mm512_setzero_si512();
    wide.state[13] = _mm512_setzero_si512();
    wide.state[14] = _mm512_set1_epi32(block_bytes);
    wide.state[15] = _mm512_set1_epi32(static_cast<int>(flags));
}

} // namespace

bool woven_supported() noexcept {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}

__attribute__((target("avx512f,avx512vl"))) void fold_woven(HashFold& fold) noexcept {
    Link link = open_fold(fold);
    std::size_t const count = fold.leaves.size();
    for (std::size_t leaf = 0; leaf < count; ++leaf) {
        link_steps<0>(link, std::make_index_sequence<steps_per_link>{});
    }
    close_fold(link, count, fold);
}

__attribute__((target("avx512f,avx512vl"))) void hash_16_woven(ContextKey const& key,
                                                               std::byte const* const* inputs,
                                                               std::size_t blocks, Hash256* outputs,
                                                               HashFold& fold) noexcept {
    AXIOM_ASSERT(fold.leaves.size() >= blocks * links_woven_per_block);
    Link link = open_fold(fold);
    std::array<__m512i, 8> value;
    for (std::size_t word = 0; word < value.size(); ++word) {
        value[word] = _mm512_set1_epi32(static_cast<int>(key.words[word]));
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        Wide wide;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            wide.message[lane] = _mm512_loadu_si512(inputs[lane] + block * block_bytes);
        }
        transpose(wide.message);
        set_block(wide, value,
                  derive_key_material | (block == 0 ? chunk_start : 0) |
                      (block + 1 == blocks ? chunk_end | root : 0));
        wide_rounds(wide, link, std::make_index_sequence<rounds>{});
        for (std::size_t word = 0; word < value.size(); ++word) {
            value[word] = _mm512_xor_si512(wide.state[word], wide.state[word + 8]);
        }
    }
    std::array<__m512i, 16> hashes{};
    for (std::size_t word = 0; word < value.size(); ++word) {
        hashes[word] = value[word];
    }
    transpose(hashes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(outputs[lane].bytes.data()),
                            _mm512_castsi512_si256(hashes[lane]));
    }
    close_fold(link, blocks * links_woven_per_block, fold);
}

} // namespace axiom::host

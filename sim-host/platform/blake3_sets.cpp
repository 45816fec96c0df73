// The compression of two sets by turns; see blake3_sets.hpp. Written from BLAKE3's specification
// (sections 2.1 to 2.4).
//
// The rounds are in assembly because all 32 registers hold state: a compiler that is free to choose
// moves registers to memory and back, which costs more than the second set gains.

#include <sim-host/platform/blake3_sets.hpp>

#include <array>

#include <immintrin.h>

#define SETS __attribute__((always_inline, target("avx512f"))) inline

// Word w of the state of set a is in register w, that of set b in register 16 + w.
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define REGISTER_a(word) "%%zmm" TEXT(word)
#define REGISTER_b(word) "%%zmm" TEXT(SECOND_##word)
#define SECOND_0 16
#define SECOND_1 17
#define SECOND_2 18
#define SECOND_3 19
#define SECOND_4 20
#define SECOND_5 21
#define SECOND_6 22
#define SECOND_7 23
#define SECOND_8 24
#define SECOND_9 25
#define SECOND_10 26
#define SECOND_11 27
#define SECOND_12 28
#define SECOND_13 29
#define SECOND_14 30
#define SECOND_15 31

// Where set a's and set b's message and value begin, and what is where in `Work`.
#define MESSAGE_a "0"
#define MESSAGE_b "1024"
#define VALUE_a "2048"
#define VALUE_b "2560"
#define REST "3072"

// One operation on one word of a set: `to` changes.
#define ADD_MESSAGE(set, to, word)                                                                 \
    "vpaddd 64*" #word "+" MESSAGE_##set                                                           \
        "(%[work]), " REGISTER_##set(to) ", " REGISTER_##set(to) "\n"
#define ADD(set, to, from)                                                                         \
    "vpaddd " REGISTER_##set(from) ", " REGISTER_##set(to) ", " REGISTER_##set(to) "\n"
#define XOR(set, to, from)                                                                         \
    "vpxord " REGISTER_##set(from) ", " REGISTER_##set(to) ", " REGISTER_##set(to) "\n"
#define TURN(set, to, bits) "vprord $" #bits ", " REGISTER_##set(to) ", " REGISTER_##set(to) "\n"

// Half of the mixing function for the columns of one set in four steps; the diagonals have their
// own because rows are not moved.
#define COLUMNS_1(set, w0, w1, w2, w3)                                                             \
    ADD_MESSAGE(set, 0, w0)                                                                        \
    ADD_MESSAGE(set, 1, w1)                                                                        \
    ADD_MESSAGE(set, 2, w2)                                                                        \
    ADD_MESSAGE(set, 3, w3) ADD(set, 0, 4) ADD(set, 1, 5) ADD(set, 2, 6) ADD(set, 3, 7)
#define COLUMNS_2(set, bits)                                                                       \
    XOR(set, 12, 0)                                                                                \
    XOR(set, 13, 1)                                                                                \
    XOR(set, 14, 2)                                                                                \
    XOR(set, 15, 3) TURN(set, 12, bits) TURN(set, 13, bits) TURN(set, 14, bits) TURN(set, 15, bits)
#define COLUMNS_3(set) ADD(set, 8, 12) ADD(set, 9, 13) ADD(set, 10, 14) ADD(set, 11, 15)
#define COLUMNS_4(set, bits)                                                                       \
    XOR(set, 4, 8)                                                                                 \
    XOR(set, 5, 9)                                                                                 \
    XOR(set, 6, 10)                                                                                \
    XOR(set, 7, 11) TURN(set, 4, bits) TURN(set, 5, bits) TURN(set, 6, bits) TURN(set, 7, bits)
#define DIAGONALS_1(set, w0, w1, w2, w3)                                                           \
    ADD_MESSAGE(set, 0, w0)                                                                        \
    ADD_MESSAGE(set, 1, w1)                                                                        \
    ADD_MESSAGE(set, 2, w2)                                                                        \
    ADD_MESSAGE(set, 3, w3) ADD(set, 0, 5) ADD(set, 1, 6) ADD(set, 2, 7) ADD(set, 3, 4)
#define DIAGONALS_2(set, bits)                                                                     \
    XOR(set, 15, 0)                                                                                \
    XOR(set, 12, 1)                                                                                \
    XOR(set, 13, 2)                                                                                \
    XOR(set, 14, 3) TURN(set, 15, bits) TURN(set, 12, bits) TURN(set, 13, bits) TURN(set, 14, bits)
#define DIAGONALS_3(set) ADD(set, 10, 15) ADD(set, 11, 12) ADD(set, 8, 13) ADD(set, 9, 14)
#define DIAGONALS_4(set, bits)                                                                     \
    XOR(set, 5, 10)                                                                                \
    XOR(set, 6, 11)                                                                                \
    XOR(set, 7, 8)                                                                                 \
    XOR(set, 4, 9) TURN(set, 5, bits) TURN(set, 6, bits) TURN(set, 7, bits) TURN(set, 4, bits)

// Both sets by turns.
#define HALF(part, w0, w1, w2, w3, bits, more_bits)                                                \
    part##_1(a, w0, w1, w2, w3) part##_1(b, w0, w1, w2, w3) part##_2(a, bits) part##_2(b, bits)    \
        part##_3(a) part##_3(b) part##_4(a, more_bits) part##_4(b, more_bits)
#define ROUND(w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15)                \
    HALF(COLUMNS, w0, w2, w4, w6, 16, 12)                                                          \
    HALF(COLUMNS, w1, w3, w5, w7, 8, 7)                                                            \
    HALF(DIAGONALS, w8, w10, w12, w14, 16, 12)                                                     \
    HALF(DIAGONALS, w9, w11, w13, w15, 8, 7)

#define LOAD_VALUE(set, word)                                                                      \
    "vmovdqa64 64*" #word "+" VALUE_##set "(%[work]), " REGISTER_##set(word) "\n"
#define LOAD_REST(set, word)                                                                       \
    "vpbroadcastd 4*" #word "-32+" REST "(%[work]), " REGISTER_##set(word) "\n"
#define STORE_VALUE(set, word, other)                                                              \
    XOR(set, word, other)                                                                          \
    "vmovdqa64 " REGISTER_##set(word) ", 64*" #word "+" VALUE_##set "(%[work])\n"

#define LOAD(set)                                                                                  \
    LOAD_VALUE(set, 0)                                                                             \
    LOAD_VALUE(set, 1)                                                                             \
    LOAD_VALUE(set, 2)                                                                             \
    LOAD_VALUE(set, 3)                                                                             \
    LOAD_VALUE(set, 4)                                                                             \
    LOAD_VALUE(set, 5)                                                                             \
    LOAD_VALUE(set, 6)                                                                             \
    LOAD_VALUE(set, 7)                                                                             \
    LOAD_REST(set, 8)                                                                              \
    LOAD_REST(set, 9)                                                                              \
    LOAD_REST(set, 10)                                                                             \
    LOAD_REST(set, 11) LOAD_REST(set, 12) LOAD_REST(set, 13) LOAD_REST(set, 14) LOAD_REST(set, 15)
#define STORE(set)                                                                                 \
    STORE_VALUE(set, 0, 8)                                                                         \
    STORE_VALUE(set, 1, 9)                                                                         \
    STORE_VALUE(set, 2, 10)                                                                        \
    STORE_VALUE(set, 3, 11)                                                                        \
    STORE_VALUE(set, 4, 12) STORE_VALUE(set, 5, 13) STORE_VALUE(set, 6, 14) STORE_VALUE(set, 7, 15)

namespace axiom::host {

namespace {

constexpr std::size_t lanes = 16;
constexpr std::size_t block_bytes = 64;

constexpr std::uint32_t chunk_start = 1U << 0U;
constexpr std::uint32_t chunk_end = 1U << 1U;
constexpr std::uint32_t root = 1U << 3U;
constexpr std::uint32_t derive_key_material = 1U << 6U;

// What the assembly works on. Vector w of a message or a value holds word w of each input.
struct Work {
    std::array<std::array<__m512i, 16>, 2> message;
    std::array<std::array<__m512i, 8>, 2> value;
    std::array<std::uint32_t, 8> rest; // words 8 to 15 of the state, the same for every input
};

static_assert(offsetof(Work, value) == 2048 && offsetof(Work, rest) == 3072);

// Rows of 16 words become columns: words, then pairs, then fours, then eights change places.
SETS void transpose(std::array<__m512i, 16>& rows) {
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

// One block of both sets: from message, value and rest to the new value.
SETS void compress(Work& work) {
    __asm__ volatile(LOAD(a) LOAD(b)                                             //
                     ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) //
                     ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8) //
                     ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1) //
                     ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6) //
                     ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4) //
                     ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7) //
                     ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13) //
                     STORE(a) STORE(b)
                     :
                     : [work] "r"(&work)
                     : "memory", "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7",
                       "zmm8", "zmm9", "zmm10", "zmm11", "zmm12", "zmm13", "zmm14", "zmm15",
                       "zmm16", "zmm17", "zmm18", "zmm19", "zmm20", "zmm21", "zmm22", "zmm23",
                       "zmm24", "zmm25", "zmm26", "zmm27", "zmm28", "zmm29", "zmm30", "zmm31");
}

SETS void load_messages(std::array<__m512i, 16>& message, std::byte const* const* inputs,
                        std::size_t block) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        message[lane] = _mm512_loadu_si512(inputs[lane] + block * block_bytes);
    }
    transpose(message);
}

SETS void store_hashes(std::array<__m512i, 8> const& value, Hash256* outputs) {
    std::array<__m512i, 16> hashes{};
    for (std::size_t word = 0; word < value.size(); ++word) {
        hashes[word] = value[word];
    }
    transpose(hashes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(outputs[lane].bytes.data()),
                            _mm512_castsi512_si256(hashes[lane]));
    }
}

} // namespace

bool sets_supported() noexcept {
    return __builtin_cpu_supports("avx512f") != 0;
}

__attribute__((target("avx512f"))) void hash_two_sets(ContextKey const& key,
                                                      std::byte const* const* inputs,
                                                      std::size_t blocks,
                                                      Hash256* outputs) noexcept {
    AXIOM_ASSERT(blocks >= 1 && blocks <= 16);
    Work work;
    for (auto& value : work.value) {
        for (std::size_t word = 0; word < value.size(); ++word) {
            value[word] = _mm512_set1_epi32(static_cast<int>(key.words[word]));
        }
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        load_messages(work.message[0], inputs, block);
        load_messages(work.message[1], inputs + lanes, block);
        work.rest = {0x6A09E667,
                     0xBB67AE85,
                     0x3C6EF372,
                     0xA54FF53A,
                     0,
                     0,
                     block_bytes,
                     derive_key_material | (block == 0 ? chunk_start : 0) |
                         (block + 1 == blocks ? chunk_end | root : 0)};
        compress(work);
    }
    store_hashes(work.value[0], outputs);
    store_hashes(work.value[1], outputs + lanes);
}

} // namespace axiom::host

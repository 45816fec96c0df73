// BLAKE3's official vector kernels as engines; see hash_engines.hpp.

#include <sim-host/platform/hash_engines.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include <axiom/crypto/blake3_engine.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/crypto/portable_engine.hpp>
#include <sim-host/platform/blake3_fold.hpp>
#include <sim-host/platform/blake3_sets.hpp>
#include <sim-host/platform/sha256.hpp>

#define AXIOM_BLAKE3_COMPRESS(suffix)                                                              \
    void blake3_compress_in_place_##suffix(std::uint32_t cv[8], std::uint8_t const block[64],      \
                                           std::uint8_t block_len, std::uint64_t counter,          \
                                           std::uint8_t flags)
#define AXIOM_BLAKE3_HASH_MANY(suffix)                                                             \
    void blake3_hash_many_##suffix(                                                                \
        std::uint8_t const* const* inputs, std::size_t num_inputs, std::size_t blocks,             \
        std::uint32_t const key[8], std::uint64_t counter, bool increment_counter,                 \
        std::uint8_t flags, std::uint8_t flags_start, std::uint8_t flags_end, std::uint8_t* out)

extern "C" {
AXIOM_BLAKE3_COMPRESS(sse41);
AXIOM_BLAKE3_COMPRESS(avx512);
AXIOM_BLAKE3_HASH_MANY(sse41);
AXIOM_BLAKE3_HASH_MANY(avx2);
AXIOM_BLAKE3_HASH_MANY(avx512);
}

namespace axiom::host {

namespace {

constexpr Blake3Kernels sse41_kernels{blake3_compress_in_place_sse41, blake3_hash_many_sse41};
// AVX2 has no compression of its own: one block gains nothing from wider registers.
constexpr Blake3Kernels avx2_kernels{blake3_compress_in_place_sse41, blake3_hash_many_avx2};
constexpr Blake3Kernels avx512_kernels{blake3_compress_in_place_avx512, blake3_hash_many_avx512};

template <Blake3Kernels const& kernels> HashEngine engine_of(std::string_view name) {
    using Engine = Blake3Engine<kernels>;
    return {.name = name,
            .hash_many = Engine::hash_many,
            .fold = fold_in_words_supported() ? fold_in_words : Engine::fold,
            .hash_one = Engine::hash_one,
            .take = Engine::take,
            .finish = Engine::finish,
            .sha256 = sha256};
}

// 32 inputs at a time, the rest with the official kernel.
void hash_many_in_sets(ContextKey const& key, std::byte const* const* inputs, std::size_t count,
                       std::size_t blocks, Hash256* outputs) noexcept {
    std::size_t done = 0;
    for (; count - done >= two_sets; done += two_sets) {
        hash_two_sets(key, inputs + done, blocks, outputs + done);
    }
    if (done != count) {
        Blake3Engine<avx512_kernels>::hash_many(key, inputs + done, count - done, blocks,
                                                outputs + done);
    }
}

HashEngine avx512_engine() {
    HashEngine engine = engine_of<avx512_kernels>("avx512");
    engine.hash_many = hash_many_in_sets;
    return engine;
}

std::vector<HashEngine> find_engines() {
    std::vector<HashEngine> engines{make_portable_engine(sha256)};
    if (__builtin_cpu_supports("sse4.1")) {
        engines.push_back(engine_of<sse41_kernels>("sse41"));
    }
    if (__builtin_cpu_supports("avx2")) {
        engines.push_back(engine_of<avx2_kernels>("avx2"));
    }
    if (sets_supported() && __builtin_cpu_supports("avx512vl") != 0) {
        engines.push_back(avx512_engine());
    }
    return engines;
}

// Hashes a group of entries as a writer does: leaves side by side, links one after another.
Hash256 hash_sample(HashEngine const& engine) {
    constexpr std::size_t entries = 64;
    constexpr std::size_t blocks = 4;
    static std::array<std::byte, entries * blocks * 64> const sample{};
    std::array<std::byte const*, entries> inputs;
    std::array<Hash256, entries> leaves;
    for (std::size_t index = 0; index < entries; ++index) {
        inputs[index] = sample.data() + index * blocks * 64;
    }
    engine.hash_many(context::entry_leaf.key, inputs.data(), entries, blocks, leaves.data());
    HashFold fold{.key = &context::entry_link.key, .head = {}, .leaves = leaves};
    engine.fold(fold);
    return fold.head;
}

std::chrono::nanoseconds cost_of(HashEngine const& engine) {
    constexpr int rounds = 16;
    auto least = std::chrono::nanoseconds::max();
    for (int round = 0; round < rounds; ++round) {
        auto const start = std::chrono::steady_clock::now();
        Hash256 volatile kept = hash_sample(engine);
        static_cast<void>(kept);
        least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - start);
    }
    return least;
}

} // namespace

std::span<HashEngine const> hash_engines() {
    static std::vector<HashEngine> const engines = find_engines();
    return engines;
}

HashEngine const& portable_engine() {
    return hash_engines().front();
}

HashEngine const& fastest_engine() {
    static HashEngine const& fastest = *std::ranges::min_element(
        hash_engines(), {}, [](HashEngine const& engine) { return cost_of(engine); });
    return fastest;
}

} // namespace axiom::host

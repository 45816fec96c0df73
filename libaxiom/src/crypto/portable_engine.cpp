// The portable kernels as an engine; see axiom/crypto/portable_engine.hpp.

#include <axiom/crypto/portable_engine.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/blake3_engine.hpp>

extern "C" {

void blake3_compress_in_place_portable(std::uint32_t cv[8], std::uint8_t const block[64],
                                       std::uint8_t block_len, std::uint64_t counter,
                                       std::uint8_t flags);
void blake3_hash_many_portable(std::uint8_t const* const* inputs, std::size_t num_inputs,
                               std::size_t blocks, std::uint32_t const key[8],
                               std::uint64_t counter, bool increment_counter, std::uint8_t flags,
                               std::uint8_t flags_start, std::uint8_t flags_end, std::uint8_t* out);
}

namespace axiom {

namespace {

constexpr Blake3Kernels portable_kernels{blake3_compress_in_place_portable,
                                         blake3_hash_many_portable};

constexpr std::string_view portable_name{"portable"};

using Engine = Blake3Engine<portable_kernels>;

Hash256 hash_one(ContextKey const& key, Bytes input) noexcept {
    bool const cuts = AXIOM_MUTANT(portable_cuts_a_byte) && !input.empty();
    return Engine::hash_one(key, cuts ? input.first(input.size() - 1) : input);
}

} // namespace

HashEngine make_portable_engine(Sha256Function sha256) noexcept {
    return {.name = portable_name,
            .hash_many = Engine::hash_many,
            .fold = Engine::fold,
            .hash_one = hash_one,
            .take = Engine::take,
            .finish = Engine::finish,
            .sha256 = sha256};
}

} // namespace axiom

/* BLAKE3's hasher as freestanding code: the official blake3.c, answered by the portable kernels
 * alone.
 *
 * The official dispatcher asks the CPU with CPUID; freestanding code must behave alike on every
 * machine, and hosts inject faster kernels through HashEngine instead. The hasher's one call into a
 * C library, strlen() of a key context, is replaced too, so that the archive asks for nothing but
 * the four memory functions. */
#include <stddef.h>
#include <string.h>

static size_t context_bytes(char const* context) {
    size_t bytes = 0;
    while (context[bytes] != '\0') {
        ++bytes;
    }
    return bytes;
}

#define strlen context_bytes
#include "blake3.c"
#undef strlen

void blake3_compress_in_place(uint32_t cv[8], const uint8_t block[BLAKE3_BLOCK_LEN],
                              uint8_t block_len, uint64_t counter, uint8_t flags) {
    blake3_compress_in_place_portable(cv, block, block_len, counter, flags);
}

void blake3_compress_xof(uint32_t const cv[8], uint8_t const block[BLAKE3_BLOCK_LEN],
                         uint8_t block_len, uint64_t counter, uint8_t flags, uint8_t out[64]) {
    blake3_compress_xof_portable(cv, block, block_len, counter, flags, out);
}

void blake3_hash_many(uint8_t const* const* inputs, size_t num_inputs, size_t blocks,
                      uint32_t const key[8], uint64_t counter, bool increment_counter,
                      uint8_t flags, uint8_t flags_start, uint8_t flags_end, uint8_t* out) {
    blake3_hash_many_portable(inputs, num_inputs, blocks, key, counter, increment_counter, flags,
                              flags_start, flags_end, out);
}

size_t blake3_simd_degree(void) {
    return 1;
}

#pragma once
// The bounds of the format, with the relations between them asserted before any code uses them.

#include <cstddef>
#include <cstdint>

namespace axiom {

inline constexpr std::size_t entry_header_bytes = 192;
inline constexpr std::size_t hash_block_bytes = 64; // bodies and attachments are padded to this
inline constexpr std::size_t body_bytes_max = 64 * 1024;
inline constexpr std::size_t attachment_salt_bytes = 32;
inline constexpr std::size_t attachment_data_bytes_max = 1024 * 1024;
inline constexpr std::size_t attachment_bytes_max =
    attachment_salt_bytes + attachment_data_bytes_max;
inline constexpr std::size_t block_record_bytes = 256;
inline constexpr std::size_t block_entries_max = 256;
inline constexpr std::size_t producer_results_kept = 64;

static_assert(entry_header_bytes % hash_block_bytes == 0);
static_assert(body_bytes_max % hash_block_bytes == 0);
static_assert(block_record_bytes % hash_block_bytes == 0);

/// Storage of a body or attachment: its length padded with zeros to whole hash blocks.
[[nodiscard]] constexpr std::size_t padded_bytes(std::size_t bytes) noexcept {
    return (bytes + hash_block_bytes - 1) & ~(hash_block_bytes - 1);
}

} // namespace axiom

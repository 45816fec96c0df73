#pragma once
// BlockView: a block's frame taken apart, and the check that its bytes are what its record seals.

#include <array>
#include <span>

#include <axiom/log/entry.hpp>
#include <axiom/store/position.hpp>
#include <axiom/store/segment_format.hpp>

namespace axiom::store {

struct BlockView {
    Frame frame{};
    std::array<std::byte const*, block_entries_max> entries{}; // null where only the leaf was kept
    std::array<Bytes, block_entries_max> parts{};              // tags, or the leaves that were kept

    [[nodiscard]] std::size_t count() const noexcept { return frame.record.count; }
    [[nodiscard]] bool reduced(std::size_t index) const noexcept {
        return entries[index] == nullptr;
    }

    /// The entry at `index`, which is not reduced.
    [[nodiscard]] Entry entry(std::size_t index) const noexcept;
};

/// Takes a block's content apart (`content` is the frame's, record first). Everything that can be
/// checked without hashing is: lengths, padding, headers, sequences. `where` of an error is the
/// sequence of the entry that it names, or the block's first. `unknown_version` only when the
/// header's leaf is the one that the block was sealed with.
[[nodiscard]] Result<void> parse_block(HashEngine const& engine, Frame const& frame, Bytes content,
                                       BlockView& to) noexcept;

/// Hashes every entry and checks commitments, tags, leaves, links and the block's root. On success
/// `leaves` holds the block's leaves. `commitment_mismatch` and `leaf_mismatch` name the entry;
/// `chain_break` and `block_mismatch` name the block's first.
[[nodiscard]] Result<void> check_block(HashEngine const& engine, BlockView const& block,
                                       std::span<Hash256, block_entries_max> leaves) noexcept;

/// The same without the links, for a verifier that folds those of many blocks side by side.
[[nodiscard]] Result<void> check_leaves(HashEngine const& engine, BlockView const& block,
                                        std::span<Hash256, block_entries_max> leaves) noexcept;

/// Whether a record follows from `position`: sequence, head, epoch, boot and watermark, and of a
/// record without entries the log. Of which log a block is rests on its first entry (BlockScan).
[[nodiscard]] Result<void> check_follows(ChainPosition const& position,
                                         BlockRecord const& record) noexcept;

/// Moves `position` past a block that was checked.
void advance(HashEngine const& engine, ChainPosition& position, BlockRecord const& record) noexcept;

/// A pruned block's table of what is present takes one byte an entry, zero-padded.
[[nodiscard]] constexpr std::size_t presence_bytes(std::size_t count) noexcept {
    return padded_bytes(count);
}

/// A leaf that stands for a reduced entry takes one hash block: the hash, then zeros.
inline constexpr std::size_t kept_leaf_bytes = hash_block_bytes;

} // namespace axiom::store

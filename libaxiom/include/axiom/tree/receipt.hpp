#pragma once
// The receipt: one file with which a stranger checks, without the log, that an entry is in it.
//
//     header ─leaf─▶ path in the block ─▶ block record ─leaf─▶ path in the tree ─▶ root
//       └─▶ body, attachment                                                        │
//                                                                                   ▼
//     origin (Genesis or Fork), KeyRotate …, KeyLost …, each placed in the tree ─▶ key ─▶ note
//
// The bytes, little-endian; numbers of hashes and lengths follow from nothing outside:
//
//     receipt = magic "AXIOMRCP"  version u16  flags u16  key_entries u16 (1 to 32)  note_bytes u16
//               origin_previous[32]    link before the origin: zero for Genesis
//               placed                 the subject
//               [salt[32]]             of the subject's attachment; flag 2
//               key_entries * placed   the origin, then every change of the key in order
//               note[note_bytes]       the signed checkpoint
//     placed  = header[192]  record[256]  leaf u64  block_path u8  tree_path u8  zero[6]
//               block_path * hash  tree_path * hash  [body, padded with zeros to whole 64 bytes]
//
// The body of a key entry is always there, the subject's when flag 1 is set; an entry without a
// body has none and the flag is clear. A receipt is as it should be in exactly one form.

#include <optional>
#include <span>

#include <axiom/base/result.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/port/hash_engine.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/key_chain.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>

namespace axiom {

/// An entry and its way to the root of the public tree; everything is borrowed.
struct PlacedEntry {
    Bytes header; // 192 bytes
    Bytes body;   // padded; empty when it is left out or absent
    Bytes record; // 256 bytes: the block that holds the entry
    LeafIndex leaf{};
    std::span<Hash256 const> block_path;
    std::span<Hash256 const> tree_path;
};

inline constexpr std::size_t receipt_key_entries_max = 32;

struct Receipt {
    Hash256 origin_previous{};
    PlacedEntry subject;
    Bytes salt; // 32 bytes, or empty when there is no attachment or it was erased
    List<PlacedEntry, receipt_key_entries_max> keys;
    Bytes note;
};

inline constexpr std::size_t receipt_head_bytes = 48;
inline constexpr std::size_t placed_bytes_max =
    entry_header_bytes + block_record_bytes + 16 +
    (block_path_hashes_max + proof_hashes_max) * sizeof(Hash256) + body_bytes_max;

/// No receipt is longer; reading one needs nothing beyond its own bytes.
inline constexpr std::size_t receipt_bytes_max = receipt_head_bytes +
                                                 (1 + receipt_key_entries_max) * placed_bytes_max +
                                                 attachment_salt_bytes + note_bytes_max;

/// Writes the one form of `receipt` to `to` and returns what was filled: `no_room`, or the same
/// refusals as `read_receipt` for parts that no receipt has.
[[nodiscard]] Result<Bytes> write_receipt(MutableBytes to, Receipt const& receipt) noexcept;

/// Reads the form alone; what is read borrows from `from` and is not yet believed. `truncated`,
/// `trailing_bytes`, `not_canonical`, `reserved_not_zero`, `out_of_range`, `unknown_version`, and
/// `bad_proof` for what is no receipt at all.
[[nodiscard]] Result<Receipt> read_receipt(Bytes from) noexcept;

} // namespace axiom

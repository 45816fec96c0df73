#pragma once
// The chain: commitment over a body, leaf over a header, link over the previous link and the leaf.
//
//     body, padded ──commitment──▶ header ──leaf──▶ ┐
//                                  previous link ──▶ link  = the entry's hash
//
// Commitments and leaves of different entries do not depend on each other, so they are hashed side
// by side; only the link, one compression, waits for its predecessor. When many blocks are verified
// at once even links run side by side, because each block record names the link before its first
// entry.

#include <array>
#include <span>

#include <axiom/base/hash256.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

/// The commitment of one body, given with its padding; zero for an absent body.
[[nodiscard]] Hash256 body_commitment(HashEngine const& engine, Bytes padded_body) noexcept;

/// The commitment of salt and attachment, given with their padding; zero for an absent attachment.
[[nodiscard]] Hash256 attachment_commitment(HashEngine const& engine, Bytes padded) noexcept;

[[nodiscard]] Hash256 leaf_of(HashEngine const& engine, EntryHeader const& header) noexcept;

[[nodiscard]] Hash256 link_of(HashEngine const& engine, Hash256 const& previous,
                              Hash256 const& leaf) noexcept;

/// Commitments of the bodies of up to 256 entries, side by side where their lengths agree.
/// `entries[i]` points at a header that is followed by its padded body; `commitments` has room for
/// as many.
void body_commitments(HashEngine const& engine, std::span<std::byte const* const> entries,
                      std::span<Hash256> commitments) noexcept;

/// Leaves of up to 256 entries, side by side.
void leaves_of(HashEngine const& engine, std::span<std::byte const* const> entries,
               std::span<Hash256> leaves) noexcept;

/// Folds `leaves` onto `previous` and returns the last link.
[[nodiscard]] Hash256 links_of(HashEngine const& engine, Hash256 const& previous,
                               std::span<Hash256 const> leaves) noexcept;

/// All three for up to 256 entries, each a header that is followed by its padded body: writes the
/// body commitments into the headers and the leaves to `leaves`, folds them onto `previous` and
/// returns the last link.
[[nodiscard]] Hash256 chain_entries(HashEngine const& engine, std::span<std::byte* const> entries,
                                    Hash256 const& previous, std::span<Hash256> leaves) noexcept;

} // namespace axiom

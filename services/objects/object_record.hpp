#pragma once
// ObjectRecord: what the store of objects writes, one behind the other, each at a block's start.
//
//     record   := head (128 bytes) | payload | zeros to the end of its last block
//     head     := magic u64 | kind u32 | payload bytes u32 | content bytes u64 | owner u64 |
//                 name (32) | payload hash (32) | check (32)
//
//     founding   name: 32 bytes that nobody knows           twice, at the start of slot 0
//     chunk      name: hash of the payload, a part of content
//     object     name: the object's id                      payload: the names of its chunks
//
// All numbers are little-endian. The check is a hash over the founding's bytes, the place and the
// head before it: content that looks like a record is none, wherever it comes to lie.

#include <array>
#include <optional>

#include <axiom/crypto/hash.hpp>
#include <axiom/port/store.hpp>

namespace axiom::objects {

inline constexpr std::size_t record_head_bytes = 128;

/// With its head a chunk fills whole blocks.
inline constexpr std::size_t chunk_bytes_max = (std::size_t{64} << 10U) - record_head_bytes;
inline constexpr std::size_t record_bytes_max = record_head_bytes + chunk_bytes_max;

enum class RecordKind : std::uint32_t { founding = 1, chunk, object };

struct RecordHead {
    RecordKind kind{};
    std::uint32_t payload_bytes{};
    std::uint64_t content_bytes{}; // of an object
    std::uint64_t owner{};         // of an object: whoever put it first
    Hash256 name;
    Hash256 payload;
};

/// What every check of a store covers.
struct Founding {
    HashEngine const* hashes{};
    Hash256 secret{};

    /// Of the head in these bytes, if it lies at `at`.
    [[nodiscard]] Hash256 check_of(Bytes head, SlotOffset at) const noexcept;
};

/// Into the first `record_head_bytes` of `to`.
void put_head(MutableBytes to, RecordHead const& head, Founding const& founding,
              SlotOffset at) noexcept;

/// The head that lies at `at`, if one does.
[[nodiscard]] std::optional<RecordHead> head_in(Bytes block, Founding const& founding,
                                                SlotOffset at) noexcept;

/// The secret of the founding in this block, if it is one.
[[nodiscard]] std::optional<Hash256> secret_in(Bytes block, HashEngine const& hashes,
                                               SlotOffset at) noexcept;

} // namespace axiom::objects

#pragma once
// The bytes of a segment: a header, then groups of frames, then zeros.
//
//     segment    := header zeros-to-storage-block group* zeros
//     group      := frame+                      starts on a storage block; one flush makes it
//     durable frame      := prefix(64) record(256) [ tags entries zeros [ attachments zeros ] ]
//     tags       := the first 8 bytes of each entry's leaf, zero-padded to 64
//     entries    := ( header(192) body zero-padded to 64 )*
//     attachments:= ( salt(32) data zero-padded to 64 )*   starts and ends on a storage block
//
// The frame says its own length, so no index is ever the truth. Tags name the damaged entry when a
// block's root does not come out. Attachments lie in storage blocks of their own, so that erasing
// one rewrites no block of headers and bodies. A frame's check covers its place in the segment and
// the segment's secret nonce: a frame that was moved, or that somebody wrote into an attachment, is
// not a frame.
//
//   segment header                                   frame prefix
//       0  magic "AXIOMSEG"                              0  magic "AXFR"  type u16  version u16
//       8  format_version u32  hash_suite u32            8  offset: of this frame in its segment
//      16  number u64          segment_bytes u64        16  content_bytes u32: record, tags,
//      entries 32  storage_block u32   generation u32           20  stride u32: to the next frame
//      40  epoch  boot  first  watermark                24  attachments_offset u32 (from the
//      prefix; 0 none) 72  blocks_before  u64                           28  attachments_bytes u32
//      80  previous_end   u64                           32  check (32)
//      88  reserved 8                                   64
//      96  log_id  previous_head  nonce  tree_root
//     224  check (32)
//     256

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/log/limits.hpp>
#include <axiom/port/hash_engine.hpp>
#include <axiom/port/store.hpp>
#include <axiom/tree/block_record.hpp>

namespace axiom::store {

using SegmentNumber = Strong<struct SegmentNumberTag>;

struct SegmentHeader {
    static constexpr std::uint64_t magic_value = 0x4745534D4F495841; // "AXIOMSEG"
    static constexpr std::uint32_t current_format = 1;
    static constexpr std::uint32_t suite_blake3_sha256 = 1;

    std::uint64_t magic{magic_value};
    std::uint32_t format_version{current_format};
    std::uint32_t hash_suite{suite_blake3_sha256};
    SegmentNumber number{}; // place of the segment in the log, from 0
    std::uint64_t segment_bytes{};
    std::uint32_t storage_block_bytes{};
    std::uint32_t generation{}; // rises when the segment is rewritten by pruning
    Epoch epoch{};              // of the writer that began it
    BootNumber boot{};
    Sequence first{};              // the first entry that it may hold
    Sequence watermark{};          // durable when it was begun
    std::uint64_t blocks_before{}; // leaves of the public tree in earlier segments
    std::uint64_t previous_end{};  // where the segment before ends; later bytes there are ignored;
                                   // meaningless once that segment has a generation above 0
    std::array<std::byte, 8> reserved{};
    Hash256 log_id{};
    Hash256 previous_head{}; // link of the entry before `first`
    Hash256 nonce{};         // random; only frames that know it are frames of this segment
    Hash256 tree_root{};     // of the public tree over the earlier blocks
    Hash256 check{};         // over bytes 0 to 223
};

inline constexpr std::size_t segment_header_bytes = 256;
static_assert(sizeof(SegmentHeader) == segment_header_bytes);
static_assert(offsetof(SegmentHeader, epoch) == 40 && offsetof(SegmentHeader, log_id) == 96 &&
              offsetof(SegmentHeader, check) == 224);

enum class FrameType : std::uint16_t {
    block = 1,     // entries
    watermark = 2, // a record with count 0: everything below its watermark is durable
    end = 3,       // the same, written last by a writer that stopped in order
    pruned = 4,    // a block some of whose entries are reduced to their leaves
};

struct FramePrefix {
    static constexpr std::uint32_t magic_value = 0x52465841; // "AXFR"
    static constexpr std::uint16_t current_version = 1;

    std::uint32_t magic{magic_value};
    FrameType type{FrameType::block};
    std::uint16_t version{current_version};
    std::uint64_t offset{};
    std::uint32_t content_bytes{};
    std::uint32_t stride{};
    std::uint32_t attachments_offset{};
    std::uint32_t attachments_bytes{};
    Hash256 check{}; // over bytes 0 to 31, the segment's nonce, and the block record
};

inline constexpr std::size_t frame_prefix_bytes = 64;
static_assert(sizeof(FramePrefix) == frame_prefix_bytes && offsetof(FramePrefix, check) == 32);

/// Bounds on one block, so that readers need no more room than this for a frame without
/// attachments.
inline constexpr std::size_t block_content_bytes_max = 1U << 20U;
inline constexpr std::size_t block_attachments_bytes_max = 2U << 20U;
static_assert(entry_bytes(body_bytes_max) <= block_content_bytes_max);
static_assert(padded_bytes(attachment_bytes_max) <= block_attachments_bytes_max);
inline constexpr std::size_t frame_bytes_max =
    frame_prefix_bytes + block_content_bytes_max + block_attachments_bytes_max + 2 * 65536;

[[nodiscard]] inline Bytes header_bytes(SegmentHeader const& header) noexcept {
    return std::as_bytes(std::span{&header, 1});
}

void seal_header(HashEngine const& engine, SegmentHeader& header) noexcept;

/// Reads a segment header from its 256 bytes: `not_a_log` without the magic, `unknown_version`,
/// `frame_damaged` when its check fails, `out_of_range` when its sizes make no sense.
[[nodiscard]] Result<SegmentHeader> decode_segment_header(HashEngine const& engine,
                                                          Bytes from) noexcept;

[[nodiscard]] Hash256 frame_check(HashEngine const& engine, FramePrefix const& prefix,
                                  Hash256 const& nonce, Bytes record) noexcept;

/// A frame's prefix and record, checked against each other and against the bounds of the segment.
struct Frame {
    FramePrefix prefix{};
    BlockRecord record{};
};

/// Reads prefix and record of the frame at `offset` from its first 320 bytes. `frame_damaged` when
/// they are not a frame of this segment at this place.
[[nodiscard]] Result<Frame> decode_frame(HashEngine const& engine, SegmentHeader const& segment,
                                         std::uint64_t offset, Bytes from) noexcept;

inline constexpr std::size_t frame_head_bytes = frame_prefix_bytes + block_record_bytes;

/// Bytes of the tag table of a block of `count` entries.
[[nodiscard]] constexpr std::size_t tags_bytes(std::size_t count) noexcept {
    return padded_bytes(count * sizeof(std::uint64_t));
}

} // namespace axiom::store

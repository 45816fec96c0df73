#pragma once
// How a medium says what it is: a header that is never rewritten, and the record of claims.
//
//      offset        bytes
//      0             64     header
//      65536         64     record, one copy
//      131072        64     record, the other copy
//      196608        64     header again
//      262144               end of the medium area; in an image the slots follow
//
//      header   magic "AXMEDIUM" | version u32 = 1 | storage_block_bytes u32 | segment_bytes u64
//               | slots_start u64 | slots_max u32 | zeros | crc u32
//      record   magic "AXRECORD" | serial u64 | epoch u64 | slots u32 | zeros | crc u32
//
// Little-endian; `crc` is CRC-32 (the one of zlib) over the 60 bytes before it. A folder of segment
// files has slots_start, slots_max and the record's slots 0: there the files say it. Places are 64
// KiB apart, the largest storage block, so that writing one tears at most one. An update writes the
// older copy, flushes, then the newer one, flushes: a torn update leaves the other copy, and after
// it returned both copies say it, so that rot in one takes no claim back. The higher serial wins.
// These checksums are against accident; what an attacker could gain here is fencing off a writer,
// which he who may write here can do anyway.

#include <array>
#include <cstdint>
#include <optional>

#include <axiom/codec/crc32.hpp>
#include <axiom/port/store.hpp>

namespace axiom::host {

inline constexpr std::uint64_t medium_place_bytes = 65536;
inline constexpr std::uint64_t medium_area_bytes = 4 * medium_place_bytes;
inline constexpr std::array<std::uint64_t, 2> medium_header_places{0, 3 * medium_place_bytes};
inline constexpr std::array<std::uint64_t, 2> medium_record_places{1 * medium_place_bytes,
                                                                   2 * medium_place_bytes};

using MediumText = std::array<std::byte, 64>;

struct MediumHeader {
    StoreGeometry geometry;
    std::uint64_t slots_start{}; // bytes from the medium's start to slot 0, in an image
    std::uint32_t slots_max{};   // how many slots an image has room for

    friend bool operator==(MediumHeader const&, MediumHeader const&) noexcept = default;
};

struct MediumRecord {
    std::uint64_t serial{};
    Epoch epoch{};
    std::uint32_t slots{}; // how many slots of an image are in use

    friend bool operator==(MediumRecord const&, MediumRecord const&) noexcept = default;
};

[[nodiscard]] MediumText encode_medium_header(MediumHeader const& header) noexcept;
[[nodiscard]] MediumText encode_medium_record(MediumRecord const& record) noexcept;

/// `not_a_log` for a wrong magic or checksum, `unknown_version`, `reserved_not_zero`,
/// `out_of_range` for a geometry that no medium can have.
[[nodiscard]] Result<MediumHeader> decode_medium_header(MediumText const& text) noexcept;

/// Nothing when magic, zeros or checksum are wrong.
[[nodiscard]] std::optional<MediumRecord> decode_medium_record(MediumText const& text) noexcept;

} // namespace axiom::host

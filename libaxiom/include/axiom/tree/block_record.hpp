#pragma once
// The block record: 256 bytes that seal 1 to 256 consecutive entries; a leaf of the public tree.
//
//       0  magic "AXIOMBLK"
//       8  version u16   reserved u16   count u32
//      16  first: sequence of the block's first entry
//      24  boot   epoch   watermark (every sequence below it was durable when this was written)
//      48  reserved, 16 zero bytes
//      64  log_id        link of genesis (or of the newest `Fork`)
//      96  previous_head link of the entry before `first`; zero before genesis
//     128  head          link of the last entry
//     160  leaves_root   root of the tree over the entries' leaves (tree/leaves_root.hpp)
//     192  hash          over bytes 0 to 191, in its own context
//     224  reserved, 32 zero bytes
//     256
//
// A record with count 0 seals nothing: it carries only a watermark, and is no leaf of the tree.

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/log/limits.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

struct BlockRecord {
    static constexpr std::uint64_t magic_value = 0x4B4C424D4F495841; // "AXIOMBLK"
    static constexpr std::uint16_t current_version = 1;

    std::uint64_t magic{magic_value};
    std::uint16_t version{current_version};
    std::uint16_t reserved_0{};
    std::uint32_t count{};
    Sequence first{};
    BootNumber boot{};
    Epoch epoch{};
    Sequence watermark{};
    std::array<std::byte, 16> reserved_1{};
    Hash256 log_id{};
    Hash256 previous_head{};
    Hash256 head{};
    Hash256 leaves_root{};
    Hash256 hash{};
    std::array<std::byte, 32> reserved_2{};

    friend bool operator==(BlockRecord const&, BlockRecord const&) noexcept = default;
};

static_assert(sizeof(BlockRecord) == block_record_bytes);
static_assert(offsetof(BlockRecord, log_id) == 64 && offsetof(BlockRecord, hash) == 192);

[[nodiscard]] inline Bytes record_bytes(BlockRecord const& record) noexcept {
    return std::as_bytes(std::span{&record, 1});
}

/// Fills `hash`; every other field is set.
void seal_record(HashEngine const& engine, BlockRecord& record) noexcept;

/// Reads a record from its 256 bytes and checks magic, version, reserved bytes, count and its own
/// hash.
[[nodiscard]] Result<BlockRecord> decode_record(HashEngine const& engine, Bytes from) noexcept;

} // namespace axiom

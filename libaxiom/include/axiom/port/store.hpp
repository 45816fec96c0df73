#pragma once
// Store: the medium under the log, in the log's own words.
//
// A medium is a number of equal slots, each as long as one segment, and one word that only rises:
// the epoch, by which a newer writer fences off an older one. Slots are read and written in whole
// storage blocks; a write is durable when a later flush has returned. Nothing else is promised:
// between flushes writes may reach the medium in any order, whole or torn, or not at all. The
// conformance suite in tests/conformance runs against every implementation.

#include <cstdint>

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>

namespace axiom {

using SlotIndex = Strong<struct SlotIndexTag, std::uint32_t>;

/// Whoever can write a medium's header decides how much of it readers look at: so a length ends.
inline constexpr std::uint64_t segment_bytes_max = std::uint64_t{1} << 30U;

struct StoreGeometry {
    std::uint32_t storage_block_bytes{4096}; // what a write may tear; a power of two, 512 to 65536
    std::uint64_t segment_bytes{64U << 20U}; // bytes of a slot: whole storage blocks, two at least,
                                             // up to segment_bytes_max

    friend bool operator==(StoreGeometry const&, StoreGeometry const&) noexcept = default;
};

struct SlotOffset {
    SlotIndex slot{};
    std::uint64_t offset{}; // bytes from the slot's start; a multiple of storage_block_bytes
};

class Store {
  public:
    [[nodiscard]] virtual StoreGeometry geometry() const noexcept = 0;

    /// How many slots exist now; their indices are 0 to one less.
    [[nodiscard]] virtual std::uint32_t slots() const noexcept = 0;

    /// Makes one more slot, preallocated and reading as zeros; durable when it returns.
    /// `store_full` when the medium has no room, and then nothing has changed.
    [[nodiscard]] virtual Result<SlotIndex> extend() noexcept = 0;

    /// Fills `to` (whole storage blocks) from `from`. `io_failed` where the medium cannot be read,
    /// `size_changed` where it ends too early; `to` is then undefined.
    [[nodiscard]] virtual Result<void> read(SlotOffset from, MutableBytes to) noexcept = 0;

    /// Writes whole storage blocks. After a refusal what lies there is unknown; `read_only`.
    /// `store_full` where the medium has no room: a slot that was discarded takes its room again at
    /// the first write to its first block, so that no later one meets this.
    [[nodiscard]] virtual Result<void> write(SlotOffset to, Bytes from) noexcept = 0;

    /// Makes every write that has returned durable. A failed flush is final: whatever it covered
    /// may be lost though it still reads back, so the store refuses every later change with
    /// `flush_failed`.
    [[nodiscard]] virtual Result<void> flush() noexcept = 0;

    /// Makes the slot's bytes from `from.offset` to its end read as zeros and gives their room back
    /// where the medium can; durable after the next flush.
    [[nodiscard]] virtual Result<void> discard(SlotOffset from) noexcept = 0;

    /// The highest epoch that any writer has claimed, read from the medium each time.
    [[nodiscard]] virtual Result<Epoch> claimed_epoch() noexcept = 0;

    /// Records a claim; durable when it returns. `fenced` unless `epoch` is above every earlier
    /// claim.
    [[nodiscard]] virtual Result<void> claim_epoch(Epoch epoch) noexcept = 0;

  protected:
    ~Store() = default;
};

/// Whether what a store refused a read with says nothing of the bytes that lie there, so that
/// nothing is concluded from it: neither that they are damaged nor that they are not there.
[[nodiscard]] constexpr bool is_device_error(Code code) noexcept {
    return code == Code::io_failed || code == Code::short_transfer ||
           code == Code::access_refused || code == Code::no_memory;
}

/// Whether `bytes` bytes at `at` are whole storage blocks inside one of `slots` slots.
[[nodiscard]] constexpr bool store_range_fits(StoreGeometry const& geometry, std::uint32_t slots,
                                              SlotOffset at, std::uint64_t bytes) noexcept {
    std::uint64_t const within = geometry.storage_block_bytes - 1U;
    return at.slot.value < slots && (at.offset & within) == 0 && (bytes & within) == 0 &&
           range_fits(at.offset, bytes, geometry.segment_bytes);
}

/// Whether a medium can have this geometry: see the members' own bounds.
[[nodiscard]] constexpr bool is_store_geometry(StoreGeometry const& geometry) noexcept {
    std::uint32_t const block = geometry.storage_block_bytes;
    return block >= 512 && block <= 65536 && (block & (block - 1U)) == 0 &&
           geometry.segment_bytes >= 2 * std::uint64_t{block} &&
           geometry.segment_bytes <= segment_bytes_max && geometry.segment_bytes % block == 0;
}

} // namespace axiom

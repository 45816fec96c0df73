#pragma once
// SegmentWindow: looks at any range of a slot through one buffer, reading whole storage blocks.
//
// Scanning forward reads each byte once, in pieces of at least 512 KiB where the buffer is so long;
// who looks at little of what comes next asks for no more than the range. A view holds until the
// next call.

#include <axiom/base/result.hpp>
#include <axiom/port/store.hpp>

namespace axiom::store {

enum class ReadAhead : bool { no, yes };

class SegmentWindow {
  public:
    /// `buffer` is a multiple of the storage block, and no range asked for is longer than it less
    /// one block.
    SegmentWindow(Store& store, MutableBytes buffer) noexcept;

    /// The bytes `[offset, offset + length)` of a slot. `size_changed` beyond its end, else what
    /// the store refuses.
    Result<Bytes> view(SlotIndex slot, std::uint64_t offset, std::size_t length,
                       ReadAhead ahead = ReadAhead::yes) noexcept;

    /// Forgets what was read, because the medium may have changed.
    void forget() noexcept { filled_ = 0; }

    [[nodiscard]] Store& store() const noexcept { return *store_; }
    [[nodiscard]] std::size_t range_bytes_max() const noexcept {
        return buffer_.size() - storage_block_;
    }

  private:
    static constexpr std::size_t read_ahead_bytes = 512U << 10U;

    Result<void> fill(SlotIndex slot, std::uint64_t offset, std::size_t length,
                      ReadAhead ahead) noexcept;

    Store* store_;
    MutableBytes buffer_;
    std::size_t storage_block_;
    SlotIndex slot_{};
    std::uint64_t start_{};
    std::size_t filled_{};
};

} // namespace axiom::store

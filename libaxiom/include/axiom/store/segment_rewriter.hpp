#pragma once
// SegmentRewriter: a segment written anew with some of its entries reduced to their leaves.
//
//     old   header │ block │ block │ attachments │ watermark │ block …         │ zeros
//     new   header │ pruned│ block │  fewer      │ watermark │ pruned … │ zeros to the end
//           generation + 1, another nonce; every record as it was, frames closer together
//
// Records do not change, so root, links and the public tree are what they were; prefixes do,
// because frames move. No frame ever lies behind its old place, so the segment always has room. It
// does no input or output: whoever drives it writes the pieces, and the header last, when all else
// is durable; until then the slot holds no segment.

#include <optional>
#include <span>

#include <axiom/store/block_scan.hpp>

namespace axiom::store {

class SegmentRewriter {
  public:
    /// `buffer` is a multiple of the storage block, `buffer_bytes_min` at least.
    SegmentRewriter(HashEngine const& engine, SegmentHeader const& old, Hash256 const& nonce,
                    MutableBytes buffer) noexcept;

    [[nodiscard]] static constexpr std::size_t
    buffer_bytes_min(std::uint32_t storage_block_bytes) noexcept {
        return round_up<std::size_t>(2 * frame_bytes_max, storage_block_bytes) +
               4 * std::size_t{storage_block_bytes};
    }

    /// Adds the block that `scan` has just checked and hashed; entry `i` is reduced when `goes[i]`.
    /// There is room.
    void add(BlockScan const& scan, std::span<bool const> goes) noexcept;

    /// Adds a frame that seals nothing.
    void add(Frame const& idle) noexcept;

    /// Whether one more frame fits, whatever its size; else write what is settled first.
    [[nodiscard]] bool has_room() const noexcept {
        return range_fits(used_, frame_bytes_max + header_.storage_block_bytes, buffer_.size());
    }

    struct Piece {
        std::uint64_t offset{}; // in the segment
        Bytes bytes;            // whole storage blocks; may be empty
    };

    /// What will not change any more. When it has been written, `forget` makes its room free; after
    /// that there is room for one more frame.
    [[nodiscard]] Piece settled() noexcept;
    void forget(Piece const& piece) noexcept;

    /// The rest; nothing is added after this.
    [[nodiscard]] Piece finish() noexcept;

    /// The bytes of the segment's first storage block, with zeros behind them: written when
    /// everything else is durable.
    [[nodiscard]] SegmentHeader const& header() const noexcept { return header_; }

    /// Where the frames end so far.
    [[nodiscard]] std::uint64_t end() const noexcept { return base_ + used_; }

  private:
    struct NewestFrame {
        std::size_t at{}; // in the buffer
        FramePrefix prefix{};
        BlockRecord record{};
    };

    void start_frame(std::uint64_t old_offset) noexcept;
    void put_reduced(BlockView const& block, std::span<Hash256 const> leaves,
                     std::span<bool const> goes) noexcept;
    void put_attachments(BlockScan const& scan, std::span<bool const> goes,
                         FramePrefix& prefix) noexcept;
    void seal_newest_frame() noexcept;
    void put(Bytes bytes) noexcept;
    void put_zeros(std::size_t bytes) noexcept;
    void pad_to_storage_block() noexcept;

    HashEngine const* engine_;
    SegmentHeader header_;
    MutableBytes buffer_;
    std::uint64_t base_; // where the buffer begins in the segment
    std::size_t used_{};
    std::uint64_t group_started_;       // frames that follow may begin a group of their own
    std::optional<NewestFrame> newest_; // its stride is not known yet
};

} // namespace axiom::store

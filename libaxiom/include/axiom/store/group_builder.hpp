#pragma once
// GroupBuilder: turns drained blocks into the bytes of one group, ready for one write and one
// flush.
//
//     begin ─▶ add block ─▶ add block … ─▶ finish ─▶ write(group.at, group.bytes) ─▶ flush
//
// It does no input or output, so the next group is built while the last one is being flushed, and
// the simulation, the bare metal and the host write the same bytes. A group never crosses segments:
// when the segment has no room for the next block, `fits` says so; the caller finishes this group,
// and the next one starts a segment, whose header goes out in the same write.

#include <optional>
#include <span>

#include <axiom/log/drained_block.hpp>
#include <axiom/store/position.hpp>

namespace axiom::store {

/// The most that a block's entries may take so that its frame stays within
/// `block_content_bytes_max`.
inline constexpr std::size_t block_entries_bytes_max =
    block_content_bytes_max - frame_head_bytes - tags_bytes(block_entries_max);

struct Group {
    SlotOffset at{};
    Bytes bytes;           // whole storage blocks
    ChainPosition chain{}; // after the group
};

struct NewSegment {
    SlotIndex slot{};
    Hash256 nonce{}; // random
};

/// What a block's record says besides its entries.
struct BlockContext {
    Sequence watermark{};
    Epoch epoch{};
    BootNumber boot{};
};

class GroupBuilder {
  public:
    GroupBuilder(HashEngine const& engine, StoreGeometry geometry,
                 WritePosition const& position) noexcept;

    /// Starts a group in `buffer` (a multiple of the storage block).
    void begin(MutableBytes buffer) noexcept;

    /// Bytes of entries and attachments together that the next block may have.
    [[nodiscard]] std::size_t room() const noexcept;

    /// The same for the first block of a segment.
    [[nodiscard]] static std::size_t room_in_segment(StoreGeometry geometry) noexcept;

    /// Whether a frame that seals nothing fits here.
    [[nodiscard]] bool has_room_for_watermark() const noexcept;

    /// Adds a block for which there is room. `attachments` are those of the entries that have one,
    /// in order, salt first and padded to whole hash blocks.
    void add(DrainedBlock const& block, std::span<Bytes const> attachments,
             BlockContext const& context) noexcept;

    /// Adds a frame that carries only a watermark; `type` is `watermark` or `end`. Needs one
    /// storage block.
    void add_watermark(FrameType type, BlockContext const& context) noexcept;

    /// The next group begins a segment in `next`; no group is open.
    void roll(NewSegment const& next, BlockContext const& context) noexcept;

    /// This segment takes no more groups: there is no room until the next `roll`.
    void abandon_segment() noexcept { abandoned_ = true; }
    void keep_segment() noexcept { abandoned_ = false; }

    [[nodiscard]] bool empty() const noexcept { return used_ == lead_; }
    [[nodiscard]] Group finish() noexcept;

    [[nodiscard]] WritePosition const& position() const noexcept { return position_; }

  private:
    struct NewestFrame {
        std::size_t at{}; // in the buffer
        FramePrefix prefix{};
        BlockRecord record{};
    };

    [[nodiscard]] std::uint64_t segment_offset() const noexcept { return position_.offset + used_; }
    [[nodiscard]] BlockRecord record_for(BlockContext const& context) const noexcept;
    void seal_newest_frame() noexcept;
    void put(Bytes bytes) noexcept;
    void pad_to_storage_block() noexcept;

    HashEngine const* engine_;
    StoreGeometry geometry_;
    WritePosition position_;
    MutableBytes buffer_;
    bool abandoned_{};
    std::size_t used_{};
    std::size_t lead_{};                // bytes of the segment header at the group's start, or none
    std::optional<NewestFrame> newest_; // its room is taken, its prefix not written yet
};

} // namespace axiom::store

#pragma once
// BlockScan: walks the blocks of a log in order, checking each one and what lies between them.
//
//     header ─ frame ─ frame ─ pad │ frame ─ attachments ─ pad │ … │ zeros to the segment's end
//        └────────────── every byte is read, and either hashed or checked to be zero ──────────┘
//
// Recovery, replay and verification are this walk with different answers to what it finds. It stops
// at the first thing that is not what it should be and says what and where; it never decides what
// that means.
//
// A log's id changes where a Fork says so and nowhere else: every block is of the log that the one
// before is of, but for one whose first entry is Genesis or a Fork, which carries that entry's
// link.

#include <algorithm>
#include <optional>

#include <axiom/store/block_view.hpp>
#include <axiom/store/segment_map.hpp>

namespace axiom::store {

struct ScanOptions {
    bool check_attachments{true}; // re-hash every attachment that is there
    bool list_mismatches{};       // attachments of other bytes are listed, not refused
    bool accept_late_writes{};    // bytes after a fenced segment's end are counted, not refused
    bool only_frames{};           // what is in frames and between them is not looked at
    std::optional<Sequence> lost_from{}; // the block that starts here is refused: see recovery
    Sequence links_from{}; // of blocks that begin before it the caller folds the links itself

    // Blocks without an entry in [hash_from, hash_end) are taken apart but not hashed, and their
    // attachments not looked at: a reader of a part needs the rest only to know where it stands.
    Sequence hash_from{};
    Sequence hash_end{~std::uint64_t{0}};
};

/// What the walk came to.
enum class ScanStep : std::uint8_t {
    block,     // `block()` and `leaves()` hold one that was checked (ScanOptions)
    watermark, // a record that seals nothing moved the watermark
    segment,   // the next segment begins
    end,       // the log ends here, in good order
};

/// Where the walk found the log's end, or stopped.
struct ScanPlace {
    std::size_t segment{};  // index into the map
    std::uint64_t offset{}; // of the next frame
};

/// The buffer of a window through which a medium is scanned: any frame of it fits.
[[nodiscard]] constexpr std::size_t scan_window_bytes(StoreGeometry const& geometry) noexcept {
    std::size_t const block = geometry.storage_block_bytes;
    auto const frame =
        static_cast<std::size_t>(std::min<std::uint64_t>(frame_bytes_max, geometry.segment_bytes));
    return round_up<std::size_t>(frame, block) + block;
}

class BlockScan {
  public:
    BlockScan(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
              ScanOptions options) noexcept;

    /// The next step. After an error `place()` is where it happened, and the scan stays there.
    Result<ScanStep> next() noexcept;

    /// Starts at a segment's head, taking its header's word; but segment 0 begins at entry 0.
    void start_at_segment(std::size_t segment) noexcept;

    /// Whether the last error was about the content of a block whose frame is sound, so that the
    /// walk can go on behind it.
    [[nodiscard]] bool can_skip() const noexcept { return damaged_.has_value(); }

    /// Goes on behind the damaged block. Nothing about its entries has been checked.
    void skip() noexcept;

    /// After damage to a frame: goes on at the next storage block of this segment that begins a
    /// frame, whose record is taken at its word. False when there is none; then the walk is where
    /// the segment's frames end.
    Result<bool> resume() noexcept;

    [[nodiscard]] BlockView const& block() const noexcept { return block_; }

    /// Whether the newest block was hashed (ScanOptions); else `leaves()` is meaningless.
    [[nodiscard]] bool hashed() const noexcept { return hashed_; }
    [[nodiscard]] std::span<Hash256 const> leaves() const noexcept {
        return std::span{leaves_}.first(block_.count());
    }

    /// The newest block's frame, prefix to stride's end; gone at the next step.
    [[nodiscard]] Bytes frame_bytes() const noexcept { return frame_bytes_; }

    /// The newest frame that seals nothing.
    [[nodiscard]] Frame const& idle_frame() const noexcept { return idle_; }

    [[nodiscard]] ChainPosition const& position() const noexcept { return position_; }
    [[nodiscard]] ScanPlace place() const noexcept { return place_; }

    /// Where the frames that were taken end. Of a segment that was refused as a whole none was:
    /// then it is in the one before.
    [[nodiscard]] ScanPlace frames_end_place() const noexcept;

    /// Whether the log's last frame says that its writer stopped in order.
    [[nodiscard]] bool ended_in_order() const noexcept { return ended_in_order_; }

    /// Segments that hold bytes after the end that their successor recorded.
    [[nodiscard]] std::uint64_t late_segments() const noexcept { return late_segments_; }

    /// Of the newest block: attachments whose bytes are all zero though an entry claims them.
    [[nodiscard]] std::span<Sequence const> erased() const noexcept {
        return std::span{erased_}.first(erased_count_);
    }

    /// Of the newest block: attachments whose bytes are others than an entry claims (ScanOptions).
    [[nodiscard]] std::span<Sequence const> mismatched() const noexcept {
        return std::span{mismatched_}.first(mismatched_count_);
    }

  private:
    [[nodiscard]] SegmentPlace const& segment() const noexcept;
    [[nodiscard]] SegmentHeader const* successor() const noexcept;
    [[nodiscard]] bool is_newest() const noexcept;
    Result<bool> zeros_between(std::uint64_t from, std::uint64_t to) noexcept;
    Result<void> enter_segment() noexcept;
    [[nodiscard]] bool header_follows(SegmentHeader const& header) const noexcept;
    Result<bool> frames_end_here() noexcept;
    Result<ScanStep> leave_segment() noexcept;
    Result<ScanStep> take_frame() noexcept;
    void move_past(Frame const& frame) noexcept;
    [[nodiscard]] std::uint64_t frames_end() const noexcept;
    [[nodiscard]] SegmentHeader const* end_keeper() const noexcept;
    Result<void> take_content(Frame const& frame) noexcept;
    Result<void> take_block(Frame const& frame, Bytes bytes) noexcept;
    [[nodiscard]] ReadAhead read_ahead() const noexcept;
    Result<bool> begins_a_log() const noexcept;
    Result<void> check_log_id(bool begins) const noexcept;
    Result<void> take_attachments(Frame const& frame, Bytes bytes) noexcept;

    HashEngine const* engine_;
    SegmentWindow* window_;
    SegmentMap const* map_;
    ScanOptions options_;
    ChainPosition position_{};
    ScanPlace place_{};
    ScanPlace left_{}; // where the frames of the segment before end
    bool entered_{};
    bool trust_header_{true};
    std::uint64_t late_segments_{};
    bool ended_in_order_{};
    BlockView block_{};
    std::array<Hash256, block_entries_max> leaves_{};
    std::array<Sequence, block_entries_max> erased_{};
    std::size_t erased_count_{};
    std::array<Sequence, block_entries_max> mismatched_{};
    std::size_t mismatched_count_{};
    bool hashed_{};
    Bytes frame_bytes_;
    Frame idle_{};
    std::optional<Frame> damaged_;
};

} // namespace axiom::store

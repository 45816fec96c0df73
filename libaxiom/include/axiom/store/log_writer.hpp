#pragma once
// LogWriter: moves entries from the log's ring, and their attachments, into groups.
//
// It decides what goes into which group and when a segment is full, and does no input or output:
// its owner writes the group, flushes, and tells the log how far that made it durable. Attachments
// wait in a ring of their own, in the order of their entries, from the moment the entry is appended
// until its block is built.
//
//     take ─▶ build ─▶ settle          a block at a time
//
// The owner's lock is needed around the first and the last step. While the second hashes, more may
// be appended.

#include <array>
#include <optional>

#include <axiom/log/append_ring.hpp>
#include <axiom/log/log.hpp>
#include <axiom/store/group_builder.hpp>

namespace axiom::store {

class LogWriter {
  public:
    LogWriter(HashEngine const& engine, StoreGeometry geometry, WritePosition const& position,
              Arena& arena, RingSize attachments) noexcept;

    [[nodiscard]] static constexpr std::size_t bytes_for(RingSize attachments) noexcept {
        return AppendRing::bytes_for(attachments);
    }

    /// Room for the padded attachment of the entry that is appended next; null when the ring is
    /// full.
    [[nodiscard]] std::byte* push_attachment(std::size_t padded) noexcept {
        return attachments_.push(padded, attachments_.bytes_capacity());
    }

    [[nodiscard]] bool has_attachment_room(std::size_t padded) const noexcept {
        return attachments_.has_room(padded);
    }

    /// The next group starts a segment of its own, whatever room this one has.
    void abandon_segment() noexcept { builder_.abandon_segment(); }

    /// Takes that back, while no group has been started since.
    void keep_segment() noexcept { builder_.keep_segment(); }

    /// A slot for the segment after this one, made beforehand so that no group waits for it.
    void offer(NewSegment const& next) noexcept { spare_ = next; }
    [[nodiscard]] bool wants_segment() const noexcept { return !spare_.has_value(); }

    /// Starts a group in `buffer`, which has room for at least one largest frame of this geometry.
    void begin(MutableBytes buffer) noexcept;
    [[nodiscard]] bool open() const noexcept { return open_; }
    [[nodiscard]] bool empty() const noexcept { return builder_.empty(); }

    /// The next entries below `end` that group and segment have room for, at most one block of
    /// them; none when the group is full or nothing waits. `store_full` when a segment is needed
    /// and none was offered; what was added so far stays.
    Result<std::optional<DrainedBlock>> take(Log& log, Sequence end,
                                             BlockContext const& context) noexcept;

    /// Hashes the block that was taken and adds it to the group.
    void build(Log& log, DrainedBlock& block, BlockContext const& context) noexcept;

    /// The block that was built has left the log's ring and that of the attachments.
    void settle(Log& log, DrainedBlock const& block) noexcept;

    /// Adds a frame that carries only a watermark, if there is room for it in this segment.
    bool add_watermark(FrameType type, BlockContext const& context) noexcept;

    /// Closes the group, which is not empty.
    [[nodiscard]] Group finish() noexcept;

    /// What one entry and its padded attachment may take together.
    [[nodiscard]] std::size_t entry_bytes_max() const noexcept;

    /// The buffer that `begin` wants at least.
    [[nodiscard]] static std::size_t buffer_bytes_min(StoreGeometry geometry) noexcept;

    [[nodiscard]] WritePosition const& position() const noexcept { return builder_.position(); }

  private:
    void collect_attachments(DrainedBlock const& block) noexcept;

    StoreGeometry geometry_;
    GroupBuilder builder_;
    AppendRing attachments_;
    std::optional<NewSegment> spare_;
    std::array<Bytes, block_entries_max> taken_attachments_{}; // of the block that was taken
    MutableBytes buffer_{};
    bool open_{};
};

} // namespace axiom::store

#pragma once
// Recovery: the longest valid prefix of a log, and what the rest of it means.
//
// The walk stops at the first frame that is not valid. What lies beyond decides (THREATS.md, rule
// 1): if any frame, record or segment header there is valid and carries a watermark past the entry
// where the walk stopped, then that entry was acknowledged, and the damage is rot: the log is
// refused and nothing is changed. Otherwise nothing beyond was ever acknowledged: it is a torn
// tail, and is cut.
//
// An attachment belongs to its block. Where its bytes are not there and no `Erase` entry of the
// prefix explains it, the block is damaged: above the watermark the walk stops at it, because a
// power cut took what was never acknowledged; below it is rot. One that an `Erase` names may be
// whole, zeros, or anything between: its erasure is owed.
//
// Recovery only reads. What it decided is carried out by the writer that takes the log over, which
// begins a segment of its own; so a crash in recovery leaves what recovery found.

#include <axiom/store/entry_cursor.hpp>
#include <axiom/store/link_fold.hpp>
#include <axiom/store/missing_attachments.hpp>

namespace axiom::store {

/// Claims rise by one with each take-over, and a log's epoch follows: a claim further above it than
/// this was made by no writer.
inline constexpr std::uint64_t epoch_claims_ahead_max = std::uint64_t{1} << 20U;

/// Whether a writer can have claimed `claimed` on the medium of a log that has come to `newest`.
[[nodiscard]] constexpr bool claim_is_plausible(Epoch claimed, Epoch newest) noexcept {
    return claimed <= newest || claimed.value - newest.value <= epoch_claims_ahead_max;
}

struct Recovered {
    ChainPosition chain{};        // after the last valid block
    std::size_t last_segment{};   // index into the map of the segment that holds the end
    std::uint64_t end_offset{};   // where its valid frames end, which may be within a storage block
    bool ended_in_order{};        // the last writer said so
    bool torn{};                  // something lay beyond the end, and was never acknowledged
    std::uint64_t bytes_beyond{}; // bytes that are not zero there, in this segment, at least
    std::uint64_t late_segments{}; // segments that hold bytes behind their recorded end
};

/// What recovery may use beside the stack, to be faster.
struct RecoveryRoom {
    // For attachments that are missing until their `Erase` entry is met. With less room than there
    // are, the log is walked more often; without any, there is a little.
    std::span<MissingAttachment> missing{};

    // With it, links of entries that were acknowledged are folded side by side.
    LinkFold* links{};
};

/// Walks the whole log and hands every entry to `sink` (which may be null). Errors: those of the
/// walk when they mean `rot_below_watermark` come as that code with `where` the entry and `detail`
/// the walk's own code; what the store refuses, and `unknown_version` behind a check that holds,
/// come as they are. After a refusal `sink` may have got entries behind the one named. Segments of
/// the map behind `last_segment` are no part of the log.
[[nodiscard]] Result<Recovered> recover(HashEngine const& engine, SegmentWindow& window,
                                        SegmentMap const& map, EntrySink* sink,
                                        RecoveryRoom const& room = {}) noexcept;

/// Whether the log still ends as `found` says: a writer that was at work may have gone on since the
/// map was loaded, which is loaded anew here. Reads the newest segment.
[[nodiscard]] Result<bool> still_ends_so(HashEngine const& engine, SegmentWindow& window,
                                         SegmentMap& map, Recovered const& found) noexcept;

/// The block at which the valid prefix ends because an attachment of it never reached the medium,
/// if there is one (ScanOptions::lost_from): its first sequence. What recovery finds, for readers.
[[nodiscard]] Result<std::optional<Sequence>>
lost_block(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map) noexcept;

/// Loads the map. A log whose first header is lost is `rot_below_watermark` of entry 0 if anything
/// vouches for an entry; otherwise what `SegmentMap::load` refuses.
[[nodiscard]] Result<void> find_segments(HashEngine const& engine, SegmentWindow& window,
                                         SegmentMap& map) noexcept;

/// Whether any slot holds a header or a block record that vouches for an acknowledged entry. A
/// medium without one is no log, or one whose creation was cut short: nothing is lost by making a
/// new log there.
[[nodiscard]] Result<bool> acknowledges_anything(HashEngine const& engine,
                                                 SegmentWindow& window) noexcept;

} // namespace axiom::store

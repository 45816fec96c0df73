// Recovery; see axiom/store/recovery.hpp.

#include <axiom/store/recovery.hpp>

#include <algorithm>
#include <optional>

#include <axiom/domain/gated.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom::store {

namespace {

// What the device refuses is no statement about the log's bytes, so it is never taken for a torn
// tail.
bool is_device_error(Code code) noexcept {
    return code == Code::io_failed || code == Code::short_transfer || code == Code::table_full;
}

// Block records vouch for themselves, so they are found even where the segment's header was lost.
// Groups start on storage blocks, and the first frame of one puts its record right behind its
// prefix.
Result<bool> slot_acknowledges(HashEngine const& engine, SegmentWindow& window, SlotIndex slot,
                               Sequence next) noexcept {
    StoreGeometry const geometry = window.store().geometry();
    for (std::uint64_t at = 0; at < geometry.segment_bytes; at += geometry.storage_block_bytes) {
        Bytes const bytes = TRY(window.view(slot, at, geometry.storage_block_bytes));
        auto const record = decode_record(engine, bytes.subspan(frame_prefix_bytes));
        if (record && record->watermark > next) {
            return true;
        }
    }
    return false;
}

// Looks beyond the place where the walk stopped for anything that was written later.
class Beyond {
  public:
    Beyond(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
           BlockScan const& scan) noexcept
        : engine_{&engine}, window_{&window}, map_{&map}, next_{scan.position().next},
          place_{scan.place()} {}

    /// Whether something valid there carries a watermark past the entry where the walk stopped.
    Result<bool> acknowledges() noexcept {
        for (std::size_t index = place_.segment; index < map_->segments().size(); ++index) {
            SegmentPlace const& segment = map_->segments()[index];
            bool const later = index > place_.segment;
            if (later && segment.header.watermark > next_) {
                return true;
            }
            std::uint64_t const from = later ? segment.header.storage_block_bytes : place_.offset;
            if (TRY(frames_acknowledge(segment, from))) {
                return true;
            }
        }
        return in_free_slots();
    }

    /// The same of the slots that seem free: a segment whose header was lost, to whatever, still
    /// holds block records that vouch for themselves.
    Result<bool> in_free_slots() noexcept {
        for (SlotIndex const slot : map_->free_slots()) {
            if (TRY(slot_acknowledges(*engine_, *window_, slot, next_))) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::uint64_t bytes_seen() const noexcept { return bytes_seen_; }

  private:
    // Groups start on storage blocks, so a later group's first frame can be nowhere else.
    Result<bool> frames_acknowledge(SegmentPlace const& segment, std::uint64_t from) noexcept {
        std::uint32_t const step = segment.header.storage_block_bytes;
        for (std::uint64_t at = round_up<std::uint64_t>(from, step);
             range_fits(at, step, segment.header.segment_bytes); at += step) {
            Bytes const bytes = TRY(window_->view(segment.slot, at, step));
            if (is_zero(bytes)) {
                continue;
            }
            bytes_seen_ += step;
            auto const frame = decode_frame(*engine_, segment.header, at, bytes);
            if (frame && frame->record.watermark > next_) {
                return true;
            }
        }
        return false;
    }

    HashEngine const* engine_;
    SegmentWindow* window_;
    SegmentMap const* map_;
    Sequence next_;
    ScanPlace place_;
    std::uint64_t bytes_seen_{};
};

// Attachments of the newest group that never reached the medium. A lost one reads as zeros, like
// one that was erased; the two are told apart by the `Erase` entry, which is durable before the
// bytes go. A group is written when the one before is durable, so only the last segment can hold
// such a block, and none below the watermark.
class LostAttachments {
  public:
    LostAttachments(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map) noexcept
        : engine_{&engine}, window_{&window}, map_{&map} {}

    /// The first sequence of the block at which the valid prefix ends for that reason, if any.
    Result<std::optional<Sequence>> first_block() noexcept {
        TRY(walk([](BlockScan const&) {}));
        Sequence const watermark = watermark_;
        if (watermark == next_) {
            return std::nullopt;
        }
        for (Sequence after = watermark;;) {
            std::optional<Sequence> lost;
            Sequence block{};
            TRY(walk([&](BlockScan const& scan) {
                Sequence const first = scan.block().frame.record.first;
                for (Sequence const erased : scan.erased()) {
                    if (!lost && first >= watermark && erased >= after) {
                        lost = erased;
                        block = first;
                    }
                }
            }));
            if (!lost) {
                return std::nullopt;
            }
            bool explained = false;
            TRY(walk([&](BlockScan const& scan) { explained = explained || erases(scan, *lost); }));
            if (!explained) {
                return block;
            }
            after = Sequence{lost->value + 1};
        }
    }

  private:
    // Visits every block of the last segment, up to where it ends or is damaged.
    template <class Visit> Result<void> walk(Visit const& visit) noexcept {
        BlockScan scan{
            *engine_,
            *window_,
            *map_,
            {.check_attachments = true, .check_links = true, .accept_late_writes = true}};
        scan.start_at_segment(map_->segments().size() - 1);
        for (auto step = scan.next(); step != ScanStep::end; step = scan.next()) {
            if (!step) {
                if (is_device_error(step.error().code)) {
                    return std::unexpected(step.error());
                }
                break;
            }
            if (*step == ScanStep::block) {
                visit(scan);
            }
        }
        watermark_ = scan.position().watermark;
        next_ = scan.position().next;
        return {};
    }

    static bool erases(BlockScan const& scan, Sequence target) noexcept {
        for (std::size_t index = 0; index < scan.block().count(); ++index) {
            if (scan.block().reduced(index)) {
                continue;
            }
            Entry const entry = scan.block().entry(index);
            if (entry.header.domain != DomainNumber::log ||
                entry.header.kind != static_cast<std::uint16_t>(LogKind::erase)) {
                continue;
            }
            auto const erase = decode_gated<Erase>(entry.body);
            if (erase && erase->sequence == target) {
                return true;
            }
        }
        return false;
    }

    HashEngine const* engine_;
    SegmentWindow* window_;
    SegmentMap const* map_;
    Sequence watermark_{}; // at the end of the last walk
    Sequence next_{};
};

Recovered found(BlockScan const& scan, SegmentMap const& map) noexcept {
    ScanPlace const place = scan.place();
    std::uint32_t const block = map.segments()[place.segment].header.storage_block_bytes;
    return {.chain = scan.position(),
            .last_segment = place.segment,
            .end_offset = round_up<std::uint64_t>(place.offset, block),
            .ended_in_order = scan.ended_in_order(),
            .torn = false,
            .bytes_beyond = 0,
            .late_segments = scan.late_segments()};
}

} // namespace

Result<bool> acknowledges_anything(HashEngine const& engine, SegmentWindow& window) noexcept {
    for (std::uint32_t slot = 0; slot < window.store().slots(); ++slot) {
        if (TRY(slot_acknowledges(engine, window, SlotIndex{slot}, Sequence{0}))) {
            return true;
        }
    }
    return false;
}

Result<Recovered> recover(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                          EntrySink* sink) noexcept {
    if (map.segments().empty() || map.segments().front().header.number.value != 0) {
        return fail(Code::not_a_log);
    }
    auto const lost = TRY(LostAttachments(engine, window, map).first_block());
    BlockScan scan{engine, window, map, {.accept_late_writes = true, .lost_from = lost}};
    scan.start_at_segment(0);
    while (true) {
        auto const step = scan.next();
        if (!step && is_device_error(step.error().code)) {
            return std::unexpected(step.error());
        }
        if (!step || *step == ScanStep::end) {
            Recovered recovered = found(scan, map);
            Beyond beyond{engine, window, map, scan};
            // A walk that came to the end has seen everything but the slots that seem free.
            bool const acknowledged =
                step ? TRY(beyond.in_free_slots()) : TRY(beyond.acknowledges());
            if (acknowledged) {
                Code const cause = step ? Code::chain_break : step.error().code;
                return fail(Code::rot_below_watermark, scan.position().next.value,
                            static_cast<std::uint64_t>(cause));
            }
            recovered.torn = !step;
            recovered.ended_in_order = recovered.ended_in_order && step.has_value();
            recovered.bytes_beyond = beyond.bytes_seen();
            return recovered;
        }
        if (*step == ScanStep::block && sink != nullptr) {
            EntryCursor::deliver(scan, *sink);
        }
    }
}

} // namespace axiom::store

// Recovery; see axiom/store/recovery.hpp.

#include <axiom/store/recovery.hpp>

#include <axiom/store/acknowledged.hpp>

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
        if (mismatch_) {
            // Torn when it was written, unless something later vouches for the entry: then it is an
            // erasure that was cut short, or rot, and neither ends the log.
            auto const beyond = TRY(look_beyond(*engine_, *window_, *map_, *mismatch_));
            return beyond.acknowledged ? std::nullopt : std::optional{mismatch_->next};
        }
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
                if (step.error().code == Code::commitment_mismatch) {
                    mismatch_ = {.segment = scan.place().segment,
                                 .offset = scan.place().offset,
                                 .next = scan.position().next};
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
    std::optional<DamagePlace> mismatch_;
    Sequence next_{};
};

Recovered found(BlockScan const& scan) noexcept {
    ScanPlace const place = scan.place();
    return {.chain = scan.position(),
            .last_segment = place.segment,
            .end_offset = place.offset,
            .ended_in_order = scan.ended_in_order(),
            .torn = false,
            .bytes_beyond = 0,
            .late_segments = scan.late_segments(),
            .late_segment = scan.late_segment()};
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
    BlockScan scan{engine,
                   window,
                   map,
                   {.check_attachments = false, .accept_late_writes = true, .lost_from = lost}};
    scan.start_at_segment(0);
    while (true) {
        auto const step = scan.next();
        if (!step && is_device_error(step.error().code)) {
            return std::unexpected(step.error());
        }
        if (!step || *step == ScanStep::end) {
            Recovered recovered = found(scan);
            Sequence const next = scan.position().next;
            // A walk that came to the end has seen everything but the slots that seem free.
            Beyond const beyond =
                step
                    ? Beyond{.acknowledged = TRY(free_slots_acknowledge(engine, window, map, next)),
                             .bytes_seen = 0}
                    : TRY(look_beyond(engine, window, map,
                                      {.segment = scan.place().segment,
                                       .offset = scan.place().offset,
                                       .next = next}));
            if (beyond.acknowledged) {
                Code const cause = step ? Code::chain_break : step.error().code;
                return fail(Code::rot_below_watermark, next.value,
                            static_cast<std::uint64_t>(cause));
            }
            recovered.torn = !step;
            recovered.ended_in_order = recovered.ended_in_order && step.has_value();
            recovered.bytes_beyond = beyond.bytes_seen;
            return recovered;
        }
        if (*step == ScanStep::block && sink != nullptr) {
            EntryCursor::deliver(scan, *sink);
        }
    }
}

} // namespace axiom::store

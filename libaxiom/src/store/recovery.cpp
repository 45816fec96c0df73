// Recovery; see axiom/store/recovery.hpp.

#include <axiom/store/recovery.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/store/acknowledged.hpp>

#include <array>
#include <optional>

namespace axiom::store {

namespace {

// What is no statement about the log's bytes is never taken for a torn tail.
bool says_nothing_of_the_log(Code code) noexcept {
    return is_device_error(code) || code == Code::table_full;
}

constexpr ScanOptions recovering{.list_mismatches = true, .accept_late_writes = true};

// A scan is 20 KiB, and a kernel's stack is short: functions that hold one are not inlined into
// each other, so that there is one at a time on it.

// Attachments of the newest group that never reached the medium: in a block above the watermark,
// and no `Erase` entry explains them. A group is written when the one before is durable, so such a
// block lies behind what the newest segment's header says was durable.
class LostAttachments {
  public:
    LostAttachments(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                    std::span<MissingAttachment> room) noexcept
        : engine_{&engine}, window_{&window}, map_{&map}, missing_{room} {}

    /// The first sequence of the block at which the valid prefix ends for that reason, if any.
    Result<std::optional<Sequence>> first_block() noexcept {
        if (TRY(everything_is_durable())) {
            return std::optional<Sequence>{};
        }
        std::optional<Sequence> lost = TRY(first_below(std::nullopt));
        // Without the entries from there on, others may be unexplained.
        for (std::optional<Sequence> lower = lost; lower;) {
            lost = lower;
            lower = TRY(first_below(lost));
        }
        return lost;
    }

  private:
    // When the frames lead to an end that acknowledges all of them, whatever is damaged in one is
    // rot, and refused as such. This walk reads a page for each frame.
    Result<bool> everything_is_durable() noexcept {
        ScanOptions options = recovering;
        options.only_frames = true;
        bool const whole = TRY(walk(options, [](BlockScan const&) {}));
        return whole && watermark_ == next_;
    }

    Result<std::optional<Sequence>> first_below(std::optional<Sequence> end) noexcept {
        ScanOptions options = recovering;
        options.lost_from = end;
        TRY(walk(options, [](BlockScan const&) {}));
        Sequence const watermark = watermark_;
        for (std::optional<Sequence> from = watermark; from && from < next_;
             from = missing_.left_out()) {
            missing_.begin(*from);
            TRY(walk(options, [&](BlockScan const& scan) {
                if (scan.block().frame.record.first >= watermark) {
                    missing_.take(scan);
                }
            }));
            if (auto const lost = missing_.unexplained()) {
                return std::optional{lost->block};
            }
        }
        return std::optional<Sequence>{};
    }

    // Visits the blocks that can be above the watermark, up to where they end or are damaged: the
    // answer is whether they end.
    template <class Visit>
    [[gnu::noinline]] Result<bool> walk(ScanOptions const& options, Visit const& visit) noexcept {
        BlockScan scan{*engine_, *window_, *map_, options};
        scan.start_at_segment(first_segment());
        auto step = scan.next();
        while (step && *step != ScanStep::end) {
            if (*step == ScanStep::block) {
                visit(scan);
            }
            step = scan.next();
        }
        if (!step && says_nothing_of_the_log(step.error().code)) {
            return std::unexpected(step.error());
        }
        watermark_ = scan.position().watermark;
        next_ = scan.position().next;
        return step.has_value();
    }

    [[nodiscard]] std::size_t first_segment() const noexcept {
        auto const segments = map_->segments();
        Sequence const durable = segments.back().header.watermark;
        std::size_t segment = segments.size() - 1;
        while (segment != 0 && segments[segment].header.first > durable) {
            --segment;
        }
        return segment;
    }

    HashEngine const* engine_;
    SegmentWindow* window_;
    SegmentMap const* map_;
    MissingAttachments missing_;
    Sequence watermark_{}; // at the end of the last walk
    Sequence next_{};
};

// What the whole walk showed missing and the lost ones are not: acknowledged, and rot.
class KeptAttachments {
  public:
    KeptAttachments(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                    std::span<MissingAttachment> room) noexcept
        : engine_{&engine}, window_{&window}, map_{&map}, missing_{room} {
        missing_.begin({});
    }

    void take(BlockScan const& scan) noexcept { missing_.take(scan); }

    /// After the walk that ended before `end`: refuses the first that nothing explains.
    Result<void> judge(Sequence end) noexcept {
        while (true) {
            auto const rotten = missing_.unexplained();
            if (rotten && !AXIOM_MUTANT(rotten_attachments_kept)) {
                return fail(Code::rot_below_watermark, rotten->entry.value,
                            static_cast<std::uint64_t>(rotten->cause));
            }
            auto const from = missing_.left_out();
            if (!from) {
                return {};
            }
            missing_.begin(*from);
            TRY(walk_again(end));
        }
    }

  private:
    [[gnu::noinline]] Result<void> walk_again(Sequence end) noexcept {
        BlockScan scan{*engine_, *window_, *map_, recovering};
        scan.start_at_segment(0);
        while (scan.position().next < end) {
            if (TRY(scan.next()) == ScanStep::block) {
                missing_.take(scan);
            }
        }
        return {};
    }

    HashEngine const* engine_;
    SegmentWindow* window_;
    SegmentMap const* map_;
    MissingAttachments missing_;
};

Recovered found(BlockScan const& scan, ScanPlace end, std::uint32_t block_bytes) noexcept {
    return {.chain = scan.position(),
            .last_segment = end.segment,
            .end_offset = end.offset,
            .ended_in_order = scan.ended_in_order() && end.offset % block_bytes == 0,
            .torn = false,
            .bytes_beyond = 0,
            .late_segments = scan.late_segments(),
            .late_segment = scan.late_segment()};
}

Result<Recovered> judge_end(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                            BlockScan const& scan, Result<ScanStep> const& step) noexcept {
    ScanPlace const end =
        AXIOM_MUTANT(refused_segment_entered) ? scan.place() : scan.frames_end_place();
    Sequence const next = scan.position().next;
    // A walk that came to the end has seen everything but the slots that seem free.
    Beyond const beyond =
        step ? Beyond{.acknowledged = TRY(free_slots_acknowledge(engine, window, map, next)),
                      .bytes_seen = 0}
             : TRY(look_beyond(engine, window, map,
                               {.segment = end.segment, .offset = end.offset, .next = next}));
    if (beyond.acknowledged && !AXIOM_MUTANT(rot_taken_for_torn)) {
        Code const cause = step ? Code::chain_break : step.error().code;
        return fail(Code::rot_below_watermark, next.value, static_cast<std::uint64_t>(cause));
    }
    Recovered recovered = found(scan, end, window.store().geometry().storage_block_bytes);
    recovered.torn = !step;
    recovered.ended_in_order = recovered.ended_in_order && step.has_value();
    recovered.bytes_beyond = beyond.bytes_seen;
    return recovered;
}

// The walk over the whole log, up to where it ends or is damaged.
[[gnu::noinline]] Result<Recovered> walk_to_end(HashEngine const& engine, SegmentWindow& window,
                                                SegmentMap const& map, ScanOptions const& options,
                                                KeptAttachments& kept, EntrySink* sink) noexcept {
    BlockScan scan{engine, window, map, options};
    scan.start_at_segment(0);
    while (true) {
        auto const step = scan.next();
        // A version that this program does not know stands behind a check: it is nobody's damage.
        if (!step && (says_nothing_of_the_log(step.error().code) ||
                      step.error().code == Code::unknown_version)) {
            return std::unexpected(step.error());
        }
        if (!step || *step == ScanStep::end) {
            return judge_end(engine, window, map, scan, step);
        }
        if (*step == ScanStep::block) {
            kept.take(scan);
            if (sink != nullptr) {
                EntryCursor::deliver(scan, *sink);
            }
        }
    }
}

// One outcome, filled in place: it is 2 KiB itself.
Result<Recovered> walk_and_judge(HashEngine const& engine, SegmentWindow& window,
                                 SegmentMap const& map, ScanOptions const& options,
                                 std::span<MissingAttachment> room, EntrySink* sink) noexcept {
    KeptAttachments kept{engine, window, map, room};
    Result<Recovered> recovered = walk_to_end(engine, window, map, options, kept, sink);
    if (recovered) {
        auto const judged = kept.judge(recovered->chain.next);
        if (!judged) {
            recovered = std::unexpected(judged.error());
        }
    }
    return recovered;
}

// Whether a walk from the segment on that holds the end comes to the same.
[[gnu::noinline]] Result<bool> newest_segment_ends_so(HashEngine const& engine,
                                                      SegmentWindow& window, SegmentMap const& map,
                                                      ScanOptions const& options,
                                                      Recovered const& found) noexcept {
    BlockScan scan{engine, window, map, options};
    scan.start_at_segment(found.last_segment);
    auto step = scan.next();
    while (step && *step != ScanStep::end) {
        step = scan.next();
    }
    if (!step && says_nothing_of_the_log(step.error().code)) {
        return std::unexpected(step.error());
    }
    ScanPlace const end = scan.frames_end_place();
    return end.segment == found.last_segment && end.offset == found.end_offset &&
           scan.position().head == found.chain.head && step.has_value() != found.torn;
}

} // namespace

Result<bool> acknowledges_anything(HashEngine const& engine, SegmentWindow& window) noexcept {
    for (std::uint32_t slot = 0; slot < window.store().slots(); ++slot) {
        Bytes const head = TRY(window.view(SlotIndex{slot}, 0, segment_header_bytes));
        auto const header = decode_segment_header(engine, head);
        if ((header && header->watermark.value != 0) ||
            TRY(slot_acknowledges(engine, window, SlotIndex{slot}, Sequence{0}))) {
            return true;
        }
    }
    return false;
}

Result<std::optional<Sequence>> lost_block(HashEngine const& engine, SegmentWindow& window,
                                           SegmentMap const& map) noexcept {
    std::array<MissingAttachment, 64> room;
    return LostAttachments(engine, window, map, room).first_block();
}

Result<void> find_segments(HashEngine const& engine, SegmentWindow& window,
                           SegmentMap& map) noexcept {
    auto const loaded = map.load(engine, window);
    bool const headless = loaded ? map.segments().front().header.number.value != 0
                                 : loaded.error().code == Code::not_a_log;
    if (headless && TRY(acknowledges_anything(engine, window))) {
        return fail(Code::rot_below_watermark, 0, static_cast<std::uint64_t>(Code::not_a_log));
    }
    return loaded;
}

Result<bool> still_ends_so(HashEngine const& engine, SegmentWindow& window, SegmentMap& map,
                           Recovered const& found) noexcept {
    std::size_t const segments = map.segments().size();
    Hash256 const newest = map.segments().back().header.check;
    window.forget();
    TRY(map.load(engine, window));
    if (map.segments().size() != segments || map.segments().back().header.check != newest) {
        return false;
    }
    ScanOptions options = recovering;
    options.lost_from = TRY(lost_block(engine, window, map));
    return newest_segment_ends_so(engine, window, map, options, found);
}

Result<Recovered> recover(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                          EntrySink* sink, std::span<MissingAttachment> room) noexcept {
    if (map.segments().empty() || map.segments().front().header.number.value != 0) {
        return fail(Code::not_a_log);
    }
    std::array<MissingAttachment, 64> small_room;
    room = room.empty() ? std::span{small_room} : room;
    ScanOptions options = recovering;
    if (!AXIOM_MUTANT(lost_attachment_believed)) {
        options.lost_from = TRY(LostAttachments(engine, window, map, room).first_block());
    }
    return walk_and_judge(engine, window, map, options, room, sink);
}

} // namespace axiom::store

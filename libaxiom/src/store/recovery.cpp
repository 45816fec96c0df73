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
        bool const nothing_can_be = TRY(everything_is_durable());
        durable_ = watermark_;
        if (nothing_can_be) {
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

    /// Then: entries below it were acknowledged, says a sound frame or segment header.
    [[nodiscard]] Sequence durable() const noexcept { return durable_; }

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
    Sequence durable_{};
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

// The links of acknowledged blocks, folded side by side where there is room for it: one that does
// not hold is rot, whatever lies behind it.
class AcknowledgedLinks {
  public:
    AcknowledgedLinks(HashEngine const& engine, ScanOptions const& options, LinkFold* fold) noexcept
        : engine_{&engine}, end_{options.links_from}, fold_{fold} {
        if (fold_ != nullptr) {
            fold_->clear();
        }
    }

    Result<void> take(BlockScan const& scan) noexcept {
        BlockRecord const& record = scan.block().frame.record;
        return record.first < end_ ? judged(fold_->add(*engine_, record, scan.leaves()))
                                   : Result<void>{};
    }

    /// Before anything is concluded from where the walk came to.
    Result<void> finish() noexcept {
        return fold_ != nullptr ? judged(fold_->finish(*engine_)) : Result<void>{};
    }

  private:
    static Result<void> judged(Result<void> const& folded) noexcept {
        return folded ? folded
                      : fail(Code::rot_below_watermark, folded.error().where,
                             static_cast<std::uint64_t>(folded.error().code));
    }

    HashEngine const* engine_;
    Sequence end_;
    LinkFold* fold_;
};

// Who gets the blocks of a walk; the sink may be null.
struct Takers {
    KeptAttachments& attachments;
    AcknowledgedLinks& links;
    EntrySink* sink;

    Result<void> take(BlockScan const& scan) const noexcept {
        attachments.take(scan);
        if (sink != nullptr) {
            EntryCursor::deliver(scan, *sink);
        }
        return links.take(scan);
    }
};

Recovered found(BlockScan const& scan, ScanPlace end, std::uint32_t block_bytes) noexcept {
    return {.chain = scan.position(),
            .last_segment = end.segment,
            .end_offset = end.offset,
            .ended_in_order = scan.ended_in_order() && end.offset % block_bytes == 0,
            .torn = false,
            .bytes_beyond = 0,
            .late_segments = scan.late_segments()};
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
                                                Takers const& takers) noexcept {
    BlockScan scan{engine, window, map, options};
    scan.start_at_segment(0);
    while (true) {
        auto const step = scan.next();
        if (!step || *step == ScanStep::end) {
            TRY(takers.links.finish());
        }
        // A version that this program does not know stands behind a check: it is nobody's damage.
        if (!step && (says_nothing_of_the_log(step.error().code) ||
                      step.error().code == Code::unknown_version)) {
            return std::unexpected(step.error());
        }
        if (!step || *step == ScanStep::end) {
            return judge_end(engine, window, map, scan, step);
        }
        if (*step == ScanStep::block) {
            TRY(takers.take(scan));
        }
    }
}

// One outcome, filled in place: it is 2 KiB itself.
Result<Recovered> walk_and_judge(HashEngine const& engine, SegmentWindow& window,
                                 SegmentMap const& map, ScanOptions const& options,
                                 RecoveryRoom const& room, EntrySink* sink) noexcept {
    KeptAttachments kept{engine, window, map, room.missing};
    AcknowledgedLinks links{engine, options, room.links};
    Result<Recovered> recovered = walk_to_end(engine, window, map, options, {kept, links, sink});
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
                          EntrySink* sink, RecoveryRoom const& room) noexcept {
    if (map.segments().empty() || map.segments().front().header.number.value != 0) {
        return fail(Code::not_a_log);
    }
    std::array<MissingAttachment, 64> small_room;
    RecoveryRoom const used{.missing = room.missing.empty() ? small_room : room.missing,
                            .links = room.links};
    ScanOptions options = recovering;
    if (!AXIOM_MUTANT(lost_attachment_believed)) {
        LostAttachments lost{engine, window, map, used.missing};
        options.lost_from = TRY(lost.first_block());
        options.links_from = used.links != nullptr ? lost.durable() : Sequence{};
    }
    return walk_and_judge(engine, window, map, options, used, sink);
}

} // namespace axiom::store

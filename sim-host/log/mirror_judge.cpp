// Deciding between two sides; see sim-host/log/mirror_judge.hpp.

#include <sim-host/log/mirror_judge.hpp>

#include <algorithm>

namespace axiom::host {

namespace {

bool share_an_id(MirrorEvidence const& first, MirrorEvidence const& second) {
    if (first.log_ids.empty() || second.log_ids.empty()) {
        return true; // one side says nothing
    }
    return std::ranges::any_of(first.log_ids,
                               [&](auto const& id) { return second.log_ids.contains(id); });
}

} // namespace

MirrorJudge::MirrorJudge(HashEngine const& engine, MirrorPair sides,
                         MirrorDifferences const& differences)
    : engine_{engine}, differences_{differences},
      evidence_{mirror_evidence(engine, sides.first, differences),
                mirror_evidence(engine, sides.second, differences)},
      leader_{evidence_[1].next > evidence_[0].next ? MirrorSide::second : MirrorSide::first},
      view_{sides, leader_}, attachments_{engine, view_, differences},
      slots_max_{view_.slots() + 1}, map_memory_{store::SegmentMap::bytes_for(slots_max_)},
      map_arena_{map_memory_.arena()}, map_{map_arena_, slots_max_},
      buffer_(store::scan_window_bytes(view_.geometry())), window_{view_, buffer_} {}

Result<void> MirrorJudge::decide() {
    if (!share_an_id(evidence_[0], evidence_[1])) {
        return fail(Code::wrong_log);
    }
    choose_headers();
    adopt_missing_segments();
    while (TRY(walk()) == Walked::needs_another) {
    }
    TRY(attachments_.settle());
    return prove();
}

Result<MirrorJudge::Walked> MirrorJudge::walk() {
    spans_.clear();
    attachments_.forget();
    witness_ = 0;
    contradiction_.reset();
    TRY(map_.load(engine_, window_));
    clear_what_is_not_walked();
    store::BlockScan scan{
        engine_, window_, map_, {.check_attachments = true, .accept_late_writes = true}};
    scan.start_at_segment(0);
    while (true) {
        auto step = scan.next();
        if (!step || *step == store::ScanStep::end) {
            step = mend(scan, step);
        }
        if (!step || *step == store::ScanStep::end) {
            walked_to_ = scan.position().next;
            stopped_by_ = !step && step.error().code == Code::commitment_mismatch
                              ? Sequence{step.error().where}
                              : walked_to_;
            return adopt_next_segment(scan) ? Walked::needs_another : Walked::to_the_end;
        }
        if (*step == store::ScanStep::block) {
            note_block(scan);
        }
    }
}

// Where the walk stopped, or came to an end behind which the other side may go on: tries what the
// sides differ in until the walk goes on. The scan stays at a place that it refused, so its next
// step is the test.
Result<store::ScanStep> MirrorJudge::mend(store::BlockScan& scan,
                                          Result<store::ScanStep> const& found) {
    store::ScanPlace const place = scan.place();
    SlotIndex const slot = map_.segments()[place.segment].slot;
    StoreGeometry const geometry = view_.geometry();
    std::uint64_t end = place.offset == 0 ? geometry.storage_block_bytes : geometry.segment_bytes;
    if (place.offset != 0) {
        if (auto const stride = find_frame(scan)) {
            end = place.offset + *stride;
        } else if (found) {
            return found; // the log ends here on both
        }
    }
    MirrorTrial trial{view_, differences_, slot, place.offset, end};
    for (std::uint32_t attempt = 0; attempt < trial.attempts(); ++attempt) {
        trial.apply(attempt);
        window_.forget();
        auto const step = scan.next();
        bool const is_end = step && *step == store::ScanStep::end;
        if (step && (!is_end || !found)) {
            return step;
        }
    }
    trial.undo();
    window_.forget();
    return found;
}

// Looks for the head of a frame that goes on from here on either side, or put together of both, and
// leaves the view with it. The frame's stride.
std::optional<std::uint64_t> MirrorJudge::find_frame(store::BlockScan const& scan) {
    store::ScanPlace const place = scan.place();
    SlotIndex const slot = map_.segments()[place.segment].slot;
    if (std::uint64_t const stride = stride_here(scan); stride != 0) {
        return stride;
    }
    MirrorTrial trial{view_, differences_, slot, place.offset,
                      place.offset + store::frame_head_bytes};
    for (std::uint32_t attempt = 0; attempt < trial.attempts(); ++attempt) {
        trial.apply(attempt);
        if (std::uint64_t const stride = stride_here(scan); stride != 0) {
            return stride;
        }
    }
    trial.undo();
    window_.forget();
    return std::nullopt;
}

std::uint64_t MirrorJudge::stride_here(store::BlockScan const& scan) {
    store::SegmentPlace const& segment = map_.segments()[scan.place().segment];
    std::uint64_t const at = scan.place().offset;
    window_.forget();
    if (!range_fits(at, store::frame_head_bytes, segment.header.segment_bytes)) {
        return 0;
    }
    auto const head = window_.view(segment.slot, at, store::frame_head_bytes);
    auto const frame = head ? store::decode_frame(engine_, segment.header, at, *head)
                            : Result<store::Frame>{std::unexpected(head.error())};
    bool const follows = frame && store::check_follows(scan.position(), frame->record) &&
                         range_fits(at, frame->prefix.stride, segment.header.segment_bytes);
    return follows ? frame->prefix.stride : 0;
}

void MirrorJudge::note_block(store::BlockScan const& scan) {
    SlotIndex const slot = map_.segments()[scan.place().segment].slot;
    store::Frame const& frame = scan.block().frame;
    std::uint64_t const from = frame.prefix.offset;
    std::uint64_t const to = from + frame.prefix.stride;
    Sequence const end = scan.position().next;
    attachments_.note(scan, slot);
    if (differences_.in(slot, from, to)) {
        std::vector<MirrorSpan>& spans = spans_[slot.value];
        if (!spans.empty() && spans.back().to == from) {
            spans.back().to = to;
            spans.back().end = end;
        } else {
            spans.push_back({from, to, frame.record.first, end});
        }
    }
    check_witnesses(scan.position());
}

std::span<MirrorSpan const> MirrorJudge::spans(SlotIndex slot) const noexcept {
    auto const found = spans_.find(slot.value);
    return found != spans_.end() ? std::span<MirrorSpan const>{found->second}
                                 : std::span<MirrorSpan const>{};
}

// The follower's blocks end where the view's end, and leave the same head; else the two have been
// written apart.
void MirrorJudge::check_witnesses(store::ChainPosition const& position) {
    auto const& witnesses = evidence(other(leader_)).witnesses;
    while (witness_ < witnesses.size() && witnesses[witness_].end <= position.next) {
        Witness const& witness = witnesses[witness_];
        if (!contradiction_ && (witness.end != position.next || witness.head != position.head)) {
            contradiction_ = witness.first;
        }
        ++witness_;
    }
}

Result<void> MirrorJudge::prove() {
    if (contradiction_) {
        return fail(Code::mirrors_differ, contradiction_->value);
    }
    StoreGeometry const geometry = view_.geometry();
    for (std::uint32_t index = 0; index < view_.slots(); ++index) {
        SlotIndex const slot{index};
        for (std::uint64_t const at : differences_.blocks(slot, 0, geometry.segment_bytes)) {
            view_.settle({slot, at});
        }
    }
    view_.pin();
    window_.forget();
    TRY(map_.load(engine_, window_));
    recovered_ = TRY(store::recover(engine_, window_, map_, nullptr));
    Sequence const next = recovered_.chain.next;
    if (next < walked_to_) {
        return fail(Code::io_failed, next.value); // what was there is not read any more
    }
    // What the walk did not come to see is not decided.
    if (walked_to_ < next) {
        return fail(Code::rot_below_watermark, stopped_by_.value);
    }
    if (std::max(evidence_[0].watermark, evidence_[1].watermark) > next) {
        return fail(Code::rot_below_watermark, next.value);
    }
    return {};
}

} // namespace axiom::host

// The walk over a log's blocks; see axiom/store/block_scan.hpp.

#include <axiom/store/block_scan.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom::store {

BlockScan::BlockScan(HashEngine const& engine, SegmentWindow& window, SegmentMap const& map,
                     ScanOptions options) noexcept
    : engine_{&engine}, window_{&window}, map_{&map}, options_{options} {}

void BlockScan::start_at_segment(std::size_t segment) noexcept {
    AXIOM_ASSERT(segment < map_->segments().size());
    place_ = {.segment = segment, .offset = 0};
    entered_ = false;
    trust_header_ = true;
}

ReadAhead BlockScan::read_ahead() const noexcept {
    return options_.only_frames ? ReadAhead::no : ReadAhead::yes;
}

SegmentPlace const& BlockScan::segment() const noexcept {
    return map_->segments()[place_.segment];
}

// The header of the segment behind this one, if that is the next one here: what a later one says is
// of its own predecessor.
SegmentHeader const* BlockScan::successor() const noexcept {
    if (is_newest()) {
        return nullptr;
    }
    SegmentHeader const& next = map_->segments()[place_.segment + 1].header;
    return next.number.value == segment().header.number.value + 1 ? &next : nullptr;
}

bool BlockScan::is_newest() const noexcept {
    return place_.segment + 1 == map_->segments().size();
}

// The successor's header when it says where this segment's frames end. Of a segment that pruning
// wrote anew it does not: they end where zeros begin, and no fenced writer ever wrote there.
SegmentHeader const* BlockScan::end_keeper() const noexcept {
    return segment().header.generation == 0 ? successor() : nullptr;
}

Result<ScanStep> BlockScan::next() noexcept {
    damaged_.reset();
    if (!entered_ || place_.offset == 0) { // the latter after a segment that was refused
        TRY(enter_segment());
        return ScanStep::segment;
    }
    bool const ended = TRY(frames_end_here());
    return ended ? leave_segment() : take_frame();
}

// The segment where the walk begins is taken at its header's word; of each later one the header
// must follow. Where a log begins nobody's word is needed: what a header of segment 0 claimed
// instead would decide whether what lies behind it is rot or a torn tail.
Result<void> BlockScan::enter_segment() noexcept {
    SegmentHeader const& header = segment().header;
    if (trust_header_) {
        bool const begins = header.number.value == 0;
        position_ = {.next = begins ? Sequence{} : header.first,
                     .head = begins ? Hash256{} : header.previous_head,
                     .watermark = begins ? Sequence{} : header.watermark,
                     .epoch = header.epoch,
                     .boot = header.boot,
                     .log_id = header.log_id,
                     .tree = {}};
        trust_header_ = false;
    }
    std::uint64_t const place = position_.next.value;
    if (header.segment_bytes != window_->store().geometry().segment_bytes ||
        header.storage_block_bytes != window_->store().geometry().storage_block_bytes) {
        return fail(Code::size_changed, place, header.segment_bytes);
    }
    if (!header_follows(header)) {
        return fail(header.log_id == position_.log_id ? Code::chain_break : Code::wrong_log, place);
    }
    bool const tree_is_known = position_.tree.size().value == header.blocks_before;
    if (tree_is_known && position_.tree.root(*engine_) != header.tree_root) {
        return fail(Code::block_mismatch, place);
    }
    if (!TRY(zeros_between(segment_header_bytes, header.storage_block_bytes))) {
        return fail(Code::padding_not_zero, place);
    }
    place_.offset = header.storage_block_bytes;
    entered_ = true;
    ended_in_order_ = false;
    return {};
}

// Of the first segment of a log also that nothing is before it.
bool BlockScan::header_follows(SegmentHeader const& header) const noexcept {
    bool const begins = header.number.value == 0;
    bool const begins_well =
        !begins || (header.first.value == 0 && header.blocks_before == 0 &&
                    header.previous_end == 0 && header.previous_head.is_zero());
    return begins_well && header.first == position_.next &&
           header.previous_head == position_.head && header.log_id == position_.log_id &&
           header.epoch >= position_.epoch && header.boot >= position_.boot &&
           header.watermark >= position_.watermark && header.watermark <= header.first;
}

Result<bool> BlockScan::zeros_between(std::uint64_t from, std::uint64_t to) noexcept {
    while (from < to && !options_.only_frames) {
        auto const piece = static_cast<std::size_t>(
            std::min<std::uint64_t>(to - from, window_->range_bytes_max()));
        Bytes const bytes = TRY(window_->view(segment().slot, from, piece));
        if (!is_zero(bytes)) {
            return false;
        }
        from += piece;
    }
    return true;
}

// A segment's frames end where its successor says, or, in the newest segment and in one that was
// written anew, where zeros begin.
Result<bool> BlockScan::frames_end_here() noexcept {
    SegmentHeader const* const next = end_keeper();
    if (next != nullptr && !AXIOM_MUTANT(late_write_believed)) {
        return place_.offset >= next->previous_end;
    }
    std::uint64_t const left = segment().header.segment_bytes - place_.offset;
    if (left < frame_head_bytes) {
        return true;
    }
    Bytes const head =
        TRY(window_->view(segment().slot, place_.offset, frame_prefix_bytes, read_ahead()));
    return is_zero(head);
}

Result<ScanStep> BlockScan::leave_segment() noexcept {
    SegmentHeader const* const next = successor();
    SegmentHeader const* const keeper = end_keeper();
    std::uint64_t const place = position_.next.value;
    if (keeper != nullptr && place_.offset != keeper->previous_end) {
        return fail(Code::frame_damaged, place, place_.offset);
    }
    if (!TRY(zeros_between(place_.offset, segment().header.segment_bytes))) {
        // Only a writer that was fenced off writes late: its successor has a higher epoch than the
        // segment's last record.
        bool const fenced = keeper != nullptr && keeper->epoch > position_.epoch;
        if (!fenced || !options_.accept_late_writes) {
            return fail(Code::padding_not_zero, place, place_.offset);
        }
        ++late_segments_;
    }
    if (next == nullptr) {
        return is_newest() ? Result<ScanStep>{ScanStep::end} : fail(Code::chain_break, place);
    }
    left_ = place_;
    ++place_.segment;
    place_.offset = 0;
    TRY(enter_segment());
    return ScanStep::segment;
}

ScanPlace BlockScan::frames_end_place() const noexcept {
    return place_.offset == 0 ? left_ : place_;
}

Result<ScanStep> BlockScan::take_frame() noexcept {
    SegmentHeader const& header = segment().header;
    std::uint64_t const place = position_.next.value;
    if (!range_fits(place_.offset, frame_head_bytes, header.segment_bytes)) {
        return fail(Code::frame_damaged, place, place_.offset);
    }
    Bytes const head =
        TRY(window_->view(segment().slot, place_.offset, frame_head_bytes, read_ahead()));
    auto const frame = decode_frame(*engine_, header, place_.offset, head);
    if (!frame) {
        return fail(frame.error().code, place, place_.offset);
    }
    if (frame->prefix.stride > window_->range_bytes_max()) {
        return fail(Code::out_of_range, place, frame->prefix.stride);
    }
    TRY(check_follows(position_, frame->record));
    if (frame->record.count != 0 && options_.lost_from == frame->record.first) {
        return fail(Code::attachment_missing, place, place_.offset);
    }
    if (!options_.only_frames) {
        TRY(take_content(*frame));
    }
    move_past(*frame);
    return frame->record.count != 0 ? ScanStep::block : ScanStep::watermark;
}

Result<void> BlockScan::take_content(Frame const& frame) noexcept {
    Bytes const bytes = TRY(window_->view(segment().slot, place_.offset, frame.prefix.stride));
    if (frame.record.count != 0) {
        auto const taken = take_block(frame, bytes);
        if (!taken) {
            damaged_ = frame;
        }
        return taken;
    }
    if (!is_zero(bytes.subspan(frame_head_bytes))) {
        return fail(Code::padding_not_zero, position_.next.value, place_.offset);
    }
    idle_ = frame;
    return {};
}

void BlockScan::move_past(Frame const& frame) noexcept {
    advance(*engine_, position_, frame.record);
    place_.offset += frame.prefix.stride;
    ended_in_order_ = frame.prefix.type == FrameType::end;
}

void BlockScan::skip() noexcept {
    AXIOM_ASSERT(damaged_.has_value());
    move_past(*damaged_);
    damaged_.reset();
}

std::uint64_t BlockScan::frames_end() const noexcept {
    SegmentHeader const* const next = end_keeper();
    return next != nullptr ? next->previous_end : segment().header.segment_bytes;
}

Result<bool> BlockScan::resume() noexcept {
    AXIOM_ASSERT(entered_);
    SegmentHeader const& header = segment().header;
    std::uint32_t const step = header.storage_block_bytes;
    std::uint64_t const end = frames_end();
    for (std::uint64_t at = round_up<std::uint64_t>(place_.offset + 1, step); at < end;
         at += step) {
        if (!range_fits(at, step, header.segment_bytes)) {
            break;
        }
        Bytes const bytes = TRY(window_->view(segment().slot, at, step));
        auto const frame = decode_frame(*engine_, header, at, bytes);
        if (frame && frame->record.first >= position_.next) {
            position_.next = frame->record.first;
            position_.head = frame->record.previous_head;
            position_.log_id = frame->record.log_id;
            place_.offset = at;
            return true;
        }
    }
    place_.offset = end;
    return false;
}

Result<void> BlockScan::take_block(Frame const& frame, Bytes bytes) noexcept {
    frame_bytes_ = bytes;
    std::size_t const content_end = frame_prefix_bytes + frame.prefix.content_bytes;
    Bytes const content = bytes.subspan(frame_prefix_bytes, frame.prefix.content_bytes);
    TRY(parse_block(*engine_, frame, content, block_));
    Sequence const first = frame.record.first;
    bool const begins = TRY(begins_a_log());
    hashed_ = begins || (first < options_.hash_end &&
                         first.value + frame.record.count > options_.hash_from.value);
    if (hashed_) {
        TRY(first >= options_.links_from ? check_block(*engine_, block_, leaves_)
                                         : check_leaves(*engine_, block_, leaves_));
    }
    bool const none = frame.prefix.attachments_bytes == 0;
    std::size_t const gap_end = none ? bytes.size() : frame.prefix.attachments_offset;
    if (!is_zero(bytes.subspan(content_end, gap_end - content_end))) {
        return fail(Code::padding_not_zero, frame.record.first.value, place_.offset);
    }
    erased_count_ = mismatched_count_ = 0;
    TRY(take_attachments(frame, bytes));
    return check_log_id(begins);
}

// Whether the first entry gives the log its id. A Fork further on would leave the entries before it
// in a block of the log that begins with it.
Result<bool> BlockScan::begins_a_log() const noexcept {
    for (std::size_t index = 1; index < block_.count(); ++index) {
        if (!block_.reduced(index) && is_log_kind(block_.entries[index], LogKind::fork)) {
            return fail(Code::wrong_log, block_.frame.record.first.value + index);
        }
    }
    return block_.frame.record.first.value == 0 ||
           (!block_.reduced(0) && is_log_kind(block_.entries[0], LogKind::fork));
}

// Genesis and a Fork name the log: their link is the id that every later record carries. A Fork
// also names the head that it leaves.
Result<void> BlockScan::check_log_id(bool begins) const noexcept {
    BlockRecord const& record = block_.frame.record;
    std::uint64_t const first = record.first.value;
    if (begins && first != 0) {
        auto const fork = decode_whole<Fork>(block_.entry(0).body);
        if (!fork) {
            return fail(fork.error().code, first);
        }
        if (fork->parent_head != record.previous_head) {
            return fail(Code::chain_break, first);
        }
    }
    Hash256 const id =
        begins ? link_of(*engine_, record.previous_head, leaves_.front()) : position_.log_id;
    bool const segment_agrees = first != 0 || record.log_id == position_.log_id;
    bool const holds = AXIOM_MUTANT(fork_id_unchecked) || record.log_id == id;
    return holds && segment_agrees ? Result<void>{} : fail(Code::wrong_log, first);
}

Result<void> BlockScan::take_attachments(Frame const& frame, Bytes bytes) noexcept {
    Bytes const area =
        bytes.subspan(frame.prefix.attachments_offset, frame.prefix.attachments_bytes);
    std::size_t used = 0;
    for (std::size_t index = 0; index < block_.count(); ++index) {
        if (block_.reduced(index)) {
            continue;
        }
        std::byte const* const header = block_.entries[index];
        std::size_t const length =
            load_le<std::uint32_t>({header + offsetof(EntryHeader, attachment_bytes), 4});
        if (length == 0) {
            continue;
        }
        Sequence const sequence{frame.record.first.value + index};
        if (!range_fits(used, padded_bytes(length), area.size())) {
            return fail(Code::truncated, sequence.value);
        }
        Bytes const padded = area.subspan(used, padded_bytes(length));
        used += padded.size();
        if (!options_.check_attachments || !hashed_) {
            continue;
        }
        Bytes const committed{header + offsetof(EntryHeader, attachment_commitment),
                              sizeof(Hash256)};
        if (is_zero(padded)) {
            erased_[erased_count_++] = sequence;
        } else if (!is_zero(padded.subspan(length)) ||
                   !equal_bytes(attachment_commitment(*engine_, padded).view(), committed)) {
            if (options_.list_mismatches) {
                mismatched_[mismatched_count_++] = sequence;
                continue;
            }
            return fail(Code::commitment_mismatch, sequence.value, 1);
        }
    }
    std::size_t const tail =
        frame.prefix.attachments_bytes == 0 ? bytes.size() : frame.prefix.attachments_offset + used;
    if (used != area.size() || !is_zero(bytes.subspan(tail))) {
        return fail(Code::padding_not_zero, frame.record.first.value, place_.offset);
    }
    return {};
}

} // namespace axiom::store

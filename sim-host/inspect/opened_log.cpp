// Reading for people's tools; see sim-host/inspect/opened_log.hpp.

#include <sim-host/inspect/opened_log.hpp>

#include <algorithm>

#include <axiom/log/chain.hpp>
#include <axiom/store/acknowledged.hpp>
#include <axiom/store/recovery.hpp>
#include <sim-host/inspect/log_medium.hpp>

namespace axiom::host {

namespace {

// How often the end is looked for anew when somebody appends meanwhile: a log whose end has moved
// each time is being written.
constexpr int looks_at_a_moving_end = 8;

} // namespace

OpenedLog::OpenedLog(std::string path, std::unique_ptr<HostStore> store, HashEngine const& engine,
                     std::uint32_t slots_max)
    : path_{std::move(path)}, store_{std::move(store)}, gaps_{*store_}, engine_{&engine},
      map_memory_{store::SegmentMap::bytes_for(slots_max)}, map_arena_{map_memory_.arena()},
      map_{map_arena_, slots_max}, head_buffer_(2 * store_->geometry().storage_block_bytes),
      block_buffer_(store::scan_window_bytes(store_->geometry())), heads_{gaps_, head_buffer_},
      blocks_{gaps_, block_buffer_} {}

HostResult<std::unique_ptr<OpenedLog>> OpenedLog::open(std::string const& path,
                                                       HashEngine const& engine) {
    auto store = open_log_medium(path);
    if (!store) {
        return std::unexpected(store.error());
    }
    // Slots may be added between counting them and reading their headers.
    std::uint32_t const slots_max = (*store)->slots() + 1024;
    std::unique_ptr<OpenedLog> log{new OpenedLog{path, std::move(*store), engine, slots_max}};
    if (auto const loaded = log->load(); !loaded) {
        return std::unexpected(log->problem_of(loaded.error()));
    }
    return log;
}

// What the store said of a gap explains an error at that gap and no other.
Problem OpenedLog::problem_of(Error const& error) const {
    bool const of_the_store = error.code == Code::size_changed || is_device_error(error.code);
    std::string const words = of_the_store ? store_->last_problem() : std::string{};
    if (!words.empty()) {
        return {error, 0, words};
    }
    std::string const at = error.where == 0 ? "" : " (at " + std::to_string(error.where) + ")";
    return {error, 0, path_ + ": " + std::string{text_of(error.code).what} + at};
}

// Of what the cut took nothing is damaged, and what is damaged elsewhere the cut does not excuse
// (docs/log-format.md, 8).
Error OpenedLog::told(Code code, FramePlace place, Sequence next) const {
    bool const by_the_cut = is_gone(place, store::frame_head_bytes) && !is_device_error(code);
    return {by_the_cut ? Code::size_changed : code, next.value};
}

bool OpenedLog::is_gone(FramePlace place, std::uint64_t bytes) const {
    return gaps_.gaps().touches(map_.segments()[place.segment].slot, place.offset,
                                place.offset + bytes);
}

Error OpenedLog::refused(store::BlockScan const& scan, Error error) const {
    bool const by_the_cut = stopped_at_a_gap(gaps_.gaps(), map_, scan);
    return by_the_cut ? Error{Code::size_changed, scan.position().next.value} : error;
}

std::uint64_t OpenedLog::frames_end(std::size_t segment) const noexcept {
    auto const all = map_.segments();
    if (segment == end_place_.segment) {
        return end_place_.offset;
    }
    // Of one that pruning wrote anew no successor says it: its frames end where zeros begin.
    store::SegmentHeader const& own = all[segment].header;
    return own.generation != 0 ? own.segment_bytes : all[segment + 1].header.previous_end;
}

// Where the frames of the newest segment end the log ends, unless what lies beyond vouches for
// more: then somebody is writing, and the end is found further on, or the frame there is damaged.
Result<void> OpenedLog::load() {
    TRY(find_end());
    for (int look = 0; look < looks_at_a_moving_end && TRY(goes_on_beyond_the_end()); ++look) {
        Sequence const before = end_;
        FramePlace const place = end_place_;
        blocks_.forget();
        TRY(find_end());
        if (end_ == before) {
            return std::unexpected(told(Code::frame_damaged, place, end_));
        }
    }
    return watermark_ < end_ || is_cut() ? drop_torn_end() : Result<void>{};
}

// Of what the medium lacks nothing can be asked; that the log may have gone on there is known.
Result<bool> OpenedLog::goes_on_beyond_the_end() {
    if (is_gone(end_place_, store::frame_head_bytes)) {
        return false;
    }
    auto const beyond = TRY(store::look_beyond(
        *engine_, blocks_, map_,
        {.segment = end_place_.segment, .offset = end_place_.offset, .next = end_}));
    return beyond.acknowledged;
}

// Walks the heads of the newest segment's frames.
Result<void> OpenedLog::find_end() {
    TRY(map_.load(*engine_, heads_));
    auto const all = map_.segments();
    if (all.empty()) {
        return fail(Code::not_a_log);
    }
    for (std::size_t index = 0; gaps_.gaps().has_missing_slot() && index < all.size(); ++index) {
        if (all[index].header.number.value != index) {
            return fail(Code::size_changed); // what is left does not follow what is gone
        }
    }
    std::size_t const last = all.size() - 1;
    store::SegmentHeader const& header = all[last].header;
    log_id_ = header.log_id;
    head_ = header.previous_head;
    end_ = header.first;
    watermark_ = header.watermark;
    boot_ = header.boot;
    end_place_ = {last, header.segment_bytes};
    FramePlace place{last, header.storage_block_bytes};
    while (auto const frame = TRY(frame_before(end_, place))) {
        BlockRecord const& record = frame->record;
        log_id_ = record.log_id;
        watermark_ = std::max(watermark_, record.watermark);
        boot_ = record.boot;
        if (record.count != 0) {
            end_ = Sequence{record.first.value + record.count};
            head_ = record.head;
        }
        place.offset += frame->prefix.stride;
    }
    end_place_ = place;
    return {};
}

// What no watermark vouches for may not have reached the medium whole, and of a medium that was cut
// nothing behind the cut is there: the log ends before the first block that is not.
Result<void> OpenedLog::drop_torn_end() {
    store::ScanOptions options{.accept_late_writes = true};
    options.lost_from = TRY(store::lost_block(*engine_, blocks_, map_));
    // Large, and the search for the lost block holds one on the stack.
    auto const scan = std::make_unique<store::BlockScan>(*engine_, blocks_, map_, options);
    scan->start_at_segment(end_place_.segment);
    auto step = scan->next();
    while (step && *step != store::ScanStep::end) {
        step = scan->next();
    }
    Sequence const torn = scan->position().next;
    bool const may_end = torn >= watermark_ || is_cut();
    if (!step && may_end && torn < end_ && scan->place().offset != 0) {
        log_id_ = scan->position().log_id;
        head_ = scan->position().head;
        boot_ = scan->position().boot;
        end_ = torn;
        end_place_ = {scan->place().segment, scan->place().offset};
    }
    return {};
}

// The frame there, or none where frames end.
Result<std::optional<store::Frame>> OpenedLog::frame_at(FramePlace place) {
    store::SegmentPlace const& segment = map_.segments()[place.segment];
    bool const newest = place.segment == end_place_.segment;
    if (place.offset >= frames_end(place.segment) ||
        !range_fits(place.offset, store::frame_head_bytes, segment.header.segment_bytes)) {
        return std::optional<store::Frame>{};
    }
    Bytes const head = TRY(heads_.view(segment.slot, place.offset, store::frame_head_bytes));
    auto const frame = store::decode_frame(*engine_, segment.header, place.offset, head);
    if (!frame) {
        bool const rewritten =
            segment.header.generation != 0 && is_zero(head.first(store::frame_prefix_bytes));
        bool const where_it_ends = // that is being looked for, and a newer version is none
            newest && end_place_.offset == segment.header.segment_bytes &&
            frame.error().code != Code::unknown_version;
        return rewritten || where_it_ends
                   ? Result<std::optional<store::Frame>>{std::optional<store::Frame>{}}
                   : fail(frame.error().code, place.offset);
    }
    return std::optional{*frame};
}

std::size_t OpenedLog::segment_of(Sequence sequence) const noexcept {
    auto const all = map_.segments();
    auto const after = std::upper_bound(all.begin(), all.end(), sequence,
                                        [](Sequence wanted, store::SegmentPlace const& place) {
                                            return wanted < place.header.first;
                                        });
    return after == all.begin() ? 0 : static_cast<std::size_t>(after - all.begin()) - 1;
}

Sequence OpenedLog::segment_start(Sequence sequence) const noexcept {
    return map_.segments()[segment_of(sequence)].header.first;
}

// The same; a refusal names the entry that would come next there.
Result<std::optional<store::Frame>> OpenedLog::frame_before(Sequence next, FramePlace place) {
    auto frame = frame_at(place);
    return frame ? frame : std::unexpected(told(frame.error().code, place, next));
}

// The frame whose block holds `sequence`, which is below the end.
Result<OpenedLog::FramePlace> OpenedLog::seek(Sequence sequence) {
    std::size_t const segment = segment_of(sequence);
    FramePlace place{segment, map_.segments()[segment].header.storage_block_bytes};
    Sequence next = map_.segments()[segment].header.first;
    while (auto const frame = TRY(frame_before(next, place))) {
        BlockRecord const& record = frame->record;
        next = Sequence{record.first.value + record.count};
        if (record.count != 0 && sequence < next) {
            return place;
        }
        place.offset += frame->prefix.stride;
    }
    return std::unexpected(told(Code::frame_damaged, place, next));
}

// Reads and checks one block; `block_`, `leaves_` and `attachments_` describe it afterwards.
Result<void> OpenedLog::read_block(store::Frame const& frame, FramePlace place) {
    SlotIndex const slot = map_.segments()[place.segment].slot;
    if (frame.prefix.stride > blocks_.range_bytes_max()) {
        return fail(Code::out_of_range, frame.record.first.value);
    }
    Bytes const bytes = TRY(blocks_.view(slot, place.offset, frame.prefix.stride));
    Bytes const content = bytes.subspan(store::frame_prefix_bytes, frame.prefix.content_bytes);
    TRY(store::parse_block(*engine_, frame, content, block_));
    TRY(store::check_block(*engine_, block_, leaves_));
    Bytes area = bytes.subspan(frame.prefix.attachments_offset, frame.prefix.attachments_bytes);
    for (std::size_t index = 0; index < block_.count(); ++index) {
        attachments_[index] = {};
        if (block_.reduced(index)) {
            continue;
        }
        std::size_t const padded = padded_bytes(block_.entry(index).header.attachment_bytes);
        if (padded > area.size()) {
            return fail(Code::truncated, frame.record.first.value + index);
        }
        attachments_[index] = area.first(padded);
        area = area.subspan(padded);
    }
    return {};
}

void OpenedLog::view_entry(std::size_t index, Hash256 const& link, EntryView& view) {
    view = {.sequence = Sequence{block_.frame.record.first.value + index},
            .reduced = block_.reduced(index),
            .entry = {},
            .leaf = leaves_[index],
            .link = link,
            .record = &block_.frame.record,
            .attachment = AttachmentState::none,
            .salt = {},
            .data = {}};
    if (view.reduced) {
        view.attachment = AttachmentState::reduced;
        return;
    }
    view.entry = block_.entry(index);
    std::size_t const bytes = view.entry.header.attachment_bytes;
    if (bytes == 0) {
        return;
    }
    Bytes const padded = attachments_[index];
    if (is_zero(padded)) {
        view.attachment = AttachmentState::erased;
        return;
    }
    view.attachment = AttachmentState::present;
    view.salt = padded.first(attachment_salt_bytes);
    view.data = padded.subspan(attachment_salt_bytes, bytes - attachment_salt_bytes);
}

Result<void> OpenedLog::walk(EntryRange range, std::function<bool(EntryView const&)> const& visit) {
    range.end = std::min(range.end, end_);
    if (range.first >= range.end) {
        return {};
    }
    FramePlace place = TRY(seek(range.first));
    Sequence next = range.first;
    FramePlace left = place; // where the frames of the segment before ended
    EntryView view{};
    while (next < range.end) {
        auto const frame = TRY(frame_before(next, place));
        if (!frame) {
            if (place.segment + 1 >= map_.segments().size()) {
                return fail(Code::frame_damaged, next.value);
            }
            left = place;
            ++place.segment;
            place.offset = map_.segments()[place.segment].header.storage_block_bytes;
            continue;
        }
        BlockRecord const& record = frame->record;
        if (record.count != 0) {
            Sequence const block_end{record.first.value + record.count};
            if (record.first > next || block_end <= next) {
                return std::unexpected(told(Code::chain_break, left, next));
            }
            auto const read = read_block(*frame, place);
            if (!read && record.first >= watermark_) {
                return {}; // being written
            }
            // A block of which a part is gone is not shown by halves: what is missing of it would
            // read as an attachment that was erased.
            if (is_gone(place, frame->prefix.stride)) {
                return fail(Code::size_changed, record.first.value);
            }
            TRY(read);
            Hash256 link = record.previous_head;
            for (std::size_t index = 0; index < record.count; ++index) {
                link = link_of(*engine_, link, leaves_[index]);
                Sequence const sequence{record.first.value + index};
                if (sequence < next) {
                    continue;
                }
                if (sequence >= range.end) {
                    return {};
                }
                view_entry(index, link, view);
                if (view.attachment == AttachmentState::present &&
                    attachment_commitment(*engine_, attachments_[index]) !=
                        view.entry.header.attachment_commitment) {
                    return fail(Code::commitment_mismatch, sequence.value, 1);
                }
                if (!visit(view)) {
                    return {};
                }
            }
            next = block_end;
        }
        place.offset += frame->prefix.stride;
    }
    return {};
}

HostResult<void> OpenedLog::for_each(EntryRange range,
                                     std::function<bool(EntryView const&)> const& visit) {
    if (auto const walked = walk(range, visit); !walked) {
        return std::unexpected(problem_of(walked.error()));
    }
    return {};
}

HostResult<OwnedEntry> OpenedLog::entry(Sequence sequence) {
    OwnedEntry owned;
    bool found = false;
    auto const walked = walk({sequence, Sequence{sequence.value + 1}}, [&](EntryView const& view) {
        found = true;
        owned.view = view;
        owned.record = *view.record;
        owned.leaves.assign(leaves_.begin(),
                            leaves_.begin() + static_cast<std::ptrdiff_t>(block_.count()));
        // Everything borrowed moves into one buffer that the entry owns.
        for (Bytes* const part : {&owned.view.entry.body, &owned.view.salt, &owned.view.data}) {
            owned.bytes.insert(owned.bytes.end(), part->begin(), part->end());
        }
        return false;
    });
    if (!walked) {
        return std::unexpected(problem_of(walked.error()));
    }
    if (!found) {
        return found_problem(Code::no_such_row, path_,
                             "there is no entry " + std::to_string(sequence.value), sequence.value);
    }
    Bytes rest{owned.bytes};
    for (Bytes* const part : {&owned.view.entry.body, &owned.view.salt, &owned.view.data}) {
        std::size_t const size = part->size();
        *part = rest.first(size);
        rest = rest.subspan(size);
    }
    owned.view.record = nullptr; // `owned.record` is the copy; an address would not survive moving
    return owned;
}

HostResult<void>
OpenedLog::for_each_record(std::function<bool(LeafIndex, BlockRecord const&)> const& visit) {
    std::uint64_t index = map_.segments().front().header.blocks_before;
    for (std::size_t segment = 0; segment < map_.segments().size(); ++segment) {
        store::SegmentHeader const& header = map_.segments()[segment].header;
        FramePlace place{segment, header.storage_block_bytes};
        Sequence next = header.first;
        while (true) {
            auto const frame = frame_before(next, place);
            if (!frame) {
                return std::unexpected(problem_of(frame.error()));
            }
            if (!*frame) {
                break;
            }
            if ((*frame)->record.count != 0 && !visit(LeafIndex{index++}, (*frame)->record)) {
                return {};
            }
            next = Sequence{(*frame)->record.first.value + (*frame)->record.count};
            place.offset += (*frame)->prefix.stride;
        }
    }
    return {};
}

} // namespace axiom::host

// Checking one segment; see sim-host/verify/segment_check.hpp.

#include <sim-host/verify/segment_check.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

#include <axiom/log/chain.hpp>
#include <axiom/store/acknowledged.hpp>
#include <axiom/tree/merkle.hpp>

namespace axiom::host {

namespace {

// An append that is under way becomes whole within moments; this long an unfinished group may stay
// as it is before it counts as the live end.
constexpr int live_looks_max = 20;
constexpr auto live_pause = std::chrono::milliseconds{2};

bool is_log_domain(std::byte const* entry) noexcept {
    return load_le<std::uint16_t>({entry + offsetof(EntryHeader, domain), 2}) ==
           static_cast<std::uint16_t>(DomainNumber::log);
}

bool is_read_error(Code code) noexcept {
    return code == Code::io_failed || code == Code::short_transfer || code == Code::access_refused;
}

} // namespace

std::size_t SegmentCheck::buffer_bytes(StoreGeometry const& geometry) {
    std::size_t const block = geometry.storage_block_bytes;
    auto const frame = static_cast<std::size_t>(
        std::min<std::uint64_t>(store::frame_bytes_max, geometry.segment_bytes));
    return round_up<std::size_t>(frame, block) + block;
}

SegmentCheck::SegmentCheck(Store& store, store::SegmentMap const& map,
                           SegmentCheckOptions const& options)
    : options_{options}, map_{&map}, buffer_(buffer_bytes(store.geometry())),
      window_{store, buffer_}, links_{std::make_unique<store::LinkFold>()} {}

SegmentFacts SegmentCheck::check(std::size_t segment) {
    SegmentFacts facts;
    facts.index = segment;
    facts.bytes = map_->segments()[segment].header.segment_bytes;
    links_->clear();
    window_.forget();
    store::BlockScan scan{*options_.engine,
                          window_,
                          *map_,
                          {.check_links = false,
                           .accept_late_writes = true,
                           .hash_from = options_.range.first,
                           .hash_end = options_.range.end}};
    scan.start_at_segment(segment);
    bool entered = false;
    while (true) {
        auto const step = scan.next();
        if (step && *step == store::ScanStep::block) {
            take_block(scan, facts);
            continue;
        }
        if (step && *step == store::ScanStep::segment && !entered) {
            entered = true;
            continue;
        }
        if (step && *step == store::ScanStep::watermark) {
            continue;
        }
        if (step) { // the segment's end, and what follows it is in order
            break;
        }
        if (live_end(scan, facts)) {
            break;
        }
        facts.findings.push_back(describe(scan, facts, step.error()));
        if (scan.can_skip()) {
            store::Frame const frame = scan.block().frame;
            facts.blocks.push_back(
                {.leaf = tree_leaf(*options_.engine, record_bytes(frame.record)),
                 .head = frame.record.head,
                 .next = Sequence{frame.record.first.value + frame.record.count}});
            facts.entries_count += frame.record.count;
            scan.skip();
            continue;
        }
        bool const in_frames = scan.place().segment == segment && scan.place().offset != 0 &&
                               !is_read_error(step.error().code);
        auto const resumed = in_frames ? scan.resume() : Result<bool>{false};
        bool const goes_on = resumed && *resumed;
        if (in_frames && (goes_on || step.error().code != Code::padding_not_zero)) {
            facts.whole = false;
        }
        if (!goes_on || facts.findings.size() >= findings_kept) {
            break;
        }
    }
    if (auto const folded = links_->finish(*options_.engine); !folded) {
        links_broke(facts, folded.error());
    }
    facts.end = scan.position();
    facts.ended_in_order = scan.ended_in_order();
    if (scan.late_segments() != 0) {
        look_at_late_bytes(facts);
    }
    return facts;
}

// Bytes behind the end that the successor recorded: whole frames are the late writes of a writer
// that was fenced off, and are ignored. Anything else is what a torn group left where the log was
// taken over, and damage where it was not.
void SegmentCheck::look_at_late_bytes(SegmentFacts& facts) {
    store::SegmentPlace const& place = map_->segments()[facts.index];
    store::SegmentHeader const& next = map_->segments()[facts.index + 1].header;
    std::uint32_t const step = place.header.storage_block_bytes;
    auto const block = std::make_unique<store::BlockView>();
    std::uint64_t at = next.previous_end;
    while (at < place.header.segment_bytes) {
        std::size_t const piece =
            step - at % step; // the recorded end may lie within a storage block
        auto const bytes = window_.view(place.slot, at, piece);
        if (!bytes) {
            return;
        }
        if (is_zero(*bytes)) {
            at += piece;
            continue;
        }
        if (auto const stride = late_frame(place, at, *block); stride != 0) {
            at += stride;
            facts.late_segments = 1;
            continue;
        }
        bool const taken_over = next.epoch > place.header.epoch;
        facts.findings.push_back(
            {.severity = taken_over ? Severity::incomplete : Severity::tampering,
             .code = Code::padding_not_zero,
             .what = "bytes behind the segment's recorded end are no late write",
             .sequence = next.first,
             .segment = place.header.number,
             .slot = place.slot,
             .offset = at});
        return;
    }
}

// The stride of a sound frame in whole storage blocks, or 0.
std::uint64_t SegmentCheck::late_frame(store::SegmentPlace const& place, std::uint64_t at,
                                       store::BlockView& block) {
    auto const head = window_.view(place.slot, at, store::frame_head_bytes);
    auto const frame = head ? store::decode_frame(*options_.engine, place.header, at, *head)
                            : Result<store::Frame>{fail(Code::frame_damaged)};
    if (!frame) {
        return 0;
    }
    auto const bytes = window_.view(place.slot, at, frame->prefix.stride);
    if (!bytes) {
        return 0;
    }
    bool sound = frame->record.count != 0 || is_zero(bytes->subspan(store::frame_head_bytes));
    if (frame->record.count != 0) {
        Bytes const content =
            bytes->subspan(store::frame_prefix_bytes, frame->prefix.content_bytes);
        sound = store::parse_block(*frame, content, block) &&
                store::check_block(*options_.engine, block, leaves_);
    }
    return sound && frame->prefix.stride % place.header.storage_block_bytes == 0
               ? frame->prefix.stride
               : 0;
}

void SegmentCheck::links_broke(SegmentFacts& facts, Error error) {
    facts.findings.push_back({.severity = Severity::tampering,
                              .code = error.code,
                              .what = "the links of this block do not lead to its head",
                              .sequence = Sequence{error.where},
                              .segment = map_->segments()[facts.index].header.number,
                              .slot = map_->segments()[facts.index].slot,
                              .offset = {}});
}

void SegmentCheck::take_block(store::BlockScan const& scan, SegmentFacts& facts) {
    HashEngine const& engine = *options_.engine;
    store::BlockView const& block = scan.block();
    BlockRecord const& record = block.frame.record;
    facts.blocks.push_back({.leaf = tree_leaf(engine, record_bytes(record)),
                            .head = record.head,
                            .next = Sequence{record.first.value + record.count}});
    facts.entries_count += record.count;

    bool has_log_entries = false;
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            Sequence const sequence{record.first.value + index};
            if (!facts.reduced.empty() && facts.reduced.back().end == sequence) {
                ++facts.reduced.back().end.value;
            } else {
                facts.reduced.push_back({sequence, Sequence{sequence.value + 1}});
            }
        } else if (is_log_domain(block.entries[index])) {
            has_log_entries = true;
        }
    }

    // Keys and checkpoints are believed only after hashing, whatever range was asked for.
    std::span<Hash256 const> leaves = scan.leaves();
    bool hashed = scan.hashed();
    if (!hashed && has_log_entries) {
        auto const checked = store::check_leaves(engine, block, leaves_);
        if (!checked) {
            facts.findings.push_back(describe(scan, facts, checked.error()));
            return;
        }
        leaves = std::span{leaves_}.first(block.count());
        hashed = true;
    }
    if (hashed) {
        facts.hashed += record.count;
        if (auto const folded = links_->add(engine, record, leaves); !folded) {
            links_broke(facts, folded.error());
        }
    }
    facts.erased.insert(facts.erased.end(), scan.erased().begin(), scan.erased().end());
    for (std::size_t index = 0; has_log_entries && index < block.count(); ++index) {
        if (!block.reduced(index) && is_log_domain(block.entries[index])) {
            take_log_entry(block.entry(index), facts);
        }
        if (!block.reduced(index) && is_log_kind(block.entries[index], LogKind::fork)) {
            facts.forks.push_back({record.log_id, Sequence{record.first.value + index}});
        }
    }
}

void SegmentCheck::take_log_entry(Entry const& entry, SegmentFacts& facts) {
    auto const kind = static_cast<LogKind>(entry.header.kind);
    switch (kind) {
    case LogKind::genesis:
    case LogKind::checkpoint:
    case LogKind::key_rotate:
    case LogKind::key_lost:
    case LogKind::fork:
    case LogKind::prune:
    case LogKind::erase:
    case LogKind::repaired:
        break;
    default:
        return;
    }
    facts.entries.push_back({.sequence = entry.header.sequence,
                             .kind = kind,
                             .body_at = facts.bodies.size(),
                             .body_bytes = entry.body.size()});
    facts.bodies.insert(facts.bodies.end(), entry.body.begin(), entry.body.end());
}

// Whether the walk has come to the place where a living writer is at work. What it is writing may
// be read half; it is read again until it is whole or stays as it is.
bool SegmentCheck::live_end(store::BlockScan& scan, SegmentFacts& facts) {
    bool const newest = facts.index + 1 == map_->segments().size();
    if (!options_.writer_alive || !newest || scan.place().segment != facts.index ||
        scan.place().offset == 0) {
        return false;
    }
    for (int look = 0; look < live_looks_max; ++look) {
        std::this_thread::sleep_for(live_pause);
        window_.forget();
        auto const step = scan.next();
        if (step) {
            if (*step == store::ScanStep::block) {
                take_block(scan, facts);
            }
            return true; // pinned here: what came later is the next run's
        }
    }
    auto const beyond = store::look_beyond(
        *options_.engine, window_, *map_,
        {.segment = facts.index, .offset = scan.place().offset, .next = scan.position().next});
    return beyond && !beyond->acknowledged;
}

// THREATS.md, rule 1: rot when something later shows that this was acknowledged, else a torn end.
Severity SegmentCheck::weigh(store::BlockScan const& scan, SegmentFacts const& facts, Error error) {
    // A frame's or segment's version stands under a hash that held; that of an entry does not yet.
    if (error.code == Code::unknown_version && !scan.can_skip()) {
        return Severity::version;
    }
    if (is_read_error(error.code)) {
        return Severity::failed;
    }
    if (error.code == Code::size_changed) {
        return Severity::incomplete;
    }
    bool const newest = facts.index + 1 == map_->segments().size();
    if (!newest || scan.place().offset == 0) {
        return Severity::tampering;
    }
    auto const beyond = store::look_beyond(
        *options_.engine, window_, *map_,
        {.segment = facts.index, .offset = scan.place().offset, .next = scan.position().next});
    return beyond && !beyond->acknowledged ? Severity::incomplete : Severity::tampering;
}

Finding SegmentCheck::describe(store::BlockScan const& scan, SegmentFacts const& facts,
                               Error error) {
    store::ScanPlace const place = scan.place();
    store::SegmentPlace const& segment = map_->segments()[place.segment];
    Severity const severity = weigh(scan, facts, error);
    std::string what{text_of(error.code).what};
    if (severity == Severity::incomplete && error.code != Code::size_changed) {
        what = "the log ends in a torn group that was never acknowledged (" + what + ")";
    }
    std::uint64_t const sequence = scan.can_skip() ? error.where : scan.position().next.value;
    return {.severity = severity,
            .code = error.code,
            .what = std::move(what),
            .sequence = Sequence{sequence},
            .segment = segment.header.number,
            .slot = segment.slot,
            .offset = place.offset};
}

} // namespace axiom::host

// Checking one segment; see sim-host/verify/segment_check.hpp.

#include <sim-host/verify/segment_check.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

#include <axiom/log/chain.hpp>
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

bool names_the_link_before(std::byte const* entry) noexcept {
    return is_log_kind(entry, LogKind::boot) || is_log_kind(entry, LogKind::attach);
}

// What a segment's header does not get right is found where the segment is checked, not also where
// the one before ends.
bool is_found_by_the_segment_itself(Code code) noexcept {
    return code == Code::padding_not_zero || code == Code::size_changed;
}

} // namespace

SegmentCheck::SegmentCheck(Store& store, store::SegmentMap const& map,
                           SegmentCheckOptions const& options)
    : options_{options}, map_{&map}, buffer_(store::scan_window_bytes(store.geometry())),
      window_{store, buffer_}, links_{std::make_unique<store::LinkFold>()} {}

SegmentFacts SegmentCheck::check(std::size_t segment) {
    SegmentFacts facts;
    facts.index = segment;
    facts.bytes = map_->segments()[segment].header.segment_bytes;
    links_->clear();
    window_.forget();
    store::BlockScan scan{
        *options_.engine,
        window_,
        *map_,
        {.list_mismatches = true,
         .accept_late_writes = true,
         .lost_from = options_.lost ? std::optional{options_.lost->block} : std::nullopt,
         .links_from = options_.fold_links ? Sequence{~std::uint64_t{0}} : Sequence{0},
         .hash_from = options_.range.first,
         .hash_end = options_.range.end}};
    scan.start_at_segment(segment);
    for (bool more = true; more;) {
        auto const step = scan.next();
        more = step ? take_step(scan, *step, facts) : take_error(scan, step.error(), facts);
    }
    if (auto const folded = links_->finish(*options_.engine); !folded) {
        links_broke(facts, folded.error());
    }
    facts.end = scan.position();
    facts.entered = scan.place().segment != facts.index || scan.place().offset != 0;
    facts.ended_in_order = scan.ended_in_order() && !facts.torn;
    if (scan.late_segments() != 0) {
        look_at_late_bytes(facts);
    }
    return facts;
}

// Whether the segment goes on behind this step.
bool SegmentCheck::take_step(store::BlockScan& scan, store::ScanStep step, SegmentFacts& facts) {
    if (step == store::ScanStep::block) {
        take_block(scan, facts);
    }
    bool const left = scan.place().segment != facts.index;
    return step != store::ScanStep::end && !left;
}

// The same for an error. What was never acknowledged ends the log; behind damage the check goes on,
// to name all of it.
bool SegmentCheck::take_error(store::BlockScan& scan, Error error, SegmentFacts& facts) {
    bool const own = scan.place().segment == facts.index;
    if (live_end(scan, facts) || (!own && is_found_by_the_segment_itself(error.code))) {
        return false;
    }
    Found const found = describe(scan, error);
    facts.findings.push_back(found.finding);
    facts.torn = found.torn;
    if (found.torn || found.finding.severity == Severity::version) {
        return false;
    }
    if (found.finding.severity == Severity::incomplete) { // a gap reaches to the slot's end
        facts.whole = facts.index + 1 == map_->segments().size();
        return false;
    }
    if (scan.can_skip()) {
        store::Frame const frame = scan.block().frame;
        facts.blocks.push_back({.leaf = tree_leaf(*options_.engine, record_bytes(frame.record)),
                                .head = frame.record.head,
                                .next = Sequence{frame.record.first.value + frame.record.count}});
        facts.entries_count += frame.record.count;
        scan.skip();
        return true;
    }
    bool const in_frames = own && scan.place().offset != 0 && !is_device_error(error.code);
    auto const resumed = in_frames ? scan.resume() : Result<bool>{false};
    bool const goes_on = resumed && *resumed;
    if (goes_on || error.code != Code::padding_not_zero || scan.place().offset == 0) {
        facts.whole = false;
    }
    return goes_on && facts.findings.size() < findings_kept;
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
    bool has_start = false;
    std::uint64_t whole_entries = record.count;
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            --whole_entries;
            Sequence const sequence{record.first.value + index};
            if (!facts.reduced.empty() && facts.reduced.back().end == sequence) {
                ++facts.reduced.back().end.value;
            } else {
                facts.reduced.push_back({sequence, Sequence{sequence.value + 1}});
            }
        } else if (is_log_domain(block.entries[index])) {
            has_log_entries = true;
            has_start = has_start || names_the_link_before(block.entries[index]);
        }
    }

    // Keys and checkpoints are believed only after hashing, whatever range was asked for.
    std::span<Hash256 const> leaves = scan.leaves();
    bool hashed = scan.hashed();
    if (!hashed && has_log_entries) {
        auto const checked = store::check_leaves(engine, block, leaves_);
        if (!checked) {
            facts.findings.push_back(describe(scan, checked.error()).finding);
            return;
        }
        leaves = std::span{leaves_}.first(block.count());
        hashed = true;
    }
    if (hashed) {
        facts.hashed += whole_entries;
        if (auto const folded = links_->add(engine, record, leaves); !folded) {
            links_broke(facts, folded.error());
        }
    }
    for (Sequence const gone : scan.erased()) {
        facts.missing.push_back({.sequence = gone, .block = record.first, .zeros = true});
    }
    for (Sequence const other : scan.mismatched()) {
        facts.missing.push_back({.sequence = other, .block = record.first, .zeros = false});
    }
    Hash256 before = record.previous_head;
    for (std::size_t index = 0; has_log_entries && index < block.count(); ++index) {
        if (!block.reduced(index) && is_log_domain(block.entries[index])) {
            take_log_entry(block.entry(index), {before, record.epoch, record.boot}, facts);
        }
        if (!block.reduced(index) && is_log_kind(block.entries[index], LogKind::fork)) {
            facts.forks.push_back({record.log_id, Sequence{record.first.value + index}});
        }
        before = has_start ? link_of(engine, before, leaves[index]) : before;
    }
}

void SegmentCheck::take_log_entry(Entry const& entry, EntryContext const& context,
                                  SegmentFacts& facts) {
    auto const kind = static_cast<LogKind>(entry.header.kind);
    switch (kind) {
    case LogKind::genesis:
    case LogKind::boot:
    case LogKind::attach:
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
                             .body_bytes = entry.body.size(),
                             .context = context});
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
    auto const acknowledged = acknowledged_beyond(scan.place(), scan.position().next);
    return acknowledged && !*acknowledged;
}

} // namespace axiom::host

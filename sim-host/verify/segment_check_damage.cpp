// What an error of the walk means, and which entry it is about; see
// sim-host/verify/segment_check.hpp.

#include <sim-host/verify/segment_check.hpp>

#include <algorithm>

#include <axiom/store/acknowledged.hpp>
#include <sim-host/verify/damaged_entry.hpp>

namespace axiom::host {

// THREATS.md, rule 1: rot when something later shows that this was acknowledged, else a torn end.
Result<bool> SegmentCheck::acknowledged_beyond(store::ScanPlace place, Sequence next) {
    auto const beyond =
        TRY(store::look_beyond(*options_.engine, window_, *map_,
                               {.segment = place.segment, .offset = place.offset, .next = next}));
    return beyond.acknowledged;
}

SegmentCheck::Weight SegmentCheck::weigh(store::BlockScan const& scan, Error error) {
    if (error.code == Code::unknown_version) { // found behind a hash that held
        return {Severity::version, false};
    }
    if (is_device_error(error.code)) {
        return {Severity::failed, false};
    }
    if (options_.gaps != nullptr && stopped_at_a_gap(*options_.gaps, *map_, scan)) {
        return {Severity::incomplete, false};
    }
    auto const acknowledged = acknowledged_beyond(scan.place(), scan.position().next);
    if (!acknowledged && acknowledged.error().code == Code::unknown_version) {
        return {Severity::version, false};
    }
    if (!acknowledged && is_device_error(acknowledged.error().code)) {
        return {Severity::failed, false};
    }
    bool const torn = acknowledged && !*acknowledged;
    return {torn ? Severity::incomplete : Severity::tampering, torn};
}

SegmentCheck::Found SegmentCheck::describe(store::BlockScan const& scan, Error error) {
    store::ScanPlace const place = scan.place();
    store::SegmentPlace const& segment = map_->segments()[place.segment];
    Weight const weight = weigh(scan, error);
    std::string what{text_of(error.code).what};
    Code code = error.code;
    if (weight.torn) {
        what = "the log ends in a torn group that was never acknowledged (" + what + ")";
    } else if (weight.severity == Severity::incomplete) {
        code = Code::size_changed;
        what = "bytes of the log are missing from here on";
    }
    return {.finding = {.severity = weight.severity,
                        .code = code,
                        .what = std::move(what),
                        .sequence = damaged_entry(scan, error, weight),
                        .segment = segment.header.number,
                        .slot = segment.slot,
                        .offset = place.offset},
            .torn = weight.torn};
}

// A block whose frame holds names the damaged entry; else it is the next one.
Sequence SegmentCheck::damaged_entry(store::BlockScan const& scan, Error error, Weight weight) {
    if (error.code == Code::attachment_missing && options_.lost && !weight.torn) {
        return options_.lost->entry;
    }
    if (!scan.can_skip() || weight.severity == Severity::incomplete) {
        return scan.position().next; // a torn end, or a gap: no entry there is damaged
    }
    store::Frame const frame = scan.block().frame;
    store::SegmentPlace const& segment = map_->segments()[scan.place().segment];
    auto const bytes = window_.view(segment.slot, scan.place().offset, frame.prefix.stride);
    auto const first = bytes ? first_damaged_entry(*options_.engine, frame, *bytes) : std::nullopt;
    return first.value_or(Sequence{error.where}); // what breaks a rule, or the block's first
}

void SegmentCheck::links_broke(SegmentFacts& facts, Error error) {
    store::SegmentPlace const& place = map_->segments()[facts.index];
    Sequence const first{error.where};
    auto const acknowledged =
        acknowledged_beyond({facts.index, place.header.storage_block_bytes}, first);
    if (acknowledged && !*acknowledged) {
        facts.links_torn = true;
        return;
    }
    bool const unread = !acknowledged && is_device_error(acknowledged.error().code);
    facts.findings.push_back({.severity = unread ? Severity::failed : Severity::tampering,
                              .code = unread ? acknowledged.error().code : error.code,
                              .what = "the links of this block do not lead to its head",
                              .sequence = first,
                              .segment = place.header.number,
                              .slot = place.slot,
                              .offset = {}});
}

} // namespace axiom::host

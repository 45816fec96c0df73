// Checking prunings; see sim-host/verify/prune_check.hpp.

#include <sim-host/verify/prune_check.hpp>

#include <algorithm>
#include <memory>

#include <axiom/log/prune_root.hpp>
#include <axiom/store/block_scan.hpp>

namespace axiom::host {

namespace {

std::size_t segment_with(store::SegmentMap const& map, Sequence sequence) {
    auto const all = map.segments();
    auto const after = std::ranges::upper_bound(
        all, sequence, {}, [](store::SegmentPlace const& place) { return place.header.first; });
    return after == all.begin() ? 0 : static_cast<std::size_t>(after - all.begin()) - 1;
}

// The leaves that stand in the range. A walk that meets damage has been reported already.
Result<PruneRoot> leaves_in(HashEngine const& engine, store::SegmentWindow& window,
                            store::SegmentMap const& map, SequenceRange range) {
    constexpr Sequence beyond_all{~std::uint64_t{0}};
    auto const scan =
        std::make_unique<store::BlockScan>(engine, window, map,
                                           store::ScanOptions{.check_attachments = false,
                                                              .accept_late_writes = true,
                                                              .hash_from = beyond_all,
                                                              .hash_end = beyond_all});
    scan->start_at_segment(segment_with(map, range.first));
    PruneRoot leaves;
    while (scan->position().next < range.end) {
        store::ScanStep const step = TRY(scan->next());
        if (step == store::ScanStep::end) {
            break;
        }
        if (step != store::ScanStep::block) {
            continue;
        }
        store::BlockView const& block = scan->block();
        for (std::size_t index = 0; index < block.count(); ++index) {
            Sequence const sequence{block.frame.record.first.value + index};
            if (block.reduced(index) && range.first <= sequence && sequence < range.end) {
                Hash256 leaf{};
                copy_bytes(leaf.bytes, block.parts[index]);
                leaves.add(engine, leaf);
            }
        }
    }
    return leaves;
}

} // namespace

void check_prunes(HashEngine const& engine, store::SegmentWindow& window,
                  store::SegmentMap const& map, Verdict& verdict) {
    for (PruneFact& fact : verdict.pruned) {
        auto const leaves = leaves_in(engine, window, map, fact.range);
        if (!leaves) {
            continue;
        }
        fact.reduced = leaves->count;
        if (leaves->count < fact.count) {
            verdict.add({.severity = Severity::incomplete,
                         .code = Code::pruning_owed,
                         .what = "entries that this entry pruned are still whole: a crash came "
                                 "between, or an older copy of a segment was put back",
                         .sequence = fact.entry,
                         .segment = {},
                         .slot = {},
                         .offset = {}});
        }
        bool const too_many = leaves->count > fact.count;
        bool const others = leaves->count == fact.count && leaves->root != fact.root;
        if (too_many || others) {
            verdict.add({.severity = Severity::tampering,
                         .code = too_many ? Code::entry_missing : Code::bad_proof,
                         .what = too_many ? "more entries are leaves only than this entry pruned"
                                          : "the leaves that stand in its range are not those that "
                                            "this entry pruned",
                         .sequence = fact.entry,
                         .segment = {},
                         .slot = {},
                         .offset = {}});
        }
    }
}

} // namespace axiom::host

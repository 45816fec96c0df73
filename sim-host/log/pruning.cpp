// What may be pruned, and paying it; see sim-host/log/pruning.hpp.

#include <sim-host/log/pruning.hpp>

#include <algorithm>

#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/log/segment_rewrite.hpp>

namespace axiom::host {

bool is_prunable(EntryHeader const& header) noexcept {
    for (DomainInfo const* const domain : known_domains()) {
        if (domain->number == header.domain) {
            KindInfo const* const kind = domain->find(header.kind);
            return kind != nullptr && kind->prunable;
        }
    }
    return false;
}

std::vector<PrunedRange> not_pruned_below(std::span<PrunedRange const> pruned, Sequence end) {
    std::vector<PrunedRange> gaps;
    Sequence first{};
    for (PrunedRange const& range : pruned) {
        if (first < std::min(range.first, end)) {
            gaps.push_back({first, std::min(range.first, end)});
        }
        first = std::max(first, range.end);
    }
    if (first < end) {
        gaps.push_back({first, end});
    }
    return gaps;
}

Result<Prunable> find_prunable(Store& store, HashEngine const& engine, PrunedRange range) {
    SegmentReader reader{store, engine};
    TRY(reader.load());
    Prunable found;
    for (std::size_t segment = 0; segment < reader.map().segments().size(); ++segment) {
        if (!reader.meets(segment, range)) {
            continue;
        }
        std::uint64_t const before = found.leaves.count;
        TRY(reader.each_block(segment, range, [&](store::BlockScan const& scan) -> Result<void> {
            store::BlockView const& block = scan.block();
            for (std::size_t index = 0; index < block.count(); ++index) {
                Sequence const sequence{block.frame.record.first.value + index};
                if (sequence < range.first || sequence >= range.end || block.reduced(index) ||
                    !is_prunable(block.entry(index).header)) {
                    continue;
                }
                EntryHeader const header = block.entry(index).header;
                std::uint64_t const attachment = padded_bytes(header.attachment_bytes);
                found.leaves.add(engine, scan.leaves()[index]);
                found.attachments += attachment != 0 ? 1 : 0;
                found.bytes += entry_bytes(header.body_bytes) + attachment - store::kept_leaf_bytes;
            }
            return {};
        }));
        if (found.leaves.count != before) {
            store::SegmentPlace const& place = reader.map().segments()[segment];
            found.slots.push_back(place.slot);
            found.segments.push_back(
                SlotIndex{static_cast<std::uint32_t>(place.header.number.value)});
        }
    }
    return found;
}

Result<void> reserve_slot(Store& store, HashEngine const& engine) {
    SegmentReader reader{store, engine};
    TRY(reader.load());
    if (reader.map().free_slots().empty()) {
        TRY(store.extend());
    }
    return {};
}

Result<PruneReport> complete_prunes(Store& store, PruneOptions const& options) {
    SegmentRewrite rewrite{store, options};
    TRY(rewrite.load());
    std::size_t const newest = rewrite.segments() - 1;
    PruneReport report;
    for (std::size_t segment = 0; segment < newest; ++segment) {
        std::uint64_t const reduced = TRY(rewrite.pay(segment));
        report.entries += reduced;
        report.segments += reduced != 0 ? 1 : 0;
        if (options.progress) {
            options.progress(segment + 1, newest);
        }
    }
    return report;
}

} // namespace axiom::host

// Which snapshot is usable; see sim-host/log/snapshot_search.hpp.

#include <sim-host/log/snapshot_search.hpp>

#include <algorithm>
#include <ranges>

#include <axiom/domain/snapshot.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

template <class T> Result<T> plain(HostResult<T> result) {
    if (!result) {
        return std::unexpected(result.error().error);
    }
    return std::move(*result);
}

} // namespace

struct SnapshotSearch::Named {
    SnapshotEntry entry{};
    Hash256 link{};   // of the entry whose state it is
    Hash256 log_id{}; // the log's there
};

// A walk that stands on the block that holds `sequence`, which was hashed. `no_such_row` when the
// log ends before.
Result<std::unique_ptr<store::BlockScan>> SnapshotSearch::block_with(Sequence sequence) const {
    auto const segments = map_->segments();
    auto const after =
        std::ranges::upper_bound(segments, sequence, {}, [](store::SegmentPlace const& place) {
            return place.header.first;
        });
    if (after == segments.begin()) {
        return fail(Code::no_such_row, sequence.value);
    }
    auto scan = std::make_unique<store::BlockScan>(
        *engine_, *window_, *map_,
        store::ScanOptions{.check_attachments = false,
                           .accept_late_writes = true,
                           .hash_from = sequence,
                           .hash_end = Sequence{sequence.value + 1}});
    scan->start_at_segment(static_cast<std::size_t>(after - segments.begin()) - 1);
    while (scan->position().next <= sequence) {
        if (TRY(scan->next()) == store::ScanStep::end) {
            return fail(Code::no_such_row, sequence.value);
        }
    }
    return scan;
}

// What the log says of the snapshot after `sequence`: in the entry right behind it, or nowhere.
Result<SnapshotSearch::Named> SnapshotSearch::named(Sequence sequence) const {
    Sequence const behind{sequence.value + 1};
    auto const scan = TRY(block_with(behind));
    store::BlockView const& block = scan->block();
    BlockRecord const& record = block.frame.record;
    auto const index = static_cast<std::size_t>(behind.value - record.first.value);
    if (block.reduced(index)) {
        return fail(Code::no_such_row, sequence.value);
    }
    Entry const entry = block.entry(index);
    if (entry.header.domain != DomainNumber::log ||
        entry.header.kind != static_cast<std::uint16_t>(LogKind::snapshot)) {
        return fail(Code::no_such_row, sequence.value);
    }
    Named named{.entry = TRY(decode_whole<SnapshotEntry>(entry.body)),
                .link = record.previous_head,
                .log_id = record.log_id};
    if (named.entry.sequence != sequence) {
        return fail(Code::no_such_row, sequence.value);
    }
    for (std::size_t before = 0; before < index; ++before) {
        named.link = link_of(*engine_, named.link, scan->leaves()[before]);
    }
    return named;
}

Result<Capacities> SnapshotSearch::capacities() const {
    auto const scan = TRY(block_with(Sequence{0}));
    if (scan->block().reduced(0)) {
        return fail(Code::not_a_log);
    }
    return TRY(decode_whole<Genesis>(scan->block().entry(0).body)).capacities;
}

Result<std::unique_ptr<DomainSet>> SnapshotSearch::load(Sequence sequence) const {
    Named const said = TRY(named(sequence));
    std::vector<std::byte> const bytes = TRY(plain(folder_->read(sequence, said.entry.bytes)));
    if (snapshot_digest(*engine_, bytes) != said.entry.digest) {
        return fail(Code::state_mismatch, sequence.value);
    }
    Capacities const sizes = TRY(capacities());
    auto domains = TRY(DomainSet::make(*engine_, sizes, state_bytes_max_));
    SnapshotInfo const info = TRY(load_snapshot(domains->shadows(), said.log_id, bytes));
    if (info.sequence != sequence || info.state != said.entry.state || info.head != said.link) {
        return fail(Code::state_mismatch, sequence.value);
    }
    return domains;
}

std::optional<FoundSnapshot> SnapshotSearch::newest_below(Sequence end) {
    for (Sequence const sequence : std::views::reverse(folder_->list())) {
        if (sequence >= end) {
            continue; // sound perhaps, but later than what is asked for
        }
        auto loaded = load(sequence);
        if (loaded) {
            return FoundSnapshot{sequence, std::move(*loaded)};
        }
        throw_if_no_memory(loaded.error()); // it may be usable: no older one stands for it
        refused_.push_back({sequence, loaded.error()});
    }
    return std::nullopt;
}

std::optional<Sequence> SnapshotSearch::ahead_of(Sequence end, Hash256 const& log_id) const {
    for (Sequence const sequence : std::views::reverse(folder_->list())) {
        if (sequence < end) {
            break;
        }
        auto const bytes = folder_->read(sequence);
        auto const info = bytes ? read_snapshot_info(*engine_, *bytes)
                                : Result<SnapshotInfo>{std::unexpected(bytes.error().error)};
        if (!info) {
            throw_if_no_memory(info.error());
        }
        if (info && info->sequence == sequence && info->log_id == log_id) {
            return sequence;
        }
    }
    return std::nullopt;
}

} // namespace axiom::host

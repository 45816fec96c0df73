// Where a replay may begin instead of at genesis; see sim-host/replay/replayer.hpp.

#include <sim-host/replay/replayer.hpp>

#include <algorithm>
#include <ranges>

#include <axiom/domain/snapshot.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom::host {

namespace {

template <class T> Result<T> plain(HostResult<T> result) {
    if (!result) {
        return std::unexpected(result.error().error);
    }
    return std::move(*result);
}

// What the log says of the snapshot after `sequence`: in the entry right behind it, or nowhere.
Result<SnapshotEntry> named_at(OpenedLog& log, Sequence sequence) {
    if (sequence >= log.end()) {
        return fail(Code::snapshot_ahead, sequence.value, log.end().value);
    }
    Sequence const behind{sequence.value + 1};
    if (behind == log.end()) {
        return fail(Code::no_such_row, sequence.value);
    }
    OwnedEntry const entry = TRY(plain(log.entry(behind)));
    EntryHeader const& header = entry.view.entry.header;
    if (entry.view.reduced || header.domain != DomainNumber::log ||
        header.kind != static_cast<std::uint16_t>(LogKind::snapshot)) {
        return fail(Code::no_such_row, sequence.value);
    }
    SnapshotEntry const named = TRY(decode_whole<SnapshotEntry>(entry.view.entry.body));
    if (named.sequence != sequence) {
        return fail(Code::no_such_row, sequence.value);
    }
    return named;
}

Result<Capacities> capacities_of(OpenedLog& log) {
    OwnedEntry const genesis = TRY(plain(log.entry(Sequence{0})));
    return TRY(decode_whole<Genesis>(genesis.view.entry.body)).capacities;
}

} // namespace

Result<std::unique_ptr<DomainSet>> Replayer::load(SnapshotFolder const& folder, Sequence sequence) {
    SnapshotEntry const named = TRY(named_at(*log_, sequence));
    std::vector<std::byte> const bytes = TRY(plain(folder.read(sequence, named.bytes)));
    if (snapshot_digest(log_->engine(), bytes) != named.digest) {
        return fail(Code::state_mismatch, sequence.value);
    }
    auto domains =
        TRY(DomainSet::make(log_->engine(), TRY(capacities_of(*log_)), log_->state_bytes_max()));
    // A snapshot is of the log that its last entry is of, which forks may since have left.
    OwnedEntry const last = TRY(plain(log_->entry(sequence)));
    SnapshotInfo const info = TRY(load_snapshot(domains->shadows(), last.record.log_id, bytes));
    if (info.sequence != sequence || info.state != named.state || info.head != last.view.link) {
        return fail(Code::state_mismatch, sequence.value);
    }
    return domains;
}

std::optional<Sequence> Replayer::start_from_snapshot(Sequence end) {
    AXIOM_ASSERT(next_ == Sequence{0} && domains() == nullptr);
    SnapshotFolder const folder{log_->path()};
    for (Sequence const sequence : std::views::reverse(folder.list())) {
        if (sequence < log_->end() && sequence >= end) {
            continue; // sound perhaps, but later than what is asked for
        }
        auto loaded = load(folder, sequence);
        if (!loaded) {
            refused_.push_back({sequence, loaded.error()});
            continue;
        }
        replay_.adopt(std::move(*loaded));
        next_ = Sequence{sequence.value + 1};
        scan_.start_at_segment(log_->segment_of(next_));
        return sequence;
    }
    return std::nullopt;
}

} // namespace axiom::host

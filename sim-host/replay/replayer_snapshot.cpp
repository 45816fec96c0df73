// Where a replay may begin instead of at genesis; see sim-host/replay/replayer.hpp.

#include <sim-host/replay/replayer.hpp>

#include <algorithm>

#include <axiom/log/log_kinds.hpp>

namespace axiom::host {

namespace {

// Somebody may append and take snapshots after this log's end was pinned: what is there now counts.
Sequence end_now(OpenedLog const& log) {
    auto const again = OpenedLog::open(log.path(), log.engine());
    return again ? std::max(log.end(), (*again)->end()) : log.end();
}

bool stands_for(EntryView const& view, std::uint64_t missing, std::uint64_t& snapshot) {
    if (view.reduced || view.entry.header.domain != DomainNumber::log ||
        view.entry.header.kind != static_cast<std::uint16_t>(LogKind::prune)) {
        return false;
    }
    auto const prune = decode_whole<Gated<Prune>>(view.entry.body);
    if (!prune || missing < prune->content.first.value || missing >= prune->content.end.value) {
        return false;
    }
    snapshot = prune->content.snapshot.value;
    return true;
}

} // namespace

// Names the snapshot that the log's `Prune` entry puts in the place of a pruned entry.
Error Replayer::explained(Error const& stopped) {
    if (stopped.code != Code::entry_missing) {
        return stopped;
    }
    Error named = stopped;
    static_cast<void>(
        log_->for_each({Sequence{stopped.where}, log_->end()}, [&](EntryView const& view) {
            return !stands_for(view, stopped.where, named.detail);
        }));
    return named;
}

Result<std::optional<Sequence>> Replayer::start_from_snapshot(Sequence end) {
    AXIOM_ASSERT(next_ == Sequence{0} && domains() == nullptr);
    SnapshotFolder const folder{log_->path()};
    SnapshotSearch search{log_->engine(), window_, log_->segments(), folder,
                          log_->state_bytes_max()};
    if (search.ahead_of(log_->end(), log_->log_id())) {
        Sequence const now = end_now(*log_);
        if (auto const ahead = search.ahead_of(now, log_->log_id())) {
            return fail(Code::snapshot_ahead, ahead->value, now.value);
        }
    }
    auto found = search.newest_below(std::min(end, log_->end()));
    refused_ = search.refused();
    if (!found) {
        return std::optional<Sequence>{};
    }
    replay_.adopt(std::move(found->domains));
    next_ = Sequence{found->sequence.value + 1};
    scan_->start_at_segment(log_->segment_of(next_));
    return std::optional{found->sequence};
}

} // namespace axiom::host

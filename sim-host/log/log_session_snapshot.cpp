// How a session writes snapshots; see sim-host/log/log_session.hpp.
//
//     state after S ─▶ file, durable ─▶ read back, loaded, hashed ─▶ entry S + 1, durable ─▶ older
//                                                                                     files go
//
// A crash at any step leaves every older snapshot that the log names, and at most one file that it
// does not.

#include <sim-host/log/log_session.hpp>

#include <algorithm>

#include <axiom/domain/snapshot.hpp>

namespace axiom::host {

bool LogSession::snapshot_due() {
    if (options_.snapshots == nullptr) {
        return false;
    }
    follow();
    auto const& known = domains_->log().facts().snapshots;
    std::uint64_t const newest = known.empty() ? 0 : known[known.size() - 1].sequence.value;
    return domains_->log().next().value - newest > options_.snapshot_every;
}

Result<Sequence> LogSession::snapshot() {
    problem_.clear();
    if (options_.snapshots == nullptr) {
        return fail(Code::no_such_row);
    }
    TRY(commit());
    follow();
    store::ChainPosition const end = live_->durable_position();
    Shadows& shadows = domains_->shadows();
    if (shadows.next() != end.next) {
        return fail(Code::not_yet_durable, end.next.value); // somebody else appends meanwhile
    }
    Sequence const at{end.next.value - 1};
    std::vector<std::byte> room(snapshot_bytes_max(shadows));
    Bytes const bytes = TRY(save_snapshot(shadows, end.log_id, end.head, room));
    Hash256 const state = TRY(put_aside(at, bytes));
    SnapshotEntry const entry{.sequence = at,
                              .state = state,
                              .digest = snapshot_digest(*options_.live.engine, bytes),
                              .bytes = bytes.size()};
    std::array<std::byte, 128> entry_room{};
    Bytes const body = TRY(encode_whole(MutableBytes{entry_room}, entry));
    TRY(append(LogKind::snapshot, body));
    TRY(commit());
    remove_older_snapshots(at);
    return at;
}

// The file is what was meant only if what comes back from it is the same state.
Result<Hash256> LogSession::put_aside(Sequence sequence, Bytes snapshot) {
    auto const refused = [&](Problem const& problem) {
        problem_ = problem.text;
        return std::unexpected(problem.error);
    };
    if (auto const written = options_.snapshots->write(sequence, snapshot); !written) {
        return refused(written.error());
    }
    auto const back = options_.snapshots->read(sequence, snapshot.size());
    if (!back) {
        return refused(back.error());
    }
    DomainSet fresh{*options_.live.engine, domains_->log().capacities()};
    Hash256 const log_id = live_->durable_position().log_id;
    SnapshotInfo const info = TRY(load_snapshot(fresh.shadows(), log_id, *back));
    if (info.state != TRY(domains_->shadows().state_hash())) {
        return fail(Code::state_mismatch, sequence.value);
    }
    return info.state;
}

// Two stay: the newest, and the newest before it that the log names. What an older copy of the log
// left behind goes too.
void LogSession::remove_older_snapshots(Sequence newest) {
    follow();
    std::vector<Sequence> const files = options_.snapshots->list();
    std::optional<Sequence> second;
    for (SnapshotEntry const& named : domains_->log().facts().snapshots) {
        if (named.sequence < newest && std::ranges::binary_search(files, named.sequence)) {
            second = named.sequence;
        }
    }
    for (Sequence const file : files) {
        if (file != newest && file != second) {
            options_.snapshots->remove(file);
        }
    }
}

} // namespace axiom::host

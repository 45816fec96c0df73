// The log domain's table of kinds, and the rule of each.

#include <algorithm>
#include <array>

#include <axiom/base/mutant.hpp>
#include <axiom/log/rate_bucket.hpp>

#include "log_kind_rules.hpp"

namespace axiom {
namespace {

template <class Body>
constexpr KindInfo log_row(LogKind kind, std::string_view name, std::string_view sentence,
                           KindTraits traits = {}) noexcept {
    return kind_row<Body>(static_cast<std::uint16_t>(kind), name, sentence, traits);
}

constexpr std::array log_kinds{
    log_row<Genesis>(LogKind::genesis, "genesis", "The log begins: entry 0, and only that one."),
    log_row<Boot>(LogKind::boot, "boot",
                  "A run of the machine begins; what was volatile has ended."),
    log_row<Attach>(LogKind::attach, "attach",
                    "A restarted writer of the same boot takes the log on."),
    log_row<Tick>(LogKind::tick, "tick", "Log time moves; what has run out ends.",
                  {.entry_class = EntryClass::ordered, .prunable = true}),
    log_row<CheckpointEntry>(LogKind::checkpoint, "checkpoint",
                             "A signed checkpoint over blocks at or below the watermark."),
    log_row<KeyRotate>(LogKind::key_rotate, "key_rotate",
                       "The checkpoint key changes, signed by both."),
    log_row<KeyLost>(LogKind::key_lost, "key_lost",
                     "The checkpoint key was lost: an era begins that verifiers report."),
    log_row<Fork>(LogKind::fork, "fork",
                  "A restored or cloned machine goes its own way from here."),
    log_row<SnapshotEntry>(LogKind::snapshot, "snapshot", "A snapshot of all state exists."),
    log_row<Gated<Prune>>(LogKind::prune, "prune",
                          "Prunable entries of finished boots are reduced to their leaves."),
    log_row<Gated<Erase>>(LogKind::erase, "erase",
                          "The attachment of one entry is erased for good."),
    log_row<Migrate>(LogKind::migrate, "migrate", "A domain's state goes over to a new reducer."),
    log_row<Gated<AccountEntry>>(LogKind::account, "account", "An account gets a log rate."),
    log_row<Gated<Mark>>(LogKind::mark, "mark", "A name is given to an entry, or moves to it."),
    log_row<Fault>(LogKind::fault, "fault",
                   "An entry was rejected, or an owner's state differed from its shadow."),
    log_row<Repaired>(LogKind::repaired, "repaired", "Recovery cut a torn tail."),
};

} // namespace

DomainInfo const log_domain{.number = DomainNumber::log,
                            .name = "log",
                            .version = 1,
                            .form = DomainForm::table,
                            .kinds = log_kinds};

Result<void> LogState::apply(Ordered<Entry> const& entry) noexcept {
    LogKindRules const rules{*this, entry.sequence()};
    Bytes const body = entry.value().body;
    switch (static_cast<LogKind>(entry.value().header.kind)) {
    case LogKind::genesis:
        if (entry.sequence() != Sequence{}) {
            return fail(Code::out_of_range, entry.sequence().value);
        }
        return rules.decode_and_apply<Genesis>(body);
    case LogKind::boot:
        return rules.decode_and_apply<Boot>(body);
    case LogKind::attach:
        return rules.decode_and_apply<Attach>(body);
    case LogKind::tick:
        return rules.decode_and_apply<Tick>(body);
    case LogKind::checkpoint:
        return rules.decode_and_apply<CheckpointEntry>(body);
    case LogKind::key_rotate:
        return rules.decode_and_apply<KeyRotate>(body);
    case LogKind::key_lost:
        return rules.decode_and_apply<KeyLost>(body);
    case LogKind::fork:
        return rules.decode_and_apply<Fork>(body);
    case LogKind::snapshot:
        return rules.decode_and_apply<SnapshotEntry>(body);
    case LogKind::prune:
        return rules.decode_and_apply<Gated<Prune>>(body);
    case LogKind::erase:
        return rules.decode_and_apply<Gated<Erase>>(body);
    case LogKind::migrate:
        return rules.decode_and_apply<Migrate>(body);
    case LogKind::account:
        return rules.decode_and_apply<Gated<AccountEntry>>(body);
    case LogKind::mark:
        return rules.decode_and_apply<Gated<Mark>>(body);
    case LogKind::fault:
        return rules.decode_and_apply<Fault>(body);
    case LogKind::repaired:
        return rules.decode_and_apply<Repaired>(body);
    default:
        return fail(Code::unknown_kind, entry.value().header.kind);
    }
}

Result<void> LogState::genesis(Genesis const& genesis) noexcept {
    if (!(genesis.capacities == built_for_)) {
        return fail(Code::out_of_range, 0);
    }
    std::uint16_t before = 0;
    for (DomainVersion const& row : genesis.domains) {
        if (row.domain <= before || row.domain > domains_max || row.version == 0) {
            return fail(Code::not_canonical, row.domain);
        }
        before = row.domain;
    }
    LogFacts& facts = edit_facts();
    facts.versions = genesis.domains;
    keys_.edit(0) = key_ring_from(genesis.checkpoint_key, Sequence{});
    return {};
}

void LogState::boot(Boot const& boot) noexcept {
    LogFacts& facts = edit_facts();
    facts.boot = boot.boot;
    facts.epoch = boot.epoch;
}

void LogState::tick(LogTime now) noexcept {
    edit_facts().now = now;
}

Result<void> LogKindRules::apply(Boot const& body) const noexcept {
    if (body.boot.value != state.boot_number().value + 1) {
        return fail(Code::out_of_range, body.boot.value, state.boot_number().value + 1);
    }
    if (body.epoch <= state.epoch()) {
        return fail(Code::fenced, body.epoch.value, state.epoch().value);
    }
    for (DomainVersion const& row : body.domains) {
        std::uint16_t const in_force = state.version_of(DomainNumber{row.domain});
        if (row.version < in_force) {
            return fail(Code::unknown_version, row.domain, in_force);
        }
    }
    state.boot(body);
    edit_facts().boot_at = at;
    return {};
}

Result<void> LogKindRules::apply(Attach const& body) const noexcept {
    if (body.epoch <= state.epoch()) {
        return fail(Code::fenced, body.epoch.value, state.epoch().value);
    }
    edit_facts().epoch = body.epoch;
    return {};
}

Result<void> LogKindRules::apply(Tick const& body) const noexcept {
    if (body.now < state.now() || body.now.value > log_time_max_ms) {
        return fail(Code::out_of_range, body.now.value, state.now().value);
    }
    state.tick(body.now);
    return {};
}

Result<void> LogKindRules::apply(CheckpointEntry const& body) const noexcept {
    if (body.note.empty()) {
        return fail(Code::truncated);
    }
    edit_facts().checkpoint_at = at;
    return {};
}

Result<void> LogKindRules::apply(Fork const& body) const noexcept {
    LogFacts& facts = edit_facts();
    state.keys_.edit(0) = key_ring_from(body.checkpoint_key, at);
    facts.fork_at = at;
    ++facts.forks;
    return {};
}

Result<void> LogKindRules::apply(SnapshotEntry const& body) const noexcept {
    auto const& known = state.facts().snapshots;
    if (body.sequence >= at ||
        (!known.empty() && body.sequence <= known[known.size() - 1].sequence)) {
        return fail(Code::out_of_range, body.sequence.value);
    }
    auto& snapshots = edit_facts().snapshots;
    if (snapshots.full()) {
        for (std::size_t index = 1; index < snapshots.size(); ++index) {
            snapshots[index - 1] = snapshots[index];
        }
        snapshots[snapshots.size() - 1] = body;
    } else {
        snapshots.push_back(body);
    }
    return {};
}

Result<void> LogKindRules::apply(Migrate const& body) const noexcept {
    DomainVersion const from = body.from;
    if (from.domain == 0 || from.domain > domains_max || body.to <= from.version) {
        return fail(Code::out_of_range, from.domain, body.to);
    }
    if (state.version_of(DomainNumber{from.domain}) != from.version) {
        return fail(Code::no_such_row, from.domain, from.version);
    }
    // A domain that the log did not have takes its place by number.
    DomainVersions versions{};
    bool placed = false;
    auto const place = [&] {
        versions.push_back({from.domain, body.to});
        placed = true;
    };
    for (DomainVersion const& row : state.facts().versions) {
        if (!placed && from.domain <= row.domain) {
            place();
        }
        if (row.domain != from.domain) {
            versions.push_back(row);
        }
    }
    if (!placed) {
        place();
    }
    edit_facts().versions = versions;
    return {};
}

Result<void> LogKindRules::apply(Fault const& body) const noexcept {
    if (body.sequence >= at) {
        return fail(Code::out_of_range, body.sequence.value);
    }
    ++edit_facts().faults;
    return {};
}

Result<void> LogKindRules::apply(Repaired const& body) const noexcept {
    if (body.next > at) {
        return fail(Code::out_of_range, body.next.value);
    }
    ++edit_facts().repairs;
    return {};
}

Result<void> LogKindRules::apply(Prune const& body) const noexcept {
    LogFacts const& known = state.facts();
    if (body.first >= body.end || body.end > known.boot_at) {
        return fail(Code::out_of_range, body.first.value, body.end.value);
    }
    bool const stands_for_them =
        body.snapshot.value + 1 >= body.end.value &&
        std::ranges::any_of(known.snapshots, [&](SnapshotEntry const& snapshot) {
            return snapshot.sequence == body.snapshot;
        });
    if (!stands_for_them) {
        return fail(Code::no_such_row, body.snapshot.value);
    }
    // Ranges are kept in order and apart: one that touches its neighbours grows them into one.
    List<PrunedRange, pruned_ranges_max> merged{};
    PrunedRange grown{body.first, body.end};
    bool placed = false;
    auto const keep = [&](PrunedRange const& range) {
        bool const room = !merged.full();
        if (room) {
            merged.push_back(range);
        }
        return room;
    };
    for (PrunedRange const& range : known.pruned) {
        if (range.first < body.end && body.first < range.end) {
            return fail(Code::already_exists, range.first.value, range.end.value);
        }
        if (range.end == grown.first) {
            grown.first = range.first;
        } else if (range.first == grown.end) {
            grown.end = range.end;
        } else {
            if (!placed && grown.end < range.first) {
                placed = true;
                if (!keep(grown)) {
                    return fail(Code::table_full, pruned_ranges_max);
                }
            }
            if (!keep(range)) {
                return fail(Code::table_full, pruned_ranges_max);
            }
        }
    }
    if (!placed && !keep(grown)) {
        return fail(Code::table_full, pruned_ranges_max);
    }
    edit_facts().pruned = merged;
    return {};
}

Result<void> LogKindRules::apply(Erase const& body) const noexcept {
    if (body.sequence >= at) {
        return fail(Code::cause_unknown, body.sequence.value);
    }
    if (!AXIOM_MUTANT(erase_not_counted)) {
        ++edit_facts().erased;
    }
    return {};
}

Result<void> LogKindRules::apply(AccountEntry const& body) const noexcept {
    if (body.account == AccountId{} || body.bytes_per_second > account_rate_max ||
        body.burst_bytes > account_rate_max) {
        return fail(Code::out_of_range, body.account.value);
    }
    auto const found = state.find_account(body.account);
    if (!found) {
        if (state.accounts_.full()) {
            return fail(Code::table_full, state.accounts_.capacity());
        }
        auto const handle = state.accounts_.add({.account = body.account,
                                                 .bytes_per_second = body.bytes_per_second,
                                                 .burst_bytes = body.burst_bytes,
                                                 .left = body.burst_bytes * rate_unit,
                                                 .refilled = state.now()});
        state.account_index_.insert(body.account.value, handle.index);
        return {};
    }
    AccountRow& row = state.accounts_.edit(*found);
    row = refilled(row, state.now());
    row.bytes_per_second = body.bytes_per_second;
    row.burst_bytes = body.burst_bytes;
    row.left = std::min(row.left, body.burst_bytes * rate_unit);
    return {};
}

Result<void> LogKindRules::apply(Mark const& body) const noexcept {
    if (body.name.empty()) {
        return fail(Code::bad_text);
    }
    if (body.sequence >= at) {
        return fail(Code::cause_unknown, body.sequence.value);
    }
    if (auto const found = state.find_mark(body.name)) {
        state.marks_.edit(*found).sequence = body.sequence;
        return {};
    }
    if (state.marks_.full()) {
        return fail(Code::table_full, state.marks_.capacity());
    }
    auto const handle = state.marks_.add(
        {.name = HeldText<mark_name_bytes_max>{body.name}, .sequence = body.sequence});
    state.mark_index_.insert(mix_key(body.name), handle.index);
    return {};
}

} // namespace axiom

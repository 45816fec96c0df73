// Loading the log domain's state: what was saved is checked again as if a stranger had written it.

#include <axiom/log/log_state.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/log/rate_bucket.hpp>

namespace axiom {
namespace {

/// What every sound row of facts keeps.
Result<void> check_facts(LogFacts const& facts, Capacities const& built_for) noexcept {
    if (!(facts.capacities == built_for)) {
        return fail(Code::out_of_range, 0);
    }
    if (facts.last.size() != domains_max) {
        return fail(Code::not_canonical, facts.last.size());
    }
    for (Sequence const last : facts.last) {
        if (last != Sequence{} && last >= facts.next) {
            return fail(Code::out_of_range, last.value);
        }
    }
    for (Sequence const place : {facts.boot_at, facts.checkpoint_at, facts.fork_at}) {
        if (place != Sequence{} && place >= facts.next) {
            return fail(Code::out_of_range, place.value);
        }
    }
    Sequence end{};
    for (PrunedRange const& range : facts.pruned) {
        if (range.first >= range.end || (end != Sequence{} && range.first <= end)) {
            return fail(Code::not_canonical, range.first.value);
        }
        end = range.end;
    }
    return {};
}

/// Numbers rise by one and eras by at most one; each key came after the one before, the last before
/// `next`.
Result<void> check_keys(KeyRing const& ring, Sequence next) noexcept {
    if (ring.recent.empty()) {
        return next == Sequence{} ? Result<void>{} : fail(Code::not_canonical);
    }
    KeyRecord before = ring.recent[0];
    for (KeyRecord const& record : ring.recent) {
        bool const first = &record == ring.recent.begin();
        bool const follows = record.number == before.number + 1 && record.since > before.since &&
                             record.era - before.era <= 1;
        if ((!first && !follows) || record.since >= next) {
            return fail(Code::not_canonical, record.number);
        }
        before = record;
    }
    return {};
}

/// The window of a producer holds exactly its last numbers, in an order that a log can have.
Result<void> check_producer_row(ProducerRow const& row, Sequence next) noexcept {
    std::uint64_t const kept = row.results.size();
    if (row.producer == ProducerId{} || row.last == ProducerNumber{} ||
        kept != std::min<std::uint64_t>(row.last.value, producer_results_kept)) {
        return fail(Code::not_canonical, row.producer.value);
    }
    std::uint64_t below = next.value;
    for (std::uint64_t age = 0; age < kept; ++age) {
        Sequence const result = row.results[(row.last.value - 1 - age) % producer_results_kept];
        if (result.value >= below) {
            return fail(Code::not_canonical, row.producer.value, result.value);
        }
        below = result.value;
    }
    return {};
}

Result<void> check_account_row(AccountRow const& row, LogTime now) noexcept {
    if (row.account == AccountId{} || row.bytes_per_second > account_rate_max ||
        row.burst_bytes > account_rate_max || row.left > row.burst_bytes * rate_unit ||
        row.refilled > now) {
        return fail(Code::out_of_range, row.account.value);
    }
    return {};
}

} // namespace

Result<void> LogState::load(Reader& from) noexcept {
    facts_.clear();
    keys_.clear();
    auto const loaded = load_tables(from);
    if (!loaded) {
        clear();
    }
    return loaded;
}

Result<void> LogState::load_tables(Reader& from) noexcept {
    TRY(facts_.load(from));
    if (facts_.size() != 1) {
        return fail(Code::not_canonical, from.offset());
    }
    TRY(check_facts(facts(), built_for_));
    TRY(keys_.load(from));
    if (keys_.size() != 1) {
        return fail(Code::not_canonical, from.offset());
    }
    TRY(check_keys(keys(), next()));
    TRY(producers_.load(from));
    TRY(accounts_.load(from));
    TRY(marks_.load(from));
    Result<void> outcome{};
    producers_.for_each([&](std::uint32_t index, ProducerRow const& row) {
        if (outcome) {
            outcome = check_producer_row(row, next());
        }
        if (outcome && find_producer(row.producer)) {
            outcome = fail(Code::already_exists, row.producer.value);
        }
        if (!AXIOM_MUTANT(loaded_producers_forgotten)) {
            producer_index_.insert(row.producer.value, index);
        }
    });
    accounts_.for_each([&](std::uint32_t index, AccountRow const& row) {
        if (outcome) {
            outcome = check_account_row(row, now());
        }
        if (outcome && find_account(row.account)) {
            outcome = fail(Code::already_exists, row.account.value);
        }
        account_index_.insert(row.account.value, index);
    });
    marks_.for_each([&](std::uint32_t index, MarkRow const& row) {
        if (outcome && (row.name.view().empty() || row.sequence >= next())) {
            outcome = fail(Code::out_of_range, row.sequence.value);
        }
        if (outcome && find_mark(row.name.view())) {
            outcome = fail(Code::already_exists, index);
        }
        mark_index_.insert(mix_key(row.name.view()), index);
    });
    return outcome;
}

} // namespace axiom

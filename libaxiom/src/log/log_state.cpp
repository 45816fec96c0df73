// The log domain's state: queries, observation of headers, root and snapshot. The rules of its own
// kinds stand in log_state_kinds.cpp.

#include <axiom/log/log_state.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/log/rate_bucket.hpp>

namespace axiom {

LogState::LogState(Arena& arena, Capacities const& capacities) noexcept
    : built_for_{capacities}, facts_{arena, 1}, keys_{arena, 1},
      producers_{arena, capacities.producers}, accounts_{arena, capacities.accounts},
      marks_{arena, capacities.marks}, producer_index_{arena, capacities.producers},
      account_index_{arena, capacities.accounts}, mark_index_{arena, capacities.marks} {
    clear();
}

std::size_t LogState::bytes_for(Capacities const& capacities) noexcept {
    return HashedTable<LogFacts>::bytes_for(1) + HashedTable<KeyRing>::bytes_for(1) +
           HashedTable<ProducerRow>::bytes_for(capacities.producers) +
           HashedTable<AccountRow>::bytes_for(capacities.accounts) +
           HashedTable<MarkRow>::bytes_for(capacities.marks) +
           KeyIndex::bytes_for(capacities.producers) + KeyIndex::bytes_for(capacities.accounts) +
           KeyIndex::bytes_for(capacities.marks);
}

void LogState::clear() noexcept {
    facts_.clear();
    keys_.clear();
    producers_.clear();
    accounts_.clear();
    marks_.clear();
    producer_index_.clear();
    account_index_.clear();
    mark_index_.clear();
    LogFacts facts{};
    facts.capacities = built_for_;
    for (std::size_t domain = 0; domain < domains_max; ++domain) {
        facts.last.push_back({});
    }
    facts_.add(facts);
    keys_.add({});
}

std::optional<std::uint32_t> LogState::find_producer(ProducerId producer) const noexcept {
    return producer_index_.find(producer.value, [&](std::uint32_t row) {
        return producers_.row(row).producer == producer;
    });
}

std::optional<std::uint32_t> LogState::find_account(AccountId account) const noexcept {
    return account_index_.find(
        account.value, [&](std::uint32_t row) { return accounts_.row(row).account == account; });
}

std::optional<std::uint32_t> LogState::find_mark(std::string_view name) const noexcept {
    return mark_index_.find(mix_key(name),
                            [&](std::uint32_t row) { return marks_.row(row).name.view() == name; });
}

Result<std::optional<Sequence>> LogState::check_producer(ProducerId producer,
                                                         ProducerNumber number) const noexcept {
    if (producer == ProducerId{}) {
        return number == ProducerNumber{} ? Result<std::optional<Sequence>>{std::nullopt}
                                          : fail(Code::number_gap, number.value, 0);
    }
    auto const found = find_producer(producer);
    std::uint64_t const last = found ? producers_.row(*found).last.value : 0;
    if (number.value > last) {
        if (number.value != last + 1) {
            return fail(Code::number_gap, number.value, last + 1);
        }
        if (!found && producers_.full()) {
            return fail(Code::table_full, producers_.capacity());
        }
        return std::nullopt;
    }
    if (number.value == 0) {
        return fail(Code::number_gap, 0, last + 1);
    }
    std::uint64_t const age = last - number.value;
    std::uint64_t const window = producer_results_kept + (AXIOM_MUTANT(window_off_by_one) ? 1 : 0);
    if (age >= window) {
        return fail(Code::too_old, number.value, last);
    }
    return producers_.row(*found).results[(number.value - 1) % producer_results_kept];
}

Result<void> LogState::check_rate(AccountId account, std::uint64_t bytes) const noexcept {
    if (account == AccountId{}) {
        return {};
    }
    auto const found = find_account(account);
    if (!found) {
        return fail(Code::no_such_row, account.value);
    }
    AccountRow const& row = accounts_.row(*found);
    if (row.bytes_per_second == 0) {
        return {};
    }
    std::uint64_t const left = refilled(row, now()).left / rate_unit;
    return bytes <= left ? Result<void>{} : fail(Code::log_rate, account.value, left);
}

std::uint64_t LogState::charged_bytes(EntryHeader const& header) noexcept {
    return entry_bytes(header.body_bytes) + padded_bytes(header.attachment_bytes);
}

Sequence LogState::last_of(DomainNumber domain) const noexcept {
    auto const number = static_cast<std::size_t>(domain);
    return number >= 1 && number <= domains_max ? facts().last[number - 1] : Sequence{};
}

Result<void> LogState::check_decision(DomainNumber domain, Sequence decided_at) const noexcept {
    Sequence const last = last_of(domain);
    return last <= decided_at ? Result<void>{}
                              : fail(Code::stale_decision, decided_at.value, last.value);
}

std::uint16_t LogState::version_of(DomainNumber domain) const noexcept {
    for (DomainVersion const& row : facts().versions) {
        if (row.domain == static_cast<std::uint16_t>(domain)) {
            return row.version;
        }
    }
    return 0;
}

std::optional<Sequence> LogState::mark(std::string_view name) const noexcept {
    auto const found = find_mark(name);
    return found ? std::optional{marks_.row(*found).sequence} : std::nullopt;
}

bool LogState::is_pruned(Sequence sequence) const noexcept {
    return std::ranges::any_of(facts().pruned, [&](PrunedRange const& range) {
        return range.first <= sequence && sequence < range.end;
    });
}

void LogState::observe(EntryHeader const& header) noexcept {
    AXIOM_ASSERT(header.sequence == next());
    LogFacts& facts = edit_facts();
    ++facts.next.value;
    auto const domain = static_cast<std::size_t>(header.domain);
    if (domain >= 1 && domain <= domains_max) {
        facts.last[domain - 1] = header.sequence;
    }
    observe_producer(header);
    observe_rate(header);
}

void LogState::observe_producer(EntryHeader const& header) noexcept {
    auto const fresh = check_producer(header.producer, header.producer_number);
    if (!fresh || fresh->has_value()) {
        ++edit_facts().irregular;
        return;
    }
    if (header.producer == ProducerId{}) {
        return;
    }
    auto found = find_producer(header.producer);
    if (!found) {
        found = producers_.add({.producer = header.producer}).index;
        producer_index_.insert(header.producer.value, *found);
    }
    ProducerRow& row = producers_.edit(*found);
    row.last = header.producer_number;
    if (row.results.full()) {
        row.results[(row.last.value - 1) % producer_results_kept] = header.sequence;
    } else {
        row.results.push_back(header.sequence);
    }
}

void LogState::observe_rate(EntryHeader const& header) noexcept {
    if (!meters(header.domain)) {
        return;
    }
    std::uint64_t const bytes = charged_bytes(header);
    if (!check_rate(header.account, bytes)) {
        ++edit_facts().irregular;
    }
    auto const found = find_account(header.account);
    if (!found || accounts_.row(*found).bytes_per_second == 0) {
        return;
    }
    AccountRow& row = accounts_.edit(*found);
    row = refilled(row, now());
    row.left -= std::min(row.left, bytes * rate_unit);
}

Hash256 LogState::root(HashEngine const& engine) noexcept {
    return combine_roots(engine, std::array{facts_.root(engine), keys_.root(engine),
                                            producers_.root(engine), accounts_.root(engine),
                                            marks_.root(engine)});
}

Result<void> LogState::save(Writer& to) const noexcept {
    TRY(facts_.save(to));
    TRY(keys_.save(to));
    TRY(producers_.save(to));
    TRY(accounts_.save(to));
    return marks_.save(to);
}

std::size_t LogState::save_bytes_max() const noexcept {
    return HashedTable<LogFacts>::save_bytes_max(1) + HashedTable<KeyRing>::save_bytes_max(1) +
           HashedTable<ProducerRow>::save_bytes_max(producers_.capacity()) +
           HashedTable<AccountRow>::save_bytes_max(accounts_.capacity()) +
           HashedTable<MarkRow>::save_bytes_max(marks_.capacity());
}

} // namespace axiom

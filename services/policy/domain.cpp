// The reducer of the policy domain.

#include <services/policy/domain.hpp>

#include <array>

#include <axiom/base/mutant.hpp>
#include <axiom/domain/gated.hpp>

namespace axiom::policy {
namespace {

constexpr std::array kinds{
    kind_row<Gated<Install>>(static_cast<std::uint16_t>(Kind::install), "install",
                             "A policy takes force on trial."),
    kind_row<Gated<Confirm>>(static_cast<std::uint16_t>(Kind::confirm), "confirm",
                             "The policy on trial stays."),
};

std::uint64_t counter_id(CounterKey key) noexcept {
    return mix_key(key.counter) ^ slot_ms_of(key.window_ms);
}

std::uint64_t counter_id(RateRow const& row) noexcept {
    return mix_key(row.counter) ^ row.slot_ms;
}

} // namespace

DomainInfo const policy_domain{.number = DomainNumber::policy,
                               .name = "policy",
                               .version = 1,
                               .form = DomainForm::table,
                               .kinds = kinds};

PolicyDomain::PolicyDomain(Arena& arena, Capacities const& capacities,
                           HashEngine const& engine) noexcept
    : engine_{engine}, policies_{arena.make<PolicyPair>(1).data()}, row_{arena, 1},
      counters_{arena, capacities.rate_counters}, counter_index_{arena, capacities.rate_counters} {
    row_.add({});
}

std::size_t PolicyDomain::bytes_for(Capacities const& capacities) noexcept {
    return Arena::bytes_for<PolicyPair>(1) + HashedTable<PolicyRow>::bytes_for(1) +
           HashedTable<RateRow>::bytes_for(capacities.rate_counters) +
           KeyIndex::bytes_for(capacities.rate_counters);
}

void PolicyDomain::clear() noexcept {
    // In place: a pair of tables is far larger than a stack should carry.
    std::construct_at(policies_);
    row_.clear();
    counters_.clear();
    counter_index_.clear();
    row_.add({});
}

std::optional<LogTime> PolicyDomain::deadline() const noexcept {
    return standing().on_trial ? std::optional{standing().deadline} : std::nullopt;
}

std::optional<std::uint32_t> PolicyDomain::counter_row(CounterKey key) const noexcept {
    return counter_index_.find(counter_id(key), [&](std::uint32_t index) {
        RateRow const& row = counters_.row(index);
        return row.counter == key.counter && row.slot_ms == slot_ms_of(key.window_ms);
    });
}

/// The lowest row whose uses have all passed.
std::optional<std::uint32_t> PolicyDomain::idle_counter() const noexcept {
    std::optional<std::uint32_t> idle{};
    counters_.for_each([&](std::uint32_t index, RateRow const& row) {
        if (!idle && used_at(row, standing().now) == 0) {
            idle = index;
        }
    });
    return idle;
}

Result<std::uint64_t> PolicyDomain::rate_used(CounterKey key) const noexcept {
    if (auto const row = counter_row(key)) {
        return used_at(counters_.row(*row), standing().now);
    }
    if (counters_.full() && !idle_counter()) {
        return fail(Code::table_full, counters_.capacity());
    }
    return 0;
}

Result<void> PolicyDomain::check(Install const& install) const noexcept {
    if (standing().on_trial) {
        return fail(Code::already_exists, standing().installed_at.value);
    }
    if (install.trial_ms < trial_ms_min || install.trial_ms > trial_ms_max) {
        return fail(Code::out_of_range, install.trial_ms);
    }
    return {};
}

Result<void> PolicyDomain::check(Confirm const& confirm) const noexcept {
    if (!standing().on_trial || confirm.version != standing().active) {
        return fail(Code::no_such_row, standing().installed_at.value);
    }
    return {};
}

Result<void> PolicyDomain::apply(Ordered<Entry> const& entry) noexcept {
    Bytes const body = entry.value().body;
    switch (static_cast<Kind>(entry.value().header.kind)) {
    case Kind::install:
        return install(TRY(decode_gated<Install>(body)), entry.sequence());
    case Kind::confirm: {
        auto const confirm = TRY(decode_gated<Confirm>(body));
        TRY(check(confirm));
        PolicyRow& row = row_.edit(0);
        row.previous = {};
        row.on_trial = false;
        row.deadline = {};
        return {};
    }
    }
    return fail(Code::unknown_kind, entry.value().header.kind);
}

Result<void> PolicyDomain::install(Install const& install, Sequence at) noexcept {
    TRY(check(install));
    TRY(policies_->install_next(install.canonical, engine_));
    PolicyRow& row = row_.edit(0);
    row.previous = row.active;
    row.active = active().version;
    row.on_trial = true;
    row.deadline = LogTime{row.now.value + install.trial_ms};
    row.installed_at = at;
    ++row.installs;
    return {};
}

Result<void> PolicyDomain::genesis(Genesis const& genesis) noexcept {
    if (genesis.policy.empty()) {
        return {};
    }
    TRY(policies_->install_next(genesis.policy, engine_));
    row_.edit(0).active = active().version;
    return {};
}

void PolicyDomain::tick(LogTime now) noexcept {
    PolicyRow& row = row_.edit(0);
    row.now = now;
    if (!row.on_trial || now < row.deadline || AXIOM_MUTANT(expiry_skipped)) {
        return;
    }
    policies_->revert();
    row.active = row.previous;
    row.previous = {};
    row.on_trial = false;
    row.deadline = {};
    ++row.reverts;
}

void PolicyDomain::decided(EntryHeader const& /*header*/, Decision const& decision) noexcept {
    Condition const* const rate = policy::find(decision, ConditionKind::rate);
    if (rate != nullptr && !count_use(*rate)) {
        ++row_.edit(0).overruns;
    }
}

Result<void> PolicyDomain::count_use(Condition const& rate) noexcept {
    CounterKey const key{rate.subject, rate.window_ms};
    LogTime const now = standing().now;
    auto found = counter_row(key);
    RateRow row = found ? counters_.row(*found) : RateRow{};
    TRY(step(std::span{&row, 1}, rate, now));
    if (found) {
        counters_.edit(*found) = row;
        return {};
    }
    if (counters_.full()) {
        auto const idle = idle_counter();
        if (!idle) {
            return fail(Code::table_full, counters_.capacity());
        }
        counter_index_.erase(counter_id(counters_.row(*idle)), *idle);
        counters_.remove(*idle);
    }
    counter_index_.insert(counter_id(key), counters_.add(row).index);
    return {};
}

Hash256 PolicyDomain::root(HashEngine const& engine) noexcept {
    // A version is the hash of the policy's bytes, so the row stands for them.
    return combine_roots(engine, std::array{row_.root(engine), counters_.root(engine)});
}

Result<void> PolicyDomain::save(Writer& to) const noexcept {
    auto const bytes_of_policy = [&](PolicyTable const& table) -> Result<void> {
        TRY(to.word(table.bytes_used));
        return to.bytes(table.bytes());
    };
    TRY(row_.save(to));
    TRY(counters_.save(to));
    TRY(bytes_of_policy(active()));
    return standing().on_trial ? bytes_of_policy(policies_->other()) : Result<void>{};
}

std::size_t PolicyDomain::save_bytes_max() const noexcept {
    return HashedTable<PolicyRow>::save_bytes_max(1) +
           HashedTable<RateRow>::save_bytes_max(counters_.capacity()) +
           2 * (sizeof(std::uint32_t) + policy_bytes_max);
}

Result<void> PolicyDomain::load(Reader& from) noexcept {
    row_.clear();
    auto const loaded = load_parts(from);
    if (!loaded) {
        clear();
    }
    return loaded;
}

Result<void> PolicyDomain::load_parts(Reader& from) noexcept {
    TRY(row_.load(from));
    if (row_.size() != 1) {
        return fail(Code::not_canonical, from.offset());
    }
    PolicyRow const& row = standing();
    if (row.on_trial ? row.deadline <= row.now
                     : !row.previous.is_zero() || row.deadline != LogTime{}) {
        return fail(Code::out_of_range, row.deadline.value);
    }
    TRY(counters_.load(from));
    Result<void> outcome{};
    counters_.for_each([&](std::uint32_t index, RateRow const& counter) {
        if (counter.slot_ms == 0 || counter.used.size() != rate_slots) {
            outcome = fail(Code::out_of_range, index);
        }
        bool const twice = counter_index_
                               .find(counter_id(counter),
                                     [&](std::uint32_t other) {
                                         return counters_.row(other).counter == counter.counter &&
                                                counters_.row(other).slot_ms == counter.slot_ms;
                                     })
                               .has_value();
        if (twice) {
            outcome = fail(Code::already_exists, index);
        }
        counter_index_.insert(counter_id(counter), index);
    });
    TRY(outcome);
    return load_policies(from);
}

/// Reads the policy in force, and the one in reserve during a trial; their hashes are those of the
/// row.
Result<void> PolicyDomain::load_policies(Reader& from) noexcept {
    auto const length_of_active = TRY(from.word<std::uint32_t>());
    Bytes const active_bytes = TRY(from.bytes(length_of_active));
    auto const put = [&](Bytes canonical, Hash256 const& version) -> Result<void> {
        if (canonical.empty() != version.is_zero()) {
            return fail(Code::not_canonical, from.offset());
        }
        if (!canonical.empty()) {
            TRY(policies_->install_next(canonical, engine_));
        }
        return active().version == version || canonical.empty()
                   ? Result<void>{}
                   : fail(Code::state_mismatch, from.offset());
    };
    if (standing().on_trial) {
        auto const length_of_previous = TRY(from.word<std::uint32_t>());
        Bytes const previous_bytes = TRY(from.bytes(length_of_previous));
        TRY(put(previous_bytes, standing().previous));
    }
    return put(active_bytes, standing().active);
}

} // namespace axiom::policy

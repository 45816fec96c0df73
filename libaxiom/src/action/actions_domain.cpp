// The reducer of the actions domain.

#include <axiom/action/actions_domain.hpp>

#include <array>

#include <axiom/base/mutant.hpp>
#include <axiom/domain/gated.hpp>

namespace axiom::action {
namespace {

constexpr std::array kinds{
    kind_row<Gated<Commit>>(static_cast<std::uint16_t>(Kind::commit), "commit",
                            "An action was decided; its effects are owed from here."),
    kind_row<EffectStarted>(static_cast<std::uint16_t>(Kind::effect_started), "effect_started",
                            "An effect that may happen only once begins."),
    kind_row<Outcome>(static_cast<std::uint16_t>(Kind::outcome), "outcome",
                      "An effect ended, once and for all."),
};

std::uint64_t place_key(EffectPlace place) noexcept {
    return place.commit.value * effects_max + place.index;
}

} // namespace

DomainInfo const actions_domain{.number = DomainNumber::actions,
                                .name = "actions",
                                .version = 1,
                                .form = DomainForm::table,
                                .kinds = kinds};

ActionsDomain::ActionsDomain(Arena& arena, Capacities const& capacities) noexcept
    : tally_{arena, 1}, owed_{arena, capacities.effects}, index_{arena, capacities.effects} {
    clear();
}

std::size_t ActionsDomain::bytes_for(Capacities const& capacities) noexcept {
    return HashedTable<Tally>::bytes_for(1) +
           HashedTable<OwedEffect>::bytes_for(capacities.effects) +
           KeyIndex::bytes_for(capacities.effects);
}

void ActionsDomain::clear() noexcept {
    tally_.clear();
    owed_.clear();
    index_.clear();
    tally_.add({});
}

std::optional<std::uint32_t> ActionsDomain::row_of(EffectPlace place) const noexcept {
    return index_.find(place_key(place),
                       [&](std::uint32_t row) { return owed_.row(row).effect == place; });
}

OwedEffect const* ActionsDomain::find(EffectPlace place) const noexcept {
    auto const row = row_of(place);
    return row ? &owed_.row(*row) : nullptr;
}

/// What is not owed either never was, or has its outcome; only the log can tell the two apart for
/// good.
Result<std::uint32_t> ActionsDomain::owed_row(EffectPlace place) const noexcept {
    if (auto const row = row_of(place)) {
        return *row;
    }
    bool const never = place.index >= effects_max || place.commit > tally().last_commit ||
                       place.commit == Sequence{};
    return fail(never ? Code::no_such_row : Code::second_outcome, place.commit.value, place.index);
}

Result<void> ActionsDomain::check(Commit const& commit) const noexcept {
    if (commit.action.empty()) {
        return fail(Code::bad_text);
    }
    for (PreparedEffect const& effect : commit.effects) {
        if (effect.executor.empty()) {
            return fail(Code::bad_text);
        }
    }
    if (commit.effects.size() > owed_.capacity() - owed_.size()) {
        return fail(Code::table_full, owed_.capacity());
    }
    return {};
}

Result<void> ActionsDomain::check(EffectStarted const& started) const noexcept {
    OwedEffect const& owed = owed_.row(TRY(owed_row(started.effect)));
    if (owed.kind != EffectKind::once) {
        return fail(Code::not_canonical, started.effect.commit.value, started.effect.index);
    }
    if (owed.started) {
        return fail(Code::already_exists, started.effect.commit.value, started.effect.index);
    }
    return {};
}

Result<void> ActionsDomain::check(Outcome const& outcome) const noexcept {
    OwedEffect const& owed = owed_.row(TRY(owed_row(outcome.effect)));
    if (owed.kind == EffectKind::once && !owed.started && outcome.status != OutcomeStatus::failed) {
        return fail(Code::effect_not_started, outcome.effect.commit.value, outcome.effect.index);
    }
    return {};
}

Result<void> ActionsDomain::apply(Ordered<Entry> const& entry) noexcept {
    Bytes const body = entry.value().body;
    switch (static_cast<Kind>(entry.value().header.kind)) {
    case Kind::commit: {
        auto const value = TRY(decode_gated<Commit>(body));
        TRY(check(value));
        commit(value, entry.sequence());
        return {};
    }
    case Kind::effect_started: {
        auto const value = TRY(decode_whole<EffectStarted>(body));
        TRY(check(value));
        owed_.edit(*row_of(value.effect)).started = true;
        return {};
    }
    case Kind::outcome: {
        auto const value = TRY(decode_whole<Outcome>(body));
        if (AXIOM_MUTANT(second_outcome_accepted) && !row_of(value.effect)) {
            ++tally_.edit(0).done;
            return {};
        }
        TRY(check(value));
        finish(value);
        return {};
    }
    }
    return fail(Code::unknown_kind, entry.value().header.kind);
}

void ActionsDomain::commit(Commit const& commit, Sequence at) noexcept {
    std::uint16_t index = 0;
    for (PreparedEffect const& effect : commit.effects) {
        EffectPlace const place{at, index++};
        auto const handle = owed_.add({.effect = place,
                                       .kind = effect.kind,
                                       .started = false,
                                       .executor = HeldText<name_bytes_max>{effect.executor}});
        index_.insert(place_key(place), handle.index);
    }
    Tally& tally = tally_.edit(0);
    ++tally.commits;
    tally.last_commit = at;
}

void ActionsDomain::finish(Outcome const& outcome) noexcept {
    std::uint32_t const row = *row_of(outcome.effect);
    index_.erase(place_key(outcome.effect), row);
    owed_.remove(row);
    Tally& tally = tally_.edit(0);
    switch (outcome.status) {
    case OutcomeStatus::done:
        ++tally.done;
        break;
    case OutcomeStatus::failed:
        ++tally.failed;
        break;
    case OutcomeStatus::unknown:
        ++tally.unknown;
        break;
    }
}

Hash256 ActionsDomain::root(HashEngine const& engine) noexcept {
    return combine_roots(engine, std::array{tally_.root(engine), owed_.root(engine)});
}

Result<void> ActionsDomain::save(Writer& to) const noexcept {
    TRY(tally_.save(to));
    return owed_.save(to);
}

std::size_t ActionsDomain::save_bytes_max() const noexcept {
    return HashedTable<Tally>::save_bytes_max(1) +
           HashedTable<OwedEffect>::save_bytes_max(owed_.capacity());
}

Result<void> ActionsDomain::load(Reader& from) noexcept {
    tally_.clear();
    auto const loaded = load_tables(from);
    if (!loaded) {
        clear();
    }
    return loaded;
}

Result<void> ActionsDomain::load_tables(Reader& from) noexcept {
    TRY(tally_.load(from));
    if (tally_.size() != 1) {
        return fail(Code::not_canonical, from.offset());
    }
    TRY(owed_.load(from));
    Result<void> outcome{};
    owed_.for_each([&](std::uint32_t index, OwedEffect const& row) {
        bool const possible = row.effect.index < effects_max && row.effect.commit != Sequence{} &&
                              row.effect.commit <= tally().last_commit &&
                              (row.kind == EffectKind::once || !row.started);
        if (!possible) {
            outcome = fail(Code::out_of_range, index);
        } else if (row_of(row.effect)) {
            outcome = fail(Code::already_exists, index);
        }
        index_.insert(place_key(row.effect), index);
    });
    return outcome;
}

} // namespace axiom::action

// How a domain of the log goes over to another version of its reducer, or comes into being.

#include <axiom/domain/shadows.hpp>

namespace axiom {

Result<void> check_migration(Migrate const& said, Hash256 const& root_before,
                             Hash256 const& root_after) noexcept {
    if (said.root_before != root_before) {
        return fail(Code::state_mismatch, said.from.domain, 0);
    }
    if (said.root_after != root_after) {
        return fail(Code::state_mismatch, said.from.domain, 1);
    }
    return {};
}

Migration const* Shadows::migration(DomainVersion from, std::uint16_t to) const noexcept {
    for (Migration const& row : migrations_) {
        if (row.domain == DomainNumber{from.domain} && row.from == from.version && row.to == to) {
            return &row;
        }
    }
    return nullptr;
}

/// Fills `fresh` as the migration wants it and returns its root.
Result<Hash256> Shadows::run_migration(Migrate const& said, Domain& fresh) noexcept {
    if (said.from.version == 0) {
        fresh.clear();
        return fresh.root(engine_);
    }
    Migration const* const row = migration(said.from, said.to);
    if (row == nullptr) {
        return fail(Code::unknown_version, said.from.domain, said.to);
    }
    TRY(row->migrate(*find(DomainNumber{said.from.domain}), fresh));
    return fresh.root(engine_);
}

Result<Migrate> Shadows::plan_migration(DomainNumber domain, std::uint16_t to) noexcept {
    Domain* const old = find(domain);
    auto const now = standing(domain);
    Domain* const fresh = known(domain, to);
    if (fresh == nullptr || fresh == old || (now && now->stopped_at)) {
        return fail(Code::unknown_version, static_cast<std::uint64_t>(domain), to);
    }
    Migrate plan{.from = {static_cast<std::uint16_t>(domain), log_.version_of(domain)},
                 .to = to,
                 .root_before = old == nullptr ? Hash256{} : old->root(engine_),
                 .root_after = {}};
    plan.root_after = TRY(run_migration(plan, *fresh));
    return plan;
}

void Shadows::migrate(Migrate const& said, Sequence at) noexcept {
    DomainNumber const number{said.from.domain};
    Slot& slot = *slot_of(number);
    if (!slot.active) {
        activate({said.from.domain, 0});
    } else if (slot.standing.stopped_at) {
        return;
    }
    Domain* const fresh = known(number, said.to);
    if (fresh == nullptr || number == DomainNumber::log) {
        stop(slot, at, {Code::unknown_version, at.value, said.to});
        return;
    }
    Hash256 const before = slot.domain == nullptr ? Hash256{} : slot.domain->root(engine_);
    auto const after = run_migration(said, *fresh);
    Result<void> const checked =
        after ? check_migration(said, before, *after) : std::unexpected{after.error()};
    if (!checked) {
        stop(slot, at, checked.error());
        return;
    }
    slot.domain = fresh;
    slot.standing.version = said.to;
    slot.standing.touched = at;
}

} // namespace axiom

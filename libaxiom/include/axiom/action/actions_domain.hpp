#pragma once
// The actions domain: which effects are still owed.
//
// A commit adds its effects, an outcome takes one away; nothing else does. So the state at any
// sequence is what a restart must look at, and a second outcome finds no effect to take.

#include <axiom/action/action_kinds.hpp>
#include <axiom/domain/domain.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>
#include <axiom/log/genesis.hpp>

namespace axiom::action {

/// The domain's table of kinds.
extern DomainInfo const actions_domain;

class ActionsDomain final : public Domain {
  public:
    ActionsDomain(Arena& arena, Capacities const& capacities) noexcept;

    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// The effect while it is owed, else null.
    [[nodiscard]] OwedEffect const* find(EffectPlace place) const noexcept;

    [[nodiscard]] std::uint32_t owed() const noexcept { return owed_.size(); }
    [[nodiscard]] Tally const& tally() const noexcept { return tally_.row(0); }

    template <class Visit> void for_each_owed(Visit&& visit) const noexcept {
        owed_.for_each([&](std::uint32_t /*index*/, OwedEffect const& row) { visit(row); });
    }

    // Whether an entry would be taken now: what its writer asks first.

    /// `table_full` without room for all effects, `bad_text` for an effect that nobody carries out.
    [[nodiscard]] Result<void> check(Commit const& commit) const noexcept;
    /// `already_exists` when it has begun; `not_canonical` unless it is a `once` effect.
    [[nodiscard]] Result<void> check(EffectStarted const& started) const noexcept;
    /// `second_outcome`; `effect_not_started` for a `once` effect that is done or unknown without a
    /// start.
    [[nodiscard]] Result<void> check(Outcome const& outcome) const noexcept;

    [[nodiscard]] DomainInfo const& info() const noexcept override { return actions_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& /*genesis*/) noexcept override { return {}; }
    void boot(Boot const& /*boot*/) noexcept override {}
    void tick(LogTime /*now*/) noexcept override {}
    void clear() noexcept override;
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override;
    Result<void> save(Writer& to) const noexcept override;
    Result<void> load(Reader& from) noexcept override;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override;

  private:
    void commit(Commit const& commit, Sequence at) noexcept;
    void finish(Outcome const& outcome) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> row_of(EffectPlace place) const noexcept;
    [[nodiscard]] Result<std::uint32_t> owed_row(EffectPlace place) const noexcept;
    Result<void> load_tables(Reader& from) noexcept;

    HashedTable<Tally> tally_;
    HashedTable<OwedEffect> owed_;
    KeyIndex index_;
};

} // namespace axiom::action

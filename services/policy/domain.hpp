#pragma once
// The policy domain: which policy is in force, and how much of each rate its decisions have used.
//
//     install ──> on trial ──confirm──> in force
//                    └──── deadline passes in log time ──> the one before returns
//
// The trial is what keeps a mistake from being final: a rule that locks everybody out also locks
// out the confirmation, and then a `Tick` is enough to undo it. Rate counters step with the
// decision of every gated entry that took effect, of whatever domain, so a restart changes no
// answer. The evaluator is pure and lives in axiom/policy; whoever decides reads `active()` and
// `rate_used()` here.

#include <axiom/domain/domain.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>
#include <axiom/policy/rate.hpp>
#include <axiom/policy/table.hpp>

#include <services/policy/kinds.hpp>

namespace axiom::policy {

/// The domain's table of kinds.
extern DomainInfo const policy_domain;

class PolicyDomain final : public Domain {
  public:
    /// `engine` computes versions and names of policies; every engine computes the same.
    PolicyDomain(Arena& arena, Capacities const& capacities, HashEngine const& engine) noexcept;

    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// The policy in force; empty, so that it permits nothing, when there is none.
    [[nodiscard]] PolicyTable const& active() const noexcept { return policies_->active(); }
    [[nodiscard]] PolicyRow const& standing() const noexcept { return row_.row(0); }

    /// When a `Tick` must come at the latest: the end of the trial.
    [[nodiscard]] std::optional<LogTime> deadline() const noexcept;

    /// How much of a counter's rate is used up now. `table_full` when it has no row and none is
    /// free.
    [[nodiscard]] Result<std::uint64_t> rate_used(CounterKey key) const noexcept;

    // Whether an entry would be taken now: what its writer asks first.

    /// `already_exists` while another policy is on trial, `out_of_range` for the length of the
    /// trial. Whether the bytes are a policy, and a sound one, is asked of axiom/policy (`install`,
    /// `check_sound`).
    [[nodiscard]] Result<void> check(Install const& install) const noexcept;
    /// `no_such_row` unless that version is on trial.
    [[nodiscard]] Result<void> check(Confirm const& confirm) const noexcept;

    [[nodiscard]] DomainInfo const& info() const noexcept override { return policy_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& genesis) noexcept override;
    void boot(Boot const& /*boot*/) noexcept override {}
    void tick(LogTime now) noexcept override;
    void decided(EntryHeader const& header, Decision const& decision) noexcept override;
    void clear() noexcept override;
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override;
    Result<void> save(Writer& to) const noexcept override;
    Result<void> load(Reader& from) noexcept override;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override;

  private:
    Result<void> install(Install const& install, Sequence at) noexcept;
    Result<void> count_use(Condition const& rate) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> counter_row(CounterKey key) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> idle_counter() const noexcept;
    Result<void> load_parts(Reader& from) noexcept;
    Result<void> load_policies(Reader& from) noexcept;

    HashEngine const& engine_;
    PolicyPair* policies_;
    HashedTable<PolicyRow> row_;
    HashedTable<RateRow> counters_;
    KeyIndex counter_index_;
};

} // namespace axiom::policy

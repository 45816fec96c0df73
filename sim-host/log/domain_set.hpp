#pragma once
// DomainSet: every domain that this program knows, sized by a genesis, under one set of shadows.
//
// Which they are is said by `known_domains`: a set that follows others is a bug. ShadowReplay is
// the sink that builds the set when genesis comes by and applies the rest.

#include <array>
#include <memory>

#include <axiom/action/actions_domain.hpp>
#include <axiom/domain/shadows.hpp>
#include <axiom/store/entry_cursor.hpp>
#include <kernel/event/domain.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>
#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

class DomainSet {
  public:
    /// `engine` outlives the set; the capacities make sense.
    DomainSet(HashEngine const& engine, Capacities const& capacities);

    /// The same, for capacities that anybody may have written: what `check_capacities` refuses, and
    /// `no_memory`.
    [[nodiscard]] static Result<std::unique_ptr<DomainSet>>
    make(HashEngine const& engine, Capacities const& capacities,
         std::size_t state_bytes_max = state_bytes_default) noexcept;

    /// Every domain that host programs write, with the version of its reducer, as the genesis and
    /// the boots of their logs list them. The kernel's is listed by the machines that have one.
    [[nodiscard]] static DomainVersions versions() noexcept;

    [[nodiscard]] Shadows& shadows() noexcept { return shadows_; }
    [[nodiscard]] LogState& log() noexcept { return log_; }
    [[nodiscard]] policy::PolicyDomain& policy() noexcept { return policy_; }
    [[nodiscard]] identity::IdentityDomain& identity() noexcept { return identity_; }
    [[nodiscard]] records::RecordsDomain& records() noexcept { return records_; }
    [[nodiscard]] action::ActionsDomain& actions() noexcept { return actions_; }
    [[nodiscard]] kernel::KernelDomain& kernel() noexcept { return kernel_; }

  private:
    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    OwnedArena memory_;
    Arena arena_;
    LogState log_;
    policy::PolicyDomain policy_;
    identity::IdentityDomain identity_;
    records::RecordsDomain records_;
    action::ActionsDomain actions_;
    kernel::KernelDomain kernel_;
    std::array<Domain*, 5> others_;
    Shadows shadows_;
};

class ShadowReplay final : public EntrySink {
  public:
    explicit ShadowReplay(HashEngine const& engine,
                          std::size_t state_bytes_max = state_bytes_default) noexcept
        : engine_{&engine}, state_bytes_max_{state_bytes_max} {}

    void entry(Ordered<Entry> const& entry) noexcept override;
    void reduced(Sequence sequence, Hash256 const& leaf) noexcept override;

    /// Goes on from a state that was loaded; before the first entry.
    void adopt(std::unique_ptr<DomainSet> domains) noexcept;

    /// The domains after the last entry; null when there was no readable genesis.
    [[nodiscard]] DomainSet* domains() noexcept { return domains_.get(); }
    [[nodiscard]] std::unique_ptr<DomainSet> take() noexcept { return std::move(domains_); }

    /// Why the replay could not go on (pruned entries without a snapshot, entries out of order).
    [[nodiscard]] std::optional<Error> const& stopped() const noexcept { return stopped_; }
    /// Entries that their domain rejected, those before an adopted state included.
    [[nodiscard]] std::uint64_t rejected() const noexcept { return rejected_; }

  private:
    HashEngine const* engine_;
    std::size_t state_bytes_max_;
    std::unique_ptr<DomainSet> domains_;
    std::optional<Error> stopped_;
    std::uint64_t rejected_{};
};

} // namespace axiom::host

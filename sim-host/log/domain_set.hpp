#pragma once
// DomainSet: a set of all shadows with memory of its own. ShadowReplay is the sink that builds the
// set when genesis comes by and applies the rest.

#include <memory>

#include <axiom/store/entry_cursor.hpp>
#include <services/axiomd/shadow_set.hpp>
#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

class DomainSet {
    using ShadowSet = axiomd::ShadowSet;

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

    [[nodiscard]] ShadowSet& all() noexcept { return set_; }
    [[nodiscard]] Shadows& shadows() noexcept { return set_.shadows(); }
    [[nodiscard]] LogState& log() noexcept { return set_.log(); }
    [[nodiscard]] policy::PolicyDomain& policy() noexcept { return set_.policy(); }
    [[nodiscard]] identity::IdentityDomain& identity() noexcept { return set_.identity(); }
    [[nodiscard]] records::RecordsDomain& records() noexcept { return set_.records(); }
    [[nodiscard]] action::ActionsDomain& actions() noexcept { return set_.actions(); }
    [[nodiscard]] kernel::KernelDomain& kernel() noexcept { return set_.kernel(); }

  private:
    OwnedArena memory_;
    Arena arena_;
    ShadowSet set_;
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

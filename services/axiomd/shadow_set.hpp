#pragma once
// ShadowSet: every domain that there is, sized by a genesis, under one set of shadows.
//
// Which they are is said by `known_domains`: a set that follows others is a bug. Its memory comes
// from one arena.

#include <array>

#include <axiom/action/actions_domain.hpp>
#include <axiom/base/arena.hpp>
#include <axiom/domain/shadows.hpp>
#include <kernel/event/domain.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>

namespace axiom::axiomd {

class ShadowSet {
  public:
    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// `engine` and the arena's memory outlive the set; the capacities make sense.
    ShadowSet(HashEngine const& engine, Arena& arena, Capacities const& capacities) noexcept;
    ShadowSet(ShadowSet const&) = delete;
    ShadowSet& operator=(ShadowSet const&) = delete;
    ~ShadowSet() = default;

    [[nodiscard]] Shadows& shadows() noexcept { return shadows_; }
    [[nodiscard]] LogState& log() noexcept { return log_; }
    [[nodiscard]] LogState const& log() const noexcept { return log_; }
    [[nodiscard]] policy::PolicyDomain& policy() noexcept { return policy_; }
    [[nodiscard]] identity::IdentityDomain& identity() noexcept { return identity_; }
    [[nodiscard]] records::RecordsDomain& records() noexcept { return records_; }
    [[nodiscard]] action::ActionsDomain& actions() noexcept { return actions_; }
    [[nodiscard]] kernel::KernelDomain& kernel() noexcept { return kernel_; }

  private:
    LogState log_;
    policy::PolicyDomain policy_;
    identity::IdentityDomain identity_;
    records::RecordsDomain records_;
    action::ActionsDomain actions_;
    kernel::KernelDomain kernel_;
    std::array<Domain*, 5> others_;
    Shadows shadows_;
};

} // namespace axiom::axiomd

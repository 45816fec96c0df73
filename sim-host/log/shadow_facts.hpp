#pragma once
// ShadowFacts: what the policy's rules may read, answered from the domains' shadows and the log.

#include <functional>

#include <axiom/policy/evaluator.hpp>
#include <sim-host/log/asked_rates.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/platform/held_exception.hpp>

namespace axiom::host {

class ShadowFacts final : public policy::Facts {
  public:
    /// How an older entry is read; what the log does not have is `cause_unknown`.
    using Earlier = std::function<Result<policy::CauseFact>(Sequence)>;

    /// All outlive the facts. Without `earlier` no cause is known. With `rates` they are asked, not
    /// the counters of the policy domain.
    ShadowFacts(DomainSet& domains, Earlier const& earlier,
                AskedRates const* rates = nullptr) noexcept
        : domains_{domains}, earlier_{earlier}, rates_{rates} {}

    [[nodiscard]] LogTime now() const noexcept override { return domains_.log().now(); }
    [[nodiscard]] Result<bool> has_role(PrincipalId principal,
                                        std::string_view role) const noexcept override {
        return domains_.identity().has_role(principal, role);
    }
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId /*capability*/) const noexcept override {
        return CapabilityId{}; // capabilities are the kernel's; a log on a host has none
    }
    [[nodiscard]] Result<policy::CauseFact> cause(Sequence sequence) const noexcept override {
        Result<policy::CauseFact> fact = fail(Code::cause_unknown, sequence.value);
        held_.run([&] {
            if (earlier_) {
                fact = earlier_(sequence);
            }
        });
        return fact;
    }
    [[nodiscard]] Result<std::uint64_t> rate_used(policy::CounterKey key) const noexcept override {
        if (rates_ != nullptr) {
            return rates_->used(key, now());
        }
        return domains_.policy().rate_used(key);
    }

    /// Behind every evaluation: what could not be read for want of memory is no fact.
    void release() { held_.release(); }

  private:
    DomainSet& domains_;
    Earlier const& earlier_;
    AskedRates const* rates_;
    mutable HeldException held_;
};

} // namespace axiom::host

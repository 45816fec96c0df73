#pragma once
// EngineFacts: what rules may read, from the domains that the engine follows.

#include <axiom/policy/request.hpp>
#include <services/axiomd/shadow_set.hpp>

namespace axiom::engine {

class EngineFacts final : public policy::Facts {
  public:
    explicit EngineFacts(axiomd::ShadowSet& domains) noexcept : domains_{&domains} {}

    [[nodiscard]] LogTime now() const noexcept override { return domains_->log().now(); }
    [[nodiscard]] Result<bool> has_role(PrincipalId principal,
                                        std::string_view role) const noexcept override {
        return domains_->identity().has_role(principal, role);
    }
    // Which capability its client exercises the kernel says only to the log.
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId /*capability*/) const noexcept override {
        return CapabilityId{};
    }
    // A state holds no entries: a rule that must read one answers with an error.
    [[nodiscard]] Result<policy::CauseFact> cause(Sequence sequence) const noexcept override {
        return fail(Code::cause_unknown, sequence.value);
    }
    [[nodiscard]] Result<std::uint64_t> rate_used(policy::CounterKey key) const noexcept override {
        return domains_->policy().rate_used(key);
    }

  private:
    axiomd::ShadowSet* domains_;
};

} // namespace axiom::engine

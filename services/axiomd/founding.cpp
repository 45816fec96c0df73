// How axiomd begins a log; see services/axiomd/founding.hpp.

#include <services/axiomd/founding.hpp>

#include <services/axiomd/catalog.hpp>

namespace axiom::axiomd {

namespace {

constexpr std::array terminal_grants{
    policy::FoundingGrant{console_principal, DomainNumber::actions, "terminals may act"},
    policy::FoundingGrant{console_principal, DomainNumber::policy,
                          "terminals may change the policy"}};

} // namespace

Result<Genesis> founding_genesis(Hash256 const& entropy, Hash256 const& key,
                                 MutableBytes policy) noexcept {
    return Genesis{.label = "axiom",
                   .entropy = entropy,
                   .checkpoint_key = key,
                   .creator = creator_principal,
                   .creator_label = "creator",
                   .capacities = default_capacities,
                   .domains = known_versions(),
                   .policy =
                       TRY(policy::founding_policy(creator_principal, policy, terminal_grants))};
}

} // namespace axiom::axiomd

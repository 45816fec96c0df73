// How axiomd begins a log; see services/axiomd/founding.hpp.

#include <services/axiomd/founding.hpp>

#include <services/axiomd/catalog.hpp>

namespace axiom::axiomd {

namespace {

constexpr std::array terminal_grants{
    policy::FoundingGrant{console_principal, DomainNumber::actions, "terminals may act", {}},
    policy::FoundingGrant{
        console_principal, DomainNumber::policy, "terminals may change the policy", {}},
    policy::FoundingGrant{permissions_principal, DomainNumber::actions,
                          "permissions approves where it is an approver", "approve"},
    policy::FoundingGrant{permissions_principal, DomainNumber::actions, "permissions may refuse",
                          "refuse"},
    policy::FoundingGrant{permissions_principal, DomainNumber::actions, "permissions may revoke",
                          "revoke"}};

constexpr std::array terminal_bars{policy::FoundingBar{
    console_principal, DomainNumber::actions, "grant", "storage ",
    "nobody is let at the log's medium", "the log rests on the storage service"}};

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
                   .policy = TRY(policy::founding_policy(creator_principal, policy, terminal_grants,
                                                         terminal_bars))};
}

} // namespace axiom::axiomd

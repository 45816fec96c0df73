// The known domains; see services/axiomd/catalog.hpp.

#include <services/axiomd/catalog.hpp>

#include <array>

#include <axiom/action/actions_domain.hpp>
#include <axiom/log/log_state.hpp>
#include <kernel/event/domain.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>

namespace axiom::axiomd {

namespace {

constexpr std::array domains{&log_domain,
                             &kernel::kernel_domain,
                             &policy::policy_domain,
                             &identity::identity_domain,
                             &records::records_domain,
                             &action::actions_domain};

} // namespace

std::span<DomainInfo const* const> known_domains() noexcept {
    return domains;
}

DomainVersions known_versions() noexcept {
    DomainVersions versions;
    for (DomainInfo const* const domain : domains) {
        versions.push_back({static_cast<std::uint16_t>(domain->number), domain->version});
    }
    return versions;
}

} // namespace axiom::axiomd

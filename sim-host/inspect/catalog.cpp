// The known domains; see sim-host/inspect/catalog.hpp.

#include <sim-host/inspect/catalog.hpp>

#include <array>

#include <axiom/action/actions_domain.hpp>
#include <axiom/log/log_state.hpp>
#include <kernel/event/domain.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>

namespace axiom::host {

std::span<DomainInfo const* const> known_domains() noexcept {
    static std::array const domains{&log_domain,
                                    &kernel::kernel_domain,
                                    &policy::policy_domain,
                                    &identity::identity_domain,
                                    &records::records_domain,
                                    &action::actions_domain};
    return domains;
}

} // namespace axiom::host

// What waits for log time; see services/axiomd/armed.hpp.

#include <services/axiomd/armed.hpp>

#include <axiom/policy/table.hpp>

namespace axiom::axiomd {

bool is_armed(ShadowSet& domains) noexcept {
    policy::PolicyTable const& rules = domains.policy().active();
    bool waits = domains.policy().deadline().has_value();
    for (policy::RuleRow const& rule : rules.rules()) {
        waits = waits || rules.find(rule, policy::ClauseKind::rate) != nullptr ||
                rules.find(rule, policy::ClauseKind::time) != nullptr ||
                rules.find(rule, policy::ClauseKind::expires) != nullptr ||
                rules.find(rule, policy::ClauseKind::approval) != nullptr;
    }
    domains.log().for_each_account([&](auto const& /*row*/) { waits = true; });
    domains.kernel().state().capabilities().for_each([&](std::uint32_t /*index*/, auto const& row) {
        waits = waits || row.expires != LogTime{};
    });
    return waits;
}

} // namespace axiom::axiomd

// Every kind is either gated by the policy engine or on the closed list, never both, never neither.

#include <array>

#include <gtest/gtest.h>

#include <axiom/action/actions_domain.hpp>
#include <axiom/log/log_state.hpp>
#include <axiom/log/self_authorising.hpp>
#include <kernel/event/domain.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>

namespace {

using namespace axiom;

constexpr std::array tables{&log_domain,
                            &kernel::kernel_domain,
                            &policy::policy_domain,
                            &identity::identity_domain,
                            &records::records_domain,
                            &action::actions_domain};

TEST(kinds, GatedOrSelfAuthorisingNeverBoth) {
    for (DomainInfo const* table : tables) {
        ASSERT_FALSE(table->kinds.empty());
        for (KindInfo const& row : table->kinds) {
            EXPECT_NE(row.gated, is_self_authorising({table->number, row.number})) << row.name;
        }
    }
}

TEST(kinds, AnUnknownKindIsNotSelfAuthorising) {
    EXPECT_FALSE(is_self_authorising({DomainNumber::log, 0xFFFF}));
    EXPECT_FALSE(is_self_authorising({DomainNumber::records, 1}));
}

} // namespace

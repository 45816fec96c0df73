// Every kind is either gated by the policy engine or on the closed list, never both, never neither.

#include <gtest/gtest.h>

#include <axiom/log/self_authorising.hpp>
#include <sim-host/inspect/catalog.hpp>

namespace {

using namespace axiom;

TEST(kinds, GatedOrSelfAuthorisingNeverBoth) {
    for (DomainInfo const* table : host::known_domains()) {
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

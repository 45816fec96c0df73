#pragma once
// A fixture for tests of one domain: what is accepted must change its root, what is refused must
// not.

#include <gtest/gtest.h>

#include <tests/support/state_world.hpp>

namespace axiom::test {

class DomainFixture : public testing::Test {
  protected:
    DomainFixture() { world.begin(); }

    void accepts(OwnedEntry const& entry) {
        Hash256 const before = world.root_of(entry.header.domain);
        auto const outcome = world.take(entry);
        ASSERT_TRUE(outcome.applied()) << text_of(outcome.rejected->code).name;
        EXPECT_NE(world.root_of(entry.header.domain), before);
    }
    template <class Kind, class Content> void accepts(Kind kind, Content const& content) {
        accepts(entry_of(StateWorld::domain_of(kind), kind, content));
    }

    /// Refused with this code, counted, and the domain's state is as it was.
    void refuses(OwnedEntry const& entry, Code code) {
        DomainNumber const domain = entry.header.domain;
        Hash256 const before = world.root_of(domain);
        std::uint64_t const counted = world.shadows.standing(domain)->rejected;
        auto const outcome = world.take(entry);
        ASSERT_TRUE(outcome.rejected);
        EXPECT_EQ(text_of(outcome.rejected->code).name, text_of(code).name);
        EXPECT_EQ(world.root_of(domain), before);
        EXPECT_EQ(world.shadows.standing(domain)->rejected, counted + 1);
    }
    template <class Kind, class Content>
    void refuses(Kind kind, Content const& content, Code code) {
        refuses(entry_of(StateWorld::domain_of(kind), kind, content), code);
    }

    StateWorld world;
};

} // namespace axiom::test

// The identity domain.

#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using identity::Add;
using identity::Disable;
using identity::Enable;
using identity::KeyChange;
using identity::Kind;
using identity::RoleAdd;
using identity::RoleRemove;
using test::world_creator;

struct identity_domain : test::DomainFixture {
    static Add add(std::uint64_t id, std::string_view label, PrincipalId parent = world_creator) {
        return {.principal = PrincipalId{id}, .parent = parent, .key = {}, .label = label};
    }
};

TEST_F(identity_domain, genesis_brings_the_creator) {
    auto const* const row = world.identity.find(world_creator);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->label.view(), "creator");
    EXPECT_TRUE(world.identity.acts(world_creator));
    EXPECT_FALSE(world.identity.acts(PrincipalId{}));
}

TEST_F(identity_domain, added_principal_acts_while_everyone_above_it_is_enabled) {
    accepts(Kind::add, add(1, "one"));
    accepts(Kind::add, add(2, "two", PrincipalId{1}));
    EXPECT_TRUE(world.identity.acts(PrincipalId{2}));
    accepts(Kind::disable, Disable{PrincipalId{1}});
    EXPECT_FALSE(world.identity.acts(PrincipalId{2}));
    EXPECT_TRUE(world.identity.find(PrincipalId{2})->enabled);
    refuses(Kind::add, add(3, "three", PrincipalId{2}), Code::no_such_row);
    accepts(Kind::enable, Enable{PrincipalId{1}});
    EXPECT_TRUE(world.identity.acts(PrincipalId{2}));
}

TEST_F(identity_domain, add_refuses_known_ids_labels_no_id_no_label_no_parent_and_no_room) {
    accepts(Kind::add, add(1, "one"));
    refuses(Kind::add, add(1, "other"), Code::already_exists);
    refuses(Kind::add, add(2, "one"), Code::already_exists);
    refuses(Kind::add, add(0, "zero"), Code::out_of_range);
    refuses(Kind::add, add(2, ""), Code::bad_text);
    refuses(Kind::add, add(2, "two", PrincipalId{77}), Code::no_such_row);
    refuses(Kind::add, add(2, "two", PrincipalId{}), Code::no_such_row);
    refuses(Kind::add, add(2, "two", PrincipalId{2}), Code::no_such_row);
    for (std::uint64_t id = 2; id <= 7; ++id) {
        accepts(Kind::add, add(id, std::string(id, 'x')));
    }
    refuses(Kind::add, add(8, "one too many"), Code::table_full);
}

TEST_F(identity_domain, disable_and_enable_refuse_what_is_so_already_and_the_creator) {
    accepts(Kind::add, add(1, "one"));
    refuses(Kind::enable, Enable{PrincipalId{1}}, Code::already_exists);
    accepts(Kind::disable, Disable{PrincipalId{1}});
    refuses(Kind::disable, Disable{PrincipalId{1}}, Code::no_such_row);
    refuses(Kind::enable, Enable{PrincipalId{9}}, Code::no_such_row);
    refuses(Kind::disable, Disable{world_creator}, Code::policy_locks_out);
}

TEST_F(identity_domain, roles_come_and_go) {
    accepts(Kind::role_add, RoleAdd{world_creator, "owner"});
    EXPECT_TRUE(world.identity.has_role(world_creator, "owner"));
    EXPECT_FALSE(world.identity.has_role(world_creator, "own"));
    refuses(Kind::role_add, RoleAdd{world_creator, "owner"}, Code::already_exists);
    refuses(Kind::role_add, RoleAdd{world_creator, ""}, Code::bad_text);
    refuses(Kind::role_add, RoleAdd{PrincipalId{9}, "owner"}, Code::no_such_row);
    accepts(Kind::role_remove, RoleRemove{world_creator, "owner"});
    EXPECT_FALSE(world.identity.has_role(world_creator, "owner"));
    refuses(Kind::role_remove, RoleRemove{world_creator, "owner"}, Code::no_such_row);
    for (char role = 'a'; role < 'i'; ++role) {
        accepts(Kind::role_add, RoleAdd{world_creator, {&role, 1}});
    }
    refuses(Kind::role_add, RoleAdd{world_creator, "z"}, Code::table_full);
}

TEST_F(identity_domain, key_changes_for_enabled_principals_only) {
    accepts(Kind::key_change, KeyChange{world_creator, test::filled_hash(3)});
    EXPECT_EQ(world.identity.find(world_creator)->key, test::filled_hash(3));
    refuses(Kind::key_change, KeyChange{PrincipalId{9}, {}}, Code::no_such_row);
}

TEST(identity_genesis, creator_without_id_or_name_stops_the_domain) {
    test::StateWorld world;
    auto const founding = test::founding_policy_of(test::world_creator);
    auto genesis = test::StateWorld::genesis_of(test::world_capacities, founding);
    genesis.creator_label = "";
    world.take(LogKind::genesis, genesis);
    EXPECT_EQ(world.shadows.standing(DomainNumber::identity)->stopped_at, Sequence{0});
    EXPECT_EQ(world.shadows.state_hash().error().code, Code::bad_text);
}

} // namespace

// Snapshots: what load accepts and everything that it does not.

#include <axiom/crypto/hash.hpp>
#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using test::StateWorld;

struct snapshot : test::DomainFixture {
    snapshot() {
        world.take(LogKind::account, AccountEntry{AccountId{3}, 1000, 5000});
        world.take(LogKind::mark, Mark{"good", Sequence{0}});
        world.take(records::Kind::stream, records::Stream{ProducerId{5}, "stdin", "pipe"});
        world.take(test::line_entry(ProducerId{5}, 1));
        world.take(test::line_entry(ProducerId{5}, 1)); // rejected
        world.take(identity::Kind::add,
                   identity::Add{PrincipalId{1}, test::world_creator, {}, "a"});
        world.take(identity::Kind::role_add, identity::RoleAdd{PrincipalId{1}, "owner"});
        action::Commit commit{.action = "send", .object = "", .effects = {}};
        commit.effects.push_back({.kind = action::EffectKind::once,
                                  .executor = "post",
                                  .parameters = {},
                                  .content = {}});
        world.take(action::Kind::commit, commit);
        world.take(policy::Kind::install,
                   policy::Install{5000, test::founding_policy_of(PrincipalId{55})});
        bytes = world.snapshot();
    }

    /// The digest made right again, as whoever means harm would.
    static void reseal(std::vector<std::byte>& changed) {
        auto const covered = Bytes{changed}.first(changed.size() - snapshot_digest_bytes);
        Hash256 const digest = hash_bytes(host::portable_engine(), context::snapshot, covered);
        copy_bytes(std::span{changed}.subspan(covered.size()), digest.view());
    }

    std::vector<std::byte> bytes;
    StateWorld copy;
};

TEST_F(snapshot, loaded_state_has_the_saved_hash_and_goes_on_alike) {
    auto const info = copy.load(bytes);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->sequence, Sequence{world.shadows.next().value - 1});
    EXPECT_EQ(info->state, world.state_hash());
    EXPECT_EQ(copy.state_hash(), world.state_hash());
    EXPECT_EQ(copy.snapshot(), bytes);
    for (StateWorld* const each : {&world, &copy}) {
        each->take(test::line_entry(ProducerId{5}, 2));
        each->take(LogKind::tick, Tick{.now = LogTime{9000}}); // ends the trial
    }
    EXPECT_EQ(copy.state_hash(), world.state_hash());
    EXPECT_EQ(copy.policy.standing().reverts, 1U);
}

TEST_F(snapshot, info_is_read_without_loading) {
    auto const info = read_snapshot_info(host::portable_engine(), bytes);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->log_id, test::filled_hash(7));
    EXPECT_EQ(info->head, test::filled_hash(8));
    EXPECT_EQ(info->capacities, test::world_capacities);
}

TEST_F(snapshot, threats_2_every_flipped_byte_is_refused) {
    Hash256 const empty = copy.root_of(DomainNumber::log);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] ^= std::byte{1};
        ASSERT_FALSE(copy.load(changed)) << at;
    }
    EXPECT_EQ(copy.root_of(DomainNumber::log), empty);
    EXPECT_TRUE(copy.load(bytes));
}

TEST_F(snapshot, threats_2_every_flipped_byte_under_a_right_digest_is_refused) {
    // Only the head and where a domain was last touched lie outside the state: the log's own entry,
    // which names the digest, answers for those.
    std::vector<bool> outside(bytes.size(), false);
    std::fill_n(outside.begin() + 64, 32, true);
    std::size_t at = snapshot_header_bytes;
    while (at + snapshot_digest_bytes < bytes.size()) {
        std::fill_n(outside.begin() + static_cast<std::ptrdiff_t>(at) + 16, 8, true);
        at += snapshot_domain_bytes + load_le<std::uint64_t>(Bytes{bytes}.subspan(at + 24));
    }
    ASSERT_EQ(at + snapshot_digest_bytes, bytes.size());
    for (at = 0; at + snapshot_digest_bytes < bytes.size(); ++at) {
        if (outside[at]) {
            continue;
        }
        auto changed = bytes;
        changed[at] ^= std::byte{1};
        reseal(changed);
        ASSERT_FALSE(copy.load(changed)) << at;
    }
    EXPECT_TRUE(copy.load(bytes));
}

TEST_F(snapshot, threats_2_right_digest_over_a_wrong_state_is_a_state_mismatch) {
    auto changed = bytes;
    changed[96] ^= std::byte{1}; // the state hash
    reseal(changed);
    EXPECT_EQ(copy.load(changed).error().code, Code::state_mismatch);
}

TEST_F(snapshot, every_cut_and_every_addition_is_refused) {
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        ASSERT_FALSE(copy.load(Bytes{bytes}.first(length))) << length;
    }
    auto longer = bytes;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(copy.load(longer));
    reseal(longer);
    EXPECT_FALSE(copy.load(longer));
}

TEST_F(snapshot, of_another_log_is_refused) {
    EXPECT_EQ(load_snapshot(copy.shadows, test::filled_hash(6), bytes).error().code,
              Code::wrong_log);
}

TEST_F(snapshot, for_other_capacities_is_refused) {
    Capacities other = test::world_capacities;
    other.effects += 1;
    StateWorld larger{other};
    EXPECT_EQ(larger.load(bytes).error().code, Code::out_of_range);
}

TEST_F(snapshot, is_not_made_before_genesis_nor_while_a_domain_has_stopped) {
    std::vector<std::byte> room(snapshot_bytes_max(world.shadows));
    EXPECT_EQ(save_snapshot(copy.shadows, {}, {}, room).error().code, Code::no_such_row);
    auto unknown = test::line_entry(ProducerId{5}, 9);
    unknown.header.kind = 99;
    world.take(unknown);
    EXPECT_EQ(save_snapshot(world.shadows, {}, {}, room).error().code, Code::unknown_kind);
}

TEST_F(snapshot, that_does_not_fit_is_refused) {
    for (std::size_t const room : {std::size_t{0}, snapshot_header_bytes, bytes.size() - 1}) {
        std::vector<std::byte> small(room);
        EXPECT_EQ(save_snapshot(world.shadows, {}, {}, small).error().code, Code::no_room);
    }
}

} // namespace

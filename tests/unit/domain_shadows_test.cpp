// Shadows: routing, rejection, stopping, owners' reports, migration.

#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using test::StateWorld;

struct shadows : test::DomainFixture {
    test::OwnedEntry line(std::uint64_t number) const {
        return test::line_entry(ProducerId{5}, number);
    }
    void open() {
        ASSERT_TRUE(
            world.take(records::Kind::stream, records::Stream{ProducerId{5}, "s", ""}).applied());
    }
};

TEST_F(shadows, entry_out_of_turn_is_refused_and_changes_nothing) {
    Hash256 const before = world.state_hash();
    auto entry = line(1);
    for (std::uint64_t const sequence : {0ULL, 2ULL}) {
        entry.header.sequence = Sequence{sequence};
        EXPECT_EQ(world.shadows.apply(entry.ordered()).error().code, Code::chain_break);
    }
    EXPECT_EQ(world.state_hash(), before);
}

TEST_F(shadows, rejected_entry_changes_the_counter_of_its_domain_alone) {
    Hash256 const records_before = world.root_of(DomainNumber::records);
    Hash256 const identity_before = world.root_of(DomainNumber::identity);
    Hash256 const state_before = world.state_hash();
    auto const outcome = world.take(line(1));
    EXPECT_EQ(outcome.rejected->code, Code::no_such_row);
    EXPECT_FALSE(outcome.stopped);
    EXPECT_EQ(world.root_of(DomainNumber::records), records_before);
    EXPECT_EQ(world.root_of(DomainNumber::identity), identity_before);
    EXPECT_EQ(world.shadows.standing(DomainNumber::records)->rejected, 1U);
    EXPECT_EQ(world.shadows.standing(DomainNumber::identity)->rejected, 0U);
    EXPECT_NE(world.state_hash(), state_before);
}

TEST_F(shadows, unknown_kind_stops_its_domain_and_the_others_go_on) {
    open();
    auto unknown = line(1);
    unknown.header.kind = 77;
    auto const outcome = world.take(unknown);
    EXPECT_EQ(outcome.stopped, (Error{Code::unknown_kind, 2, 77}));
    Hash256 const frozen = world.root_of(DomainNumber::records);
    EXPECT_TRUE(world.take(line(2)).stopped);
    EXPECT_EQ(world.root_of(DomainNumber::records), frozen);
    EXPECT_EQ(world.shadows.standing(DomainNumber::records)->stopped_at, Sequence{2});
    EXPECT_TRUE(
        world.take(identity::Kind::role_add, identity::RoleAdd{test::world_creator, "owner"})
            .applied());
    EXPECT_EQ(world.shadows.state_hash().error(), (Error{Code::unknown_kind, 2, 0}));
}

TEST_F(shadows, unknown_domain_stops_and_the_others_go_on) {
    for (std::uint16_t const number : {2, 9, 16, 17, 999}) {
        auto entry = line(1);
        entry.header.domain = DomainNumber{number};
        EXPECT_TRUE(world.take(entry).stopped) << number;
    }
    open();
    EXPECT_TRUE(world.take(line(2)).applied());
    EXPECT_EQ(world.shadows.state_hash().error().code, Code::unknown_kind);
}

TEST_F(shadows, genesis_with_an_unknown_version_stops_that_domain) {
    StateWorld other;
    auto genesis = StateWorld::genesis_of(test::world_capacities, {});
    genesis.domains[3].version = 2;
    other.take(LogKind::genesis, genesis);
    EXPECT_EQ(other.shadows.standing(DomainNumber::records)->stopped_at, Sequence{0});
    EXPECT_EQ(other.shadows.standing(DomainNumber::identity)->stopped_at, std::nullopt);
    EXPECT_EQ(other.shadows.state_hash().error().code, Code::unknown_version);
}

TEST_F(shadows, boot_that_carries_another_log_state_is_rejected) {
    Boot boot{.boot = BootNumber{1}, .epoch = Epoch{1}, .log_state = test::filled_hash(4)};
    EXPECT_EQ(world.take(LogKind::boot, boot).rejected->code, Code::state_mismatch);
    EXPECT_EQ(world.log.boot_number(), BootNumber{0});
    boot.log_state = world.root_of(DomainNumber::log);
    EXPECT_TRUE(world.take(LogKind::boot, boot).applied());
    EXPECT_EQ(world.log.boot_number(), BootNumber{1});
}

TEST_F(shadows, owner_that_differs_is_found_at_its_sequence_and_only_there) {
    open();
    OwnerReport report{DomainNumber::records, Sequence{1}, world.root_of(DomainNumber::records)};
    EXPECT_EQ(world.shadows.compare(report), Agreement::agrees);
    report.root = test::filled_hash(1);
    EXPECT_EQ(world.shadows.compare(report), Agreement::differs);
    report.sequence = Sequence{0};
    EXPECT_EQ(world.shadows.compare(report), Agreement::not_comparable);
    report.sequence = world.shadows.next();
    EXPECT_EQ(world.shadows.compare(report), Agreement::not_comparable);
    report = {DomainNumber::kernel, Sequence{1}, {}};
    EXPECT_EQ(world.shadows.compare(report), Agreement::not_comparable);
    // An entry of another domain leaves it comparable.
    OwnerReport const sound{DomainNumber::records, Sequence{2},
                            world.root_of(DomainNumber::records)};
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"m", Sequence{0}}).applied());
    EXPECT_EQ(world.shadows.compare(sound), Agreement::agrees);
}

/// A domain of two versions: the first adds up its bodies, the second keeps that sum and counts.
template <std::uint16_t Version> class SumDomain final : public Domain {
  public:
    [[nodiscard]] DomainInfo const& info() const noexcept override {
        static constexpr std::array kinds{kind_row<Tick>(1, "add", "Adds.")};
        static constexpr DomainInfo table{.number = DomainNumber{9},
                                          .name = "sum",
                                          .version = Version,
                                          .form = DomainForm::table,
                                          .kinds = kinds};
        return table;
    }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override {
        auto const body = decode_whole<Tick>(entry.value().body);
        if (!body) {
            return fail(body.error().code);
        }
        sum += body->now.value;
        count += Version - 1;
        return {};
    }
    Result<void> genesis(Genesis const& /*genesis*/) noexcept override { return {}; }
    void boot(Boot const& /*boot*/) noexcept override {}
    void tick(LogTime /*now*/) noexcept override {}
    void clear() noexcept override { sum = count = 0; }
    [[nodiscard]] Hash256 root(HashEngine const& /*engine*/) noexcept override {
        Hash256 hash;
        store_le(hash.bytes, sum);
        store_le(std::span{hash.bytes}.subspan(8), count);
        return hash;
    }
    Result<void> save(Writer& to) const noexcept override { return to.word(sum); }
    Result<void> load(Reader& /*from*/) noexcept override { return fail(Code::not_canonical); }
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override { return 8; }

    std::uint64_t sum{};
    std::uint64_t count{};
};

Result<void> one_to_two(Domain const& old, Domain& fresh) noexcept {
    auto const& from = static_cast<SumDomain<1> const&>(old);
    auto& to = static_cast<SumDomain<2>&>(fresh);
    to.sum = from.sum;
    to.count = 100;
    return {};
}

constexpr Capacities sum_capacities = test::world_capacities;

constexpr std::array sum_migrations{
    Migration{.domain = DomainNumber{9}, .from = 1, .to = 2, .migrate = &one_to_two}};

struct migration : testing::Test {
    migration() {
        Genesis genesis = StateWorld::genesis_of(sum_capacities, {});
        genesis.domains.clear();
        genesis.domains.push_back({1, 1});
        genesis.domains.push_back({9, 1});
        take(test::entry_of(log_domain, LogKind::genesis, genesis));
        add(5);
    }
    ApplyOutcome take(test::OwnedEntry entry) {
        entry.header.sequence = all.next();
        return all.apply(entry.ordered()).value();
    }
    ApplyOutcome add(std::uint64_t value) {
        return take(test::entry_of(first.info(), 1, Tick{.now = LogTime{value}}));
    }
    ApplyOutcome migrate(Migrate const& body) {
        return take(test::entry_of(log_domain, LogKind::migrate, body));
    }

    test::OwnedArena arena{LogState::bytes_for(sum_capacities)};
    LogState log{arena, sum_capacities};
    SumDomain<1> first;
    SumDomain<2> second;
    std::array<Domain*, 2> domains{&first, &second};
    Shadows all{host::portable_engine(), log, domains, sum_migrations};
};

TEST_F(migration, new_version_begins_with_the_state_that_the_old_one_left) {
    auto const plan = all.plan_migration(DomainNumber{9}, 2);
    ASSERT_TRUE(plan);
    ASSERT_TRUE(migrate(*plan).applied());
    EXPECT_EQ(all.standing(DomainNumber{9})->version, 2);
    add(7);
    EXPECT_EQ(second.sum, 12U);
    EXPECT_EQ(second.count, 101U);
    EXPECT_EQ(first.sum, 5U);
    EXPECT_TRUE(all.state_hash());
}

TEST_F(migration, entry_before_its_migrate_means_what_the_old_version_says) {
    add(1);
    EXPECT_EQ(first.sum, 6U);
    EXPECT_EQ(second.count, 0U);
}

TEST_F(migration, wrong_root_before_or_after_stops_the_domain) {
    for (bool const before : {true, false}) {
        SCOPED_TRACE(before);
        auto plan = *all.plan_migration(DomainNumber{9}, 2);
        EXPECT_TRUE(check_migration(plan, plan.root_before, plan.root_after));
        Migrate wrong = plan;
        (before ? wrong.root_before : wrong.root_after) = test::filled_hash(1);
        EXPECT_EQ(check_migration(wrong, plan.root_before, plan.root_after).error().code,
                  Code::state_mismatch);
    }
    auto plan = *all.plan_migration(DomainNumber{9}, 2);
    plan.root_after = test::filled_hash(1);
    EXPECT_EQ(migrate(plan).stopped, std::nullopt); // the log's own state is sound
    EXPECT_EQ(all.standing(DomainNumber{9})->reason.code, Code::state_mismatch);
    EXPECT_EQ(all.standing(DomainNumber{9})->version, 1);
    EXPECT_EQ(all.state_hash().error().code, Code::state_mismatch);
}

TEST_F(migration, to_a_version_that_this_program_does_not_know_stops_the_domain) {
    EXPECT_EQ(all.plan_migration(DomainNumber{9}, 3).error().code, Code::unknown_version);
    migrate({.from = {9, 1}, .to = 3, .root_before = {}, .root_after = {}});
    EXPECT_EQ(all.standing(DomainNumber{9})->reason.code, Code::unknown_version);
    EXPECT_TRUE(add(1).stopped);
}

} // namespace

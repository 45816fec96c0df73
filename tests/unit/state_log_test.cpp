// The log domain: what the sequencer asks of it, and each of its kinds beside the neighbour it
// refuses.

#include <gtest/gtest.h>

#include <tests/support/log_state_world.hpp>

namespace {

using namespace axiom;
using test::LogStateWorld;

struct log_state : testing::Test {
    log_state() { EXPECT_TRUE(world.begin()); }

    /// Applies one of the log's own entries and expects that nothing but the headers' facts
    /// changed.
    template <class Content> void refuses(LogKind kind, Content const& content, Code code) {
        auto const before = content_of(world.state);
        auto const refused = world.take(kind, content);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, code);
        EXPECT_EQ(content_of(world.state), before);
    }

    /// The state as bytes, without what every header changes.
    std::vector<std::byte> content_of(LogState const& state) {
        LogFacts facts = state.facts();
        facts.next = {};
        facts.last = {};
        auto bytes = test::encoded(facts);
        auto const tables = world.saved();
        std::size_t const facts_bytes = 12 + 12 + test::encoded(state.facts()).size();
        bytes.insert(bytes.end(), tables.begin() + static_cast<std::ptrdiff_t>(facts_bytes),
                     tables.end());
        return bytes;
    }

    LogStateWorld world;
};

TEST_F(log_state, genesis_sets_key_versions_and_capacities) {
    EXPECT_EQ(world.state.checkpoint_key(), LogStateWorld::key(1));
    EXPECT_EQ(world.state.version_of(DomainNumber::records), 1);
    EXPECT_EQ(world.state.version_of(DomainNumber::kernel), 0);
    EXPECT_EQ(world.state.next(), Sequence{1});
}

TEST_F(log_state, genesis_is_refused_anywhere_but_at_the_start) {
    refuses(LogKind::genesis, Genesis{.capacities = test::small_capacities}, Code::out_of_range);
}

TEST(log_state_genesis, other_capacities_than_the_tables_are_refused) {
    LogStateWorld world;
    Capacities other = test::small_capacities;
    ++other.marks;
    EXPECT_EQ(world.take(LogKind::genesis, Genesis{.capacities = other}).error().code,
              Code::out_of_range);
}

TEST(log_state_genesis, domains_twice_or_out_of_order_are_refused) {
    LogStateWorld world;
    Genesis genesis{.capacities = test::small_capacities};
    genesis.domains.push_back({5, 1});
    genesis.domains.push_back({5, 1});
    EXPECT_EQ(world.take(LogKind::genesis, genesis).error().code, Code::not_canonical);
}

TEST_F(log_state, producer_numbers_repeats_gaps_and_the_window) {
    ProducerId const producer{9};
    for (std::uint64_t number = 1; number <= 100; ++number) {
        EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{number}), std::nullopt);
        Sequence const at = world.state.next();
        ASSERT_TRUE(world.take_foreign(producer, ProducerNumber{number}));
        EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{number}), at);
    }
    // Entry `number` has sequence `number`: the last 64 are remembered.
    EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{37}), Sequence{37});
    EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{36}).error().code, Code::too_old);
    EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{102}).error(),
              (Error{Code::number_gap, 102, 101}));
    EXPECT_EQ(world.state.check_producer(producer, ProducerNumber{0}).error().code,
              Code::number_gap);
    EXPECT_EQ(world.state.check_producer(ProducerId{8}, ProducerNumber{2}).error().code,
              Code::number_gap);
}

TEST_F(log_state, producer_without_room_is_refused_and_known_ones_go_on) {
    for (std::uint64_t producer = 1; producer <= 3; ++producer) {
        ASSERT_TRUE(world.take_foreign(ProducerId{producer}, ProducerNumber{1}));
    }
    EXPECT_EQ(world.state.check_producer(ProducerId{4}, ProducerNumber{1}).error().code,
              Code::table_full);
    EXPECT_EQ(world.state.check_producer(ProducerId{3}, ProducerNumber{2}), std::nullopt);
}

TEST_F(log_state, unnumbered_entries_are_never_repeats) {
    EXPECT_EQ(world.state.check_producer({}, {}), std::nullopt);
    EXPECT_EQ(world.state.check_producer({}, ProducerNumber{1}).error().code, Code::number_gap);
}

TEST_F(log_state, entry_that_a_sound_log_would_not_take_is_counted_as_irregular) {
    ASSERT_TRUE(world.take_foreign(ProducerId{1}, ProducerNumber{1}));
    EXPECT_EQ(world.state.facts().irregular, 0U);
    ASSERT_TRUE(world.take_foreign(ProducerId{1}, ProducerNumber{1}));
    ASSERT_TRUE(world.take_foreign(ProducerId{1}, ProducerNumber{3}));
    EXPECT_EQ(world.state.facts().irregular, 2U);
    EXPECT_EQ(world.state.check_producer(ProducerId{1}, ProducerNumber{1}), Sequence{1});
}

TEST_F(log_state, rate_is_refused_when_used_up_and_refills_in_log_time_only) {
    AccountId const account{7};
    ASSERT_TRUE(world.take(LogKind::account, AccountEntry{account, 1000, 2000}));
    EXPECT_TRUE(world.state.check_rate(account, 2000));
    EXPECT_EQ(world.state.check_rate(account, 2001).error(), (Error{Code::log_rate, 7, 2000}));
    // Header 192 and a body padded to 1792 make 1984.
    ASSERT_TRUE(world.take_foreign({}, {}, account, 1750));
    EXPECT_EQ(world.state.check_rate(account, 17).error(), (Error{Code::log_rate, 7, 16}));
    ASSERT_TRUE(world.take(LogKind::tick, Tick{.now = LogTime{1}}));
    EXPECT_TRUE(world.state.check_rate(account, 17));
    EXPECT_FALSE(world.state.check_rate(account, 18));
    ASSERT_TRUE(world.take(LogKind::tick, Tick{.now = LogTime{1'000'000'000}}));
    EXPECT_TRUE(world.state.check_rate(account, 2000));
    EXPECT_FALSE(world.state.check_rate(account, 2001));
}

TEST_F(log_state, account_nobody_else_is_affected_and_unknown_ones_are_refused) {
    ASSERT_TRUE(world.take(LogKind::account, AccountEntry{AccountId{7}, 1, 1}));
    ASSERT_TRUE(world.take(LogKind::account, AccountEntry{AccountId{8}, 0, 0}));
    EXPECT_FALSE(world.state.check_rate(AccountId{7}, 192));
    EXPECT_TRUE(world.state.check_rate(AccountId{8}, 1'000'000));
    EXPECT_TRUE(world.state.check_rate(AccountId{}, 1'000'000));
    EXPECT_EQ(world.state.check_rate(AccountId{9}, 1).error().code, Code::no_such_row);
}

TEST_F(log_state, account_bounds_and_room) {
    refuses(LogKind::account, AccountEntry{AccountId{}, 1, 1}, Code::out_of_range);
    refuses(LogKind::account, AccountEntry{AccountId{1}, account_rate_max + 1, 1},
            Code::out_of_range);
    refuses(LogKind::account, AccountEntry{AccountId{1}, 1, account_rate_max + 1},
            Code::out_of_range);
    for (std::uint64_t account = 1; account <= 3; ++account) {
        ASSERT_TRUE(world.take(LogKind::account, AccountEntry{AccountId{account}, 1, 1}));
    }
    refuses(LogKind::account, AccountEntry{AccountId{4}, 1, 1}, Code::table_full);
    EXPECT_TRUE(world.take(LogKind::account, AccountEntry{AccountId{3}, 5, 5}));
}

TEST_F(log_state, boots_count_up_by_one_and_epochs_rise) {
    ASSERT_TRUE(world.take(LogKind::boot, Boot{.boot = BootNumber{1}, .epoch = Epoch{4}}));
    EXPECT_EQ(world.state.boot_number(), BootNumber{1});
    EXPECT_EQ(world.state.facts().boot_at, Sequence{1});
    refuses(LogKind::boot, Boot{.boot = BootNumber{3}, .epoch = Epoch{5}}, Code::out_of_range);
    refuses(LogKind::boot, Boot{.boot = BootNumber{2}, .epoch = Epoch{4}}, Code::fenced);
    refuses(LogKind::attach, Attach{.epoch = Epoch{4}}, Code::fenced);
    ASSERT_TRUE(world.take(LogKind::attach, Attach{.epoch = Epoch{5}}));
    EXPECT_EQ(world.state.epoch(), Epoch{5});
}

TEST_F(log_state, time_never_falls) {
    ASSERT_TRUE(world.take(LogKind::tick, Tick{.now = LogTime{50}}));
    ASSERT_TRUE(world.take(LogKind::tick, Tick{.now = LogTime{50}}));
    refuses(LogKind::tick, Tick{.now = LogTime{49}}, Code::out_of_range);
    refuses(LogKind::tick, Tick{.now = LogTime{log_time_max_ms + 1}}, Code::out_of_range);
    EXPECT_EQ(world.state.now(), LogTime{50});
}

TEST_F(log_state, marks_move_and_name_earlier_entries_only) {
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"good", Sequence{0}}));
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"good", Sequence{1}}));
    EXPECT_EQ(world.state.mark("good"), Sequence{1});
    EXPECT_EQ(world.state.mark("bad"), std::nullopt);
    refuses(LogKind::mark, Mark{"self", world.state.next()}, Code::cause_unknown);
    refuses(LogKind::mark, Mark{"", Sequence{0}}, Code::bad_text);
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"b", Sequence{0}}));
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"c", Sequence{0}}));
    refuses(LogKind::mark, Mark{"d", Sequence{0}}, Code::table_full);
}

TEST_F(log_state, erase_names_an_earlier_entry) {
    ASSERT_TRUE(world.take(LogKind::erase, Erase{Sequence{0}, "asked"}));
    EXPECT_EQ(world.state.facts().erased, 1U);
    refuses(LogKind::erase, Erase{world.state.next(), ""}, Code::cause_unknown);
}

TEST_F(log_state, prune_needs_a_finished_boot_and_a_snapshot_that_stands_for_it) {
    while (world.state.next() < Sequence{20}) {
        ASSERT_TRUE(world.take_foreign({}, {}));
    }
    refuses(LogKind::prune, Prune{.first = Sequence{1}, .end = Sequence{5}}, Code::out_of_range);
    ASSERT_TRUE(world.take(LogKind::boot, Boot{.boot = BootNumber{1}, .epoch = Epoch{1}}));
    refuses(LogKind::prune,
            Prune{.first = Sequence{1}, .end = Sequence{5}, .snapshot = Sequence{10}},
            Code::no_such_row);
    ASSERT_TRUE(world.take(LogKind::snapshot, SnapshotEntry{.sequence = Sequence{10}}));
    refuses(LogKind::prune,
            Prune{.first = Sequence{1}, .end = Sequence{12}, .snapshot = Sequence{10}},
            Code::no_such_row);
    refuses(LogKind::prune,
            Prune{.first = Sequence{5}, .end = Sequence{5}, .snapshot = Sequence{10}},
            Code::out_of_range);
    auto const prune = [](std::uint64_t first, std::uint64_t end) {
        return Prune{.first = Sequence{first}, .end = Sequence{end}, .snapshot = Sequence{10}};
    };
    ASSERT_TRUE(world.take(LogKind::prune, prune(1, 3)));
    ASSERT_TRUE(world.take(LogKind::prune, prune(6, 8)));
    EXPECT_EQ(world.state.facts().pruned.size(), 2U);
    refuses(LogKind::prune, prune(2, 4), Code::already_exists);
    ASSERT_TRUE(world.take(LogKind::prune, prune(3, 6)));
    ASSERT_EQ(world.state.facts().pruned.size(), 1U);
    EXPECT_EQ(world.state.facts().pruned[0], (PrunedRange{Sequence{1}, Sequence{8}}));
    EXPECT_TRUE(world.state.is_pruned(Sequence{7}));
    EXPECT_FALSE(world.state.is_pruned(Sequence{8}));
}

TEST_F(log_state, snapshots_rise_and_the_newest_four_are_kept) {
    while (world.state.next() < Sequence{20}) {
        ASSERT_TRUE(world.take_foreign({}, {}));
    }
    for (std::uint64_t at = 2; at <= 12; at += 2) {
        ASSERT_TRUE(world.take(LogKind::snapshot, SnapshotEntry{.sequence = Sequence{at}}));
    }
    EXPECT_EQ(world.state.facts().snapshots.size(), snapshots_kept);
    EXPECT_EQ(world.state.facts().snapshots[0].sequence, Sequence{6});
    EXPECT_EQ(world.state.facts().snapshots[3].sequence, Sequence{12});
    refuses(LogKind::snapshot, SnapshotEntry{.sequence = Sequence{12}}, Code::out_of_range);
    refuses(LogKind::snapshot, SnapshotEntry{.sequence = world.state.next()}, Code::out_of_range);
}

TEST_F(log_state, migrate_moves_a_version_up_from_the_one_in_force) {
    ASSERT_TRUE(world.take(LogKind::migrate, Migrate{.from = {5, 1}, .to = 2}));
    EXPECT_EQ(world.state.version_of(DomainNumber::records), 2);
    refuses(LogKind::migrate, Migrate{.from = {5, 1}, .to = 2}, Code::no_such_row);
    refuses(LogKind::migrate, Migrate{.from = {5, 2}, .to = 2}, Code::out_of_range);
    refuses(LogKind::migrate, Migrate{.from = {9, 1}, .to = 2}, Code::no_such_row);
    refuses(LogKind::migrate, Migrate{.from = {17, 0}, .to = 1}, Code::out_of_range);
    ASSERT_TRUE(world.take(LogKind::migrate, Migrate{.from = {3, 0}, .to = 1}));
    ASSERT_EQ(world.state.facts().versions.size(), 3U);
    EXPECT_EQ(world.state.facts().versions[1], (DomainVersion{3, 1}));
}

TEST_F(log_state, checkpoint_fork_fault_and_repaired_are_counted) {
    ASSERT_TRUE(world.take(LogKind::checkpoint, CheckpointEntry{"note"}));
    ASSERT_TRUE(world.take(LogKind::fork, Fork{.checkpoint_key = LogStateWorld::key(2)}));
    ASSERT_TRUE(world.take(LogKind::fault, Fault{5, Sequence{0}, 100}));
    ASSERT_TRUE(world.take(LogKind::repaired, Repaired{.next = Sequence{4}}));
    EXPECT_EQ(world.state.facts().checkpoint_at, Sequence{1});
    EXPECT_EQ(world.state.checkpoint_key(), LogStateWorld::key(2));
    EXPECT_EQ(world.state.facts().fork_at, Sequence{2});
    EXPECT_EQ(world.state.facts().faults, 1U);
    EXPECT_EQ(world.state.facts().repairs, 1U);
    refuses(LogKind::checkpoint, CheckpointEntry{""}, Code::truncated);
    refuses(LogKind::fault, Fault{5, world.state.next(), 100}, Code::out_of_range);
    refuses(LogKind::repaired, Repaired{.next = Sequence{100}}, Code::out_of_range);
}

TEST_F(log_state, keys_follow_one_another_and_a_loss_begins_an_era) {
    ASSERT_TRUE(
        world.take(LogKind::key_rotate, KeyRotate{.new_key = LogStateWorld::key(2), .number = 1}));
    EXPECT_EQ(world.state.checkpoint_key(), LogStateWorld::key(2));
    refuses(LogKind::key_rotate, KeyRotate{.new_key = LogStateWorld::key(3), .number = 1},
            Code::out_of_range);
    refuses(LogKind::key_rotate, KeyRotate{.new_key = LogStateWorld::key(2), .number = 2},
            Code::already_exists);
    refuses(LogKind::key_lost, KeyLost{.new_key = LogStateWorld::key(3), .number = 2, .era = 0},
            Code::out_of_range);
    ASSERT_TRUE(world.take(LogKind::key_lost,
                           KeyLost{.new_key = LogStateWorld::key(3), .number = 2, .era = 1}));
    EXPECT_EQ(world.state.keys().current().era, 1U);
    EXPECT_EQ(world.state.keys().origin.key, LogStateWorld::key(1));
}

TEST_F(log_state, boot_with_an_older_reducer_than_the_one_in_force_is_refused) {
    ASSERT_TRUE(world.take(LogKind::migrate, Migrate{.from = {5, 1}, .to = 2}));
    Boot boot{.boot = BootNumber{1}, .epoch = Epoch{1}};
    boot.domains.push_back({5, 1});
    refuses(LogKind::boot, boot, Code::unknown_version);
    boot.domains[0].version = 2;
    EXPECT_TRUE(world.take(LogKind::boot, boot));
}

TEST_F(log_state, last_of_and_stale_decisions) {
    EXPECT_EQ(world.state.last_of(DomainNumber::records), Sequence{0});
    ASSERT_TRUE(world.take_foreign({}, {}));
    EXPECT_EQ(world.state.last_of(DomainNumber::records), Sequence{1});
    EXPECT_TRUE(world.state.check_decision(DomainNumber::records, Sequence{1}));
    EXPECT_EQ(world.state.check_decision(DomainNumber::records, Sequence{0}).error().code,
              Code::stale_decision);
    EXPECT_TRUE(world.state.check_decision(DomainNumber::policy, Sequence{0}));
}

TEST_F(log_state, body_with_a_byte_too_many_or_too_few_is_refused) {
    auto const sound = test::entry_of(log_domain, LogKind::mark, Mark{"m", Sequence{0}});
    auto const before = content_of(world.state);
    for (std::size_t length = 0; length < sound.body.size(); ++length) {
        auto entry = sound;
        entry.body.resize(length);
        EXPECT_EQ(world.take(entry).error().code, Code::truncated) << length;
    }
    auto entry = sound;
    entry.body.push_back(std::byte{0});
    EXPECT_EQ(world.take(entry).error().code, Code::trailing_bytes);
    EXPECT_EQ(content_of(world.state), before);
    EXPECT_TRUE(world.take(sound));
}

TEST_F(log_state, load_has_the_saved_root_and_answers_alike) {
    for (std::uint64_t number = 1; number <= 70; ++number) {
        ASSERT_TRUE(world.take_foreign(ProducerId{2}, ProducerNumber{number}));
    }
    ASSERT_TRUE(world.take(LogKind::account, AccountEntry{AccountId{7}, 1000, 2000}));
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"m", Sequence{3}}));
    LogStateWorld copy;
    auto const bytes = world.saved();
    Reader reader{bytes};
    ASSERT_TRUE(copy.state.load(reader));
    EXPECT_TRUE(reader.finish());
    EXPECT_EQ(copy.root(), world.root());
    EXPECT_EQ(copy.state.mark("m"), Sequence{3});
    EXPECT_EQ(copy.state.check_producer(ProducerId{2}, ProducerNumber{7}), Sequence{7});
    ASSERT_TRUE(copy.take_foreign(ProducerId{2}, ProducerNumber{71}));
    ASSERT_TRUE(world.take_foreign(ProducerId{2}, ProducerNumber{71}));
    EXPECT_EQ(copy.root(), world.root());
}

TEST_F(log_state, load_refuses_every_cut_and_is_as_constructed_again) {
    ASSERT_TRUE(world.take_foreign(ProducerId{2}, ProducerNumber{1}));
    ASSERT_TRUE(world.take(LogKind::mark, Mark{"m", Sequence{0}}));
    auto const bytes = world.saved();
    LogStateWorld copy;
    Hash256 const empty = copy.root();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        Reader reader{Bytes{bytes}.first(length)};
        ASSERT_FALSE(copy.state.load(reader)) << length;
        ASSERT_EQ(copy.root(), empty) << length;
    }
    Reader reader{bytes};
    EXPECT_TRUE(copy.state.load(reader));
}

} // namespace

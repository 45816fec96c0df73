// Durable appends and commits against each peer in turn. Only the two sides of a comparison are
// open while it runs, so that no third party's compaction or write-back falls into its samples.

#include <bench/support/log_parts.hpp>

#include <array>

#include <bench/support/our_log.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

using MakeContender = std::unique_ptr<Contender> (*)(Workload const&);

struct Peer {
    char const* id;
    MakeContender make;
    double goal; // 0 is none
};

/// One row of the table for each peer.
struct Case {
    char const* id;
    char const* what;
    std::size_t group_entries;
    std::size_t clients; // of ours, each committing its own groups; a peer has one
    std::size_t groups;  // in a sample
    std::size_t groups_quick;
    bool as_time; // microseconds a group instead of entries a second
    char const* goal_number;
    std::vector<Peer> peers;
};

Comparison describe(Case const& shape, Peer const& peer, std::string const& id,
                    std::size_t groups) {
    Comparison comparison{.id = id, .what = shape.what, .unit = shape.as_time ? "us" : "entries/s"};
    if (shape.as_time) {
        comparison.better = Better::lower;
        comparison.scale = 1e6;
    }
    comparison.ours_work = comparison.peer_work = static_cast<double>(groups * shape.group_entries);
    if (peer.goal != 0) {
        comparison.goal = peer.goal;
        comparison.goal_number = shape.goal_number;
    }
    return comparison;
}

void measure_one(Options const& options, Results& results, Case const& shape, Peer const& peer) {
    auto const id = std::string{shape.id} + "." + peer.id;
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    PairPlan const plan{.pairs = options.pairs,
                        .batches = options.size(shape.groups, shape.groups_quick)};
    Scratch const ours_scratch{options, "ours"};
    Scratch const peer_scratch{options, "peer"};
    Workload workload{.folder = ours_scratch.path(),
                      .group_entries = shape.group_entries,
                      .groups_total = samples_of(plan) * plan.batches,
                      .clients = shape.clients};
    auto const ours = make_our_log(workload);
    workload.folder = peer_scratch.path();
    auto const theirs = peer.make(workload);
    results.add(describe(shape, peer, id, plan.batches), ours->name(), theirs->name(),
                measure_pairs(*ours, *theirs, plan));
}

/// The raw file against itself: its ratio says how far the method can be trusted on this machine.
void measure_control(Options const& options, Results& results) {
    std::string const id = "control.raw";
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    PairPlan const plan{.pairs = options.pairs, .batches = options.size(64, 2)};
    Scratch const first{options, "first"};
    Scratch const second{options, "second"};
    Workload workload{.folder = first.path(),
                      .group_entries = 1024,
                      .groups_total = samples_of(plan) * plan.batches};
    auto const left = make_raw_file(workload);
    workload.folder = second.path();
    auto const right = make_raw_file(workload);
    Comparison comparison{.id = id,
                          .what = "control: the raw file beside itself, groups of 1,024",
                          .unit = "entries/s"};
    comparison.ours_work = comparison.peer_work = static_cast<double>(plan.batches * 1024);
    results.add(comparison, left->name(), right->name(), measure_pairs(*left, *right, plan));
}

std::vector<Case> cases() {
    return {
        {"append.1024",
         "durable appends, groups of 1,024",
         1024,
         1,
         64,
         2,
         false,
         "1",
         {{"raw", make_raw_file, 0.95},
          {"lmdb", make_lmdb, 2},
          {"sqlite", make_sqlite, 0},
          {"leveldb", make_leveldb, 0},
          {"rocksdb", make_rocksdb, 0}}},
        {"append.64",
         "durable appends, groups of 64",
         64,
         1,
         256,
         4,
         false,
         "2",
         {{"raw", make_raw_file, 0.95},
          {"sqlite", make_sqlite, 1.6},
          {"lmdb", make_lmdb, 0},
          {"leveldb", make_leveldb, 0},
          {"rocksdb", make_rocksdb, 0}}},
        {"commit.1",
         "one durable commit",
         1,
         1,
         256,
         4,
         true,
         "3",
         {{"raw", make_raw_file, 1.05}, {"sqlite", make_sqlite, 0}, {"lmdb", make_lmdb, 0}}},
        {"commit.2",
         "a durable commit of two clients",
         1,
         2,
         256,
         4,
         true,
         "3",
         {{"raw", make_raw_file, 0.55}}},
        {"commit.4",
         "a durable commit of four clients",
         1,
         4,
         256,
         4,
         true,
         "3",
         {{"raw", make_raw_file, 0.55}}},
    };
}

} // namespace

void measure_appends(Options const& options, Results& results) {
    measure_control(options, results);
    for (auto const& shape : cases()) {
        for (auto const& peer : shape.peers) {
            measure_one(options, results, shape, peer);
        }
    }
}

} // namespace axiom::bench

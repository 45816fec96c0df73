#pragma once
// Interleaved measurement: our side and a peer by turns, in one process, on one medium.
//
//     pair 0: ours, peer   pair 1: peer, ours   pair 2: ours, peer ...
//
// The two samples of a pair lie next to each other in time, so that noise slower than a pair hits
// both; the order alternates, so that whatever one side leaves behind (dirty caches, a busy medium)
// hits both equally often.

#include <cstddef>
#include <vector>

#include <bench/support/contender.hpp>

namespace axiom::bench {

struct PairPlan {
    std::size_t pairs{20};
    std::size_t batches{};      // batches in one sample
    std::size_t peer_batches{}; // the same for the peer; 0 is as many as ours
};

/// Seconds of one sample of each side.
struct PairSample {
    double ours{};
    double peer{};
};

/// One untimed sample of each side, then the pairs.
[[nodiscard]] std::vector<PairSample> measure_pairs(Contender& ours, Contender& peer,
                                                    PairPlan const& plan);

/// Samples that `measure_pairs` takes of each side, the untimed one included.
[[nodiscard]] constexpr std::size_t samples_of(PairPlan const& plan) noexcept {
    return plan.pairs + 1;
}

} // namespace axiom::bench

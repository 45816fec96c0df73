// The clock is steady_clock, read around a whole sample of milliseconds: its own cost does not
// show.

#include <bench/support/pairs.hpp>

#include <chrono>

namespace axiom::bench {

namespace {

double seconds_of(Contender& contender, std::size_t batches) {
    auto const begin = std::chrono::steady_clock::now();
    contender.run(batches);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

std::vector<PairSample> measure_pairs(Contender& ours, Contender& peer, PairPlan const& plan) {
    auto const peer_batches = plan.peer_batches == 0 ? plan.batches : plan.peer_batches;
    ours.run(plan.batches);
    peer.run(peer_batches);
    std::vector<PairSample> samples(plan.pairs);
    for (std::size_t pair = 0; pair < plan.pairs; ++pair) {
        auto& sample = samples[pair];
        if (pair % 2 == 0) {
            sample.ours = seconds_of(ours, plan.batches);
            sample.peer = seconds_of(peer, peer_batches);
        } else {
            sample.peer = seconds_of(peer, peer_batches);
            sample.ours = seconds_of(ours, plan.batches);
        }
    }
    return samples;
}

} // namespace axiom::bench

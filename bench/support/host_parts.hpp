#pragma once
// The parts of group `host`: processes of this host that share memory, beside what the host offers.

#include <bench/support/options.hpp>

namespace axiom::bench {

/// A message of 64 bytes there and back, and many at once (goal 9).
void measure_rings(Options const& options, Results& results);

/// A mebibyte, which one writes and the other reads (goal 10).
void measure_hand_over(Options const& options, Results& results);

} // namespace axiom::bench

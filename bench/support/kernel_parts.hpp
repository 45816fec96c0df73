#pragma once
// The parts of group `kernel`, in the order of the table.

#include <bench/support/options.hpp>

namespace axiom::bench {

/// Instructions of every operation: this program once more, under callgrind.
void measure_instructions(Options const& options, Results& results);

/// What that program does, without its options' program name and part.
void run_under_callgrind(Options const& options);

/// Nanoseconds of every operation.
void measure_times(Options const& options, Results& results);

/// Messages and changes of authority with 1, 2 and 4 threads of the host, each a CPU.
void measure_throughput(Options const& options, Results& results);

} // namespace axiom::bench

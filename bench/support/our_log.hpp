#pragma once
// Our own side of the comparisons: the log over a file store, as the `axiom` command and the
// services use it.

#include <memory>

#include <bench/support/contender.hpp>
#include <bench/support/workload.hpp>

namespace axiom::bench {

/// A fresh log below the workload's folder, with room for all of its groups. A batch is one group,
/// made durable before the next is; with several clients the batches of a run are shared out among
/// that many threads.
[[nodiscard]] std::unique_ptr<Contender> make_our_log(Workload const& workload);

} // namespace axiom::bench

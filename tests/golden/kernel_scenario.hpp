#pragma once
// What a kernel writes into a log, for the golden one.

#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

/// The entries of one boot, from `start` on.
void run_kernel(host::LiveLog& log);

} // namespace axiom::test

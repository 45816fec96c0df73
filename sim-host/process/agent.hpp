#pragma once
// Agent: the host thread of a service process that does what the kernel process orders
// (fabric/agent_orders.hpp).

#include <sim-host/process/layers.hpp>
#include <sim-host/process/service_thread.hpp>

namespace axiom::host {

/// Tells the layers, then obeys until the kernel process is gone. `program` is what the process's
/// first thread runs.
void run_agent(Layers layers, ThreadEntry program) noexcept;

} // namespace axiom::host

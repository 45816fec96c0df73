#pragma once
// CpuThreads: the machine's CPUs, each a thread of the kernel process, which carries out the
// kernel's decisions:
//
//      ┌──▶ decision: a thread ──▶ its turn ──▶ sleep ──┬─▶ it came in: call, fault ──▶ kernel ─┐
//      │                                                ├─▶ a wish ─┐                          │
//      │    decision: nobody ────▶ sleep ───────────────┼─▶ a wish ─┴▶ bring the thread in ─▶
//      kernel │                                                └─▶ time   ─┘ │
//      └───────────────────────────────────────────────────────────────────────────────────────┘
//
// A wish that only wants an acknowledgement leaves the thread running.

#include <thread>
#include <vector>

#include <sim-host/machine/host_machine.hpp>

namespace axiom::host {

class CpuThreads {
  public:
    /// They run from now on.
    CpuThreads(kernel::Kernel& kernel, HostMachine& machine);
    CpuThreads(CpuThreads const&) = delete;
    CpuThreads& operator=(CpuThreads const&) = delete;

    /// Switches the machine off if nobody has.
    ~CpuThreads();

    /// Returns when the machine is off.
    void await_off();

  private:
    std::vector<std::thread> threads_;
    HostMachine* machine_;
};

} // namespace axiom::host

#pragma once
// The audit of a kernel on its test machine.

#include <tests/support/kernel_audit.hpp>
#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {

/// The first thing that does not hold; empty: everything does.
[[nodiscard]] inline std::string audit(MachineWorld const& world) {
    std::array<AuditedCpu, MachineWorld::cpus> cpus{};
    for (std::uint32_t cpu = 0; cpu < MachineWorld::cpus; ++cpu) {
        cpus[cpu].decision = world.decisions[cpu];
    }
    return audit({.kernel = &world.kernel,
                  .cpus = cpus,
                  .now_ns = world.now,
                  .mapped = [&world](std::uint32_t space, std::uint64_t address) -> Access const* {
                      auto const found = world.machine.pages.find({space, address});
                      return found == world.machine.pages.end() ? nullptr : &found->second.access;
                  },
                  .mapped_pages = world.machine.pages.size()});
}

} // namespace axiom::kernel::test

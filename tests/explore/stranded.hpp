#pragma once
// What is told and not judged: threads that nobody can wake, which is not the kernel's fault but
// what its users would call a hang; and CPUs that idle beside work.

#include <cstdint>

#include <tests/explore/universe.hpp>

namespace axiom::kernel::explore {

/// A bit for each thread that waits without end for what no thread that may still run can do: by
/// the capabilities that are held now, by device, or by time.
[[nodiscard]] std::uint32_t stranded_threads(Universe const& universe);

/// Whether a CPU idles, and nothing will bring it in, while a thread that may run there waits for
/// another CPU.
[[nodiscard]] bool idles_beside_work(Universe const& universe);

} // namespace axiom::kernel::explore

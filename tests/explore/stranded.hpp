#pragma once
// What is told and not judged: threads that nobody can wake, which is not the kernel's fault but
// what its users would call a hang.

#include <cstdint>

#include <tests/explore/universe.hpp>

namespace axiom::kernel::explore {

/// A bit for each thread that waits without end for what no thread that may still run can do: by
/// the capabilities that are held now, by device, or by time.
[[nodiscard]] std::uint32_t stranded_threads(Universe const& universe);

} // namespace axiom::kernel::explore

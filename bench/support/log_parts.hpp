#pragma once
// The parts of group `log`, in the order of the table. Each measures what the options want and adds
// its lines.

#include <bench/support/options.hpp>

namespace axiom::bench {

/// Durable appends in groups of 1,024 and of 64 against the raw file and the databases.
void measure_appends(Options const& options, Results& results);

/// What the chain costs an entry against sequential BLAKE3.
void measure_chain(Options const& options, Results& results);

/// Verification against the own live rate and against BLAKE3, seeking, and memory.
void measure_reading(Options const& options, Results& results);

/// Allocations while appending, and the time of a policy decision.
void measure_costs(Options const& options, Results& results);

/// What a process of its own does for `memory.append`: writes a log and returns its peak memory in
/// bytes.
[[nodiscard]] double run_append_part(std::filesystem::path const& folder, std::size_t entries);

/// The same for `memory.verify`.
[[nodiscard]] double run_verify_part(std::filesystem::path const& folder);

} // namespace axiom::bench

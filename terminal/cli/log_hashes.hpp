#pragma once
// The two hashes to which everybody comes who replays a log: its head, and its state.

#include <string>

#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Replays the log at `path` and prints `head HEX` and `state hash HEX`. Throws what does not
/// replay.
void print_hashes(Console& console, std::string const& path);

} // namespace axiom::cli

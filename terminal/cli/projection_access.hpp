#pragma once
// How verbs come by a projection: where it lies, how it is filled, with progress; and how it goes.

#include <optional>
#include <string>

#include <sim-host/inspect/projection.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/failure.hpp>

namespace axiom::cli {

/// $XDG_CACHE_HOME/axiom/LOG-ID.sqlite, else under ~/.cache; the folder is made.
[[nodiscard]] std::string cached_projection_path(host::OpenedLog const& log);

/// Brings the projection at `path` up to the log's pinned end. Exit::usage when the place is not
/// for a projection: inside the log, or something there that this program did not make of this log.
void update_projection(std::string const& path, host::ProjectionPlace place, host::OpenedLog& log,
                       Console& console);

/// A projection as --out or the cache has it, brought up to date; its path.
[[nodiscard]] std::string current_projection(std::optional<std::string> const& named,
                                             host::OpenedLog& log, Console& console);

/// Removes the cached projections of the log at `path`, and of those that it was forked from: they
/// hold what is to go from it, and are made anew when they are asked. The failure when one stays.
[[nodiscard]] std::optional<Failure> remove_projections(std::string const& path);

} // namespace axiom::cli

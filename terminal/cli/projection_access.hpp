#pragma once
// How verbs come by a projection: where it lies, how it is filled, with progress.

#include <string>

#include <sim-host/inspect/projection.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// $XDG_CACHE_HOME/axiom/LOG-ID.sqlite, else under ~/.cache; the folder is made.
[[nodiscard]] std::string cached_projection_path(host::OpenedLog const& log);

/// Brings the projection at `path` up to the log's pinned end.
void update_projection(std::string const& path, host::OpenedLog& log, Console& console);

} // namespace axiom::cli

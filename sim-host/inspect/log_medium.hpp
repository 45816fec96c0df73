#pragma once
// What a person means by a path to a log: a data folder, a log file, a disk image or device.

#include <memory>

#include <sim-host/platform/host_store.hpp>

namespace axiom::host {

/// Opens the medium at `path`, for reading unless `mode` says otherwise. `not_a_log` (with ENOENT
/// when nothing is there) for anything else: a pipe, a socket, a terminal, a file or folder that
/// holds no log.
[[nodiscard]] HostResult<std::unique_ptr<HostStore>>
open_log_medium(std::string const& path, OpenMode mode = OpenMode::read);

} // namespace axiom::host

#pragma once
// The names in a folder. The standard library's iterator over folders ends the program when memory
// is wanting; here that is a problem like any other.

#include <string>
#include <vector>

#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

/// In alphabetical order, without `.` and `..`.
[[nodiscard]] HostResult<std::vector<std::string>> folder_names(HostFile const& folder);

/// The same of the folder at `path`, to which links are followed.
[[nodiscard]] HostResult<std::vector<std::string>> folder_names(std::string const& path);

/// The same for who can do without: no names where they cannot be listed, but std::bad_alloc for
/// want of memory.
[[nodiscard]] std::vector<std::string> names_if_any(std::string const& path);

} // namespace axiom::host

#pragma once
// Paths that are compared: from the root on, without detours.

#include <filesystem>
#include <string>
#include <system_error>

namespace axiom::cli {

/// `path` from the root on, with links followed as far as it exists; only made absolute where the
/// system refuses to follow them.
[[nodiscard]] std::filesystem::path whole_path(std::string const& path);

/// Throws std::bad_alloc when that is what the standard library's answer means; it throws it by
/// itself elsewhere.
void throw_if_no_memory(std::error_code const& error);

} // namespace axiom::cli

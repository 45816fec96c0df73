#pragma once
// A policy in text form, read from a file.

#include <memory>
#include <string>

#include <axiom/policy/table.hpp>

namespace axiom::cli {

/// More than any policy's text needs.
inline constexpr std::size_t policy_file_bytes_max = 4U << 20U;

/// The policy in the file. Throws `Failure` with the place of the first mistake.
[[nodiscard]] std::unique_ptr<policy::PolicyTable> policy_from_file(std::string const& path);

} // namespace axiom::cli

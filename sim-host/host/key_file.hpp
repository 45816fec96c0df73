#pragma once
// The key that seals the system's log: one line of 64 hex digits, in a file that only its owner
// reads, outside the data folder. It is the one that the command `axiom` makes and uses too.

#include <filesystem>

#include <axiom/port/signature_engine.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

/// $XDG_CONFIG_HOME/axiom/checkpoint.key, else ~/.config/axiom/checkpoint.key; empty where neither
/// is set.
[[nodiscard]] std::filesystem::path default_key_path();

/// The key at `path`, made if nothing is there.
[[nodiscard]] HostResult<SigningSeed> load_or_make_key(std::filesystem::path const& path);

} // namespace axiom::host

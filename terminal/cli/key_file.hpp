#pragma once
// The file with the key that signs a log's checkpoints: one line, 64 hex digits of an Ed25519 seed.
//
// Invariants: it is made with permissions 0600 and never overwritten; a file that others may read
// is used, with a remark.

#include <string>

#include <axiom/port/signature_engine.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// $XDG_CONFIG_HOME/axiom/checkpoint.key, else ~/.config/axiom/checkpoint.key. Exit::environment
/// when neither XDG_CONFIG_HOME nor HOME is set.
[[nodiscard]] std::string default_key_path();

/// Exit::not_found when there is none, Exit::usage when it is no key.
[[nodiscard]] SigningSeed load_key(std::string const& path, Console& console);

/// The key at `path`, made if there is none, folders included.
[[nodiscard]] SigningSeed load_or_make_key(std::string const& path, Console& console);

/// Remarks when `key` lies in the folder of the log, or right beside it.
void warn_if_beside(std::string const& key, std::string const& log, Console& console);

} // namespace axiom::cli

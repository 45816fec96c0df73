#pragma once
// The file with the key that signs a log's checkpoints: one line, 64 hex digits of an Ed25519 seed.
//
// Invariants: it is made with permissions 0600, appears whole and durable or not at all, and is
// never overwritten; a file that others may read is used, with a remark.

#include <optional>
#include <string>

#include <axiom/base/hash256.hpp>
#include <axiom/port/signature_engine.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// A seed that is gone from memory when this is.
struct HeldSeed {
    HeldSeed() = default;
    ~HeldSeed();
    HeldSeed(HeldSeed const&) = delete;
    HeldSeed& operator=(HeldSeed const&) = delete;

    [[nodiscard]] Hash256 public_key() const;

    SigningSeed seed{};
};

/// $XDG_CONFIG_HOME/axiom/checkpoint.key, else ~/.config/axiom/checkpoint.key. Exit::environment
/// when neither XDG_CONFIG_HOME nor HOME is set.
[[nodiscard]] std::string default_key_path();

/// False, too, where there is no default.
[[nodiscard]] bool is_default_key_path(std::string const& path);

/// Whether something lies at `path`.
[[nodiscard]] bool key_file_exists(std::string const& path);

/// Exit::not_found when there is none, Exit::usage when it is no key.
[[nodiscard]] SigningSeed load_key(std::string const& path, Console& console);

/// Makes a key and its file, folders included. Exit::usage when the file exists.
[[nodiscard]] SigningSeed make_key(std::string const& path, Console& console);

/// The key at `path`, made if there is none.
[[nodiscard]] SigningSeed load_or_make_key(std::string const& path, Console& console);

/// The file in `folder` that holds the secret half of `public_key`, if one does.
[[nodiscard]] std::optional<std::string> find_key_file(std::string const& folder,
                                                       Hash256 const& public_key);

/// Where a key lies, seen from its log.
enum class KeyPlace : std::uint8_t { elsewhere, beside_log, inside_log };
[[nodiscard]] KeyPlace place_of_key(std::string const& key, std::string const& log);

/// Remarks when `key` lies in the folder of the log, or right beside it.
void warn_if_beside(std::string const& key, std::string const& log, Console& console);

} // namespace axiom::cli

#pragma once
// What a person knows from elsewhere, as words of the command: keys, log ids, files that anchor.

#include <string>
#include <vector>

#include <axiom/base/hash256.hpp>
#include <axiom/port/signature_engine.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

/// A checkpoint's public key: 64 hex digits, the form `name+id+base64` of public tools, a file that
/// holds that form, or the file of the signing key itself (bare hex). Throws `Failure`.
[[nodiscard]] PublicKey public_key_argument(std::string const& text);

/// A log's id: 64 hex digits, or an origin `axiom-os.org/log/HEX`.
[[nodiscard]] Hash256 log_id_argument(std::string const& text);

/// A whole file of at most `bytes_max`; a pipe will do. Throws `Failure`.
[[nodiscard]] std::vector<std::byte> file_argument(std::string const& path, std::size_t bytes_max);

} // namespace axiom::cli

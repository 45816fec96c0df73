#pragma once
// A file that a verb makes: new, whole, or not there.

#include <string>

#include <axiom/base/bytes.hpp>

namespace axiom::cli {

/// Writes `bytes` to a file that does not exist yet and makes it durable. Never follows a link,
/// never writes over anything; what could not be written whole is removed. Throws `Failure`.
void write_new_file(std::string const& path, Bytes bytes);

/// Whether `path`, links resolved, is the log or lies in its folder.
[[nodiscard]] bool lies_in_log(std::string const& path, std::string const& log);

/// Exit::usage when it does: no verb makes files among a log's own.
void refuse_inside_log(std::string const& output, std::string const& log);

} // namespace axiom::cli

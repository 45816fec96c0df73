#pragma once
// A file that a verb makes: new, whole, or not there.
//
//     NAME.making-PROCESS     what is being made, beside NAME; left there by a kill, and removed by
//                             whoever makes NAME next

#include <string>

#include <axiom/base/bytes.hpp>

namespace axiom::cli {

/// Where this process makes what is to lie at `path`. What creators of the same that died have left
/// is removed.
[[nodiscard]] std::string making_place(std::string const& path);

/// Writes `bytes` to a file that does not exist yet and makes it durable, its name included. Never
/// follows a link, never writes over anything; the name appears with the whole file. Throws
/// `Failure`.
void write_new_file(std::string const& path, Bytes bytes);

/// The same; false when something lies at `path` already.
[[nodiscard]] bool write_if_absent(std::string const& path, Bytes bytes);

/// The folder that a file lies in; `.` when its name has none.
[[nodiscard]] std::string folder_of(std::string const& path);

/// Whether `path`, links resolved, is the log or lies in its folder.
[[nodiscard]] bool lies_in_log(std::string const& path, std::string const& log);

/// Exit::usage when it does: no verb makes files among a log's own.
void refuse_inside_log(std::string const& output, std::string const& log);

} // namespace axiom::cli

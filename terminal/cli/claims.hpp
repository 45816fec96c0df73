#pragma once
// The way back from a record of claims that no writer made.

#include <string>

#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Sets the medium's record back to the epoch of the log's newest writer, if it claims more than
/// any writer can have. Exit::answer_is_no when it does not; then nothing is written.
[[nodiscard]] Exit reset_claims(std::string const& path, Console& console);

} // namespace axiom::cli

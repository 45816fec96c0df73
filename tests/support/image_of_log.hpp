#pragma once
// A log's segments as an image holds them: what a system's disk looks like to the command.

#include <string>

namespace axiom::test {

/// Makes `image`, with room for eight segments, from the folder of a log with storage blocks of
/// 4 KiB and segments of a mebibyte. Failures are the test's.
void image_of_log(std::string const& folder, std::string const& image);

} // namespace axiom::test

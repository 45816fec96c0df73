#pragma once
// Parts that need a process of their own, because what they measure (peak memory) is a property of
// a whole process that never sinks again.

#include <string>
#include <string_view>
#include <vector>

namespace axiom::bench {

/// Runs a program, found by PATH, and returns what it wrote to stdout. Throws when it did not end
/// with 0.
[[nodiscard]] std::string run_program(std::vector<std::string> words);

/// Runs this program again as `PROGRAM --part NAME ARGUMENT...` and returns what it wrote to
/// stdout. Throws when it did not end with 0.
[[nodiscard]] std::string run_part(std::string_view name,
                                   std::vector<std::string> const& arguments);

/// The most memory that this process had resident so far, in bytes.
[[nodiscard]] double peak_resident_bytes();

} // namespace axiom::bench

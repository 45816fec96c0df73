#pragma once
// Snapshots that one copy of a log has and another lacks.
//
// A snapshot proves itself against the log, so one that is missing is copied as it is. Without it a
// replay is longer; of a pruned log it is what everything begins with.

#include <string>
#include <vector>

#include <axiom/log/ids.hpp>

namespace axiom::cli {

inline constexpr Sequence no_end{~std::uint64_t{0}};

/// The snapshots in the folder `from` that the folder `to` lacks, of moments before `end`, rising.
[[nodiscard]] std::vector<Sequence> lacking_snapshots(std::string const& from,
                                                      std::string const& to, Sequence end = no_end);

/// Brings them over, and returns those that are there now. One that cannot be read or written is
/// left out.
std::vector<Sequence> copy_snapshots(std::string const& from, std::string const& to,
                                     Sequence end = no_end);

} // namespace axiom::cli

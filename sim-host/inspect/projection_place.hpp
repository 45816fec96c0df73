#pragma once
// Where a projection may lie: the decision what of a path's present content may be replaced.
//
// A projection can be made anew at any time, so a file that holds one may go. Nothing else may: a
// path that a person names is new, or holds a projection of this very log that this program made,
// which its SQLite application id and the log's id inside say. In the cache's own folder any
// regular file under the log's name may go. Links are never followed.

#include <string>

#include <axiom/base/hash256.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

/// `AXPJ`: SQLite's application id of every projection.
inline constexpr int projection_application_id = 0x4158504A;

enum class ProjectionPlace : std::uint8_t {
    named,  // by a person
    cached, // under the log's id in a folder of our own
};

/// Makes `path` a place that SQLite may open for writing: makes the file, exclusively, when it is
/// absent, and empties it when it may be replaced and must. `already_exists` for what may not.
/// Answers whether the file is one that this call made.
[[nodiscard]] HostResult<bool> claim_projection_place(std::string const& path,
                                                      ProjectionPlace place, Hash256 const& log_id);

/// Removes a file that `claim_projection_place` made and nobody filled, with SQLite's journal of
/// it.
void give_up_projection_place(std::string const& path) noexcept;

} // namespace axiom::host

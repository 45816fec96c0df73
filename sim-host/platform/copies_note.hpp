#pragma once
// Where a log's mirror and archive are: a note in the log's folder, so that a forgotten option does
// not let them fall behind.
//
//      DATA/copies      axiom copies 1
//                       mirror /absolute/path
//                       archive /absolute/path
//
//      ARCHIVE/copies   axiom copies 1
//                       log /absolute/path
//
// A mirror notes its log as its mirror, an archive as its log: so a clone of a log, which carries
// the note with it, finds that the copies are not its own.
//
// Outside of what is verified, and believed for nothing but a path: what lies there must show by
// its content that it belongs to this log. Replaced whole, by renaming.

#include <optional>
#include <string>

#include <sim-host/platform/problem.hpp>

namespace axiom::host {

struct Copies {
    std::optional<std::string> mirror;
    std::optional<std::string> archive;
    std::optional<std::string> log; // in an archive: whose it is

    friend bool operator==(Copies const&, Copies const&) noexcept = default;
};

/// The note in the folder `log`; an empty one when there is none. `bad_text` when it is not what
/// this program writes.
[[nodiscard]] HostResult<Copies> read_copies(std::string const& log);

/// Durable when this returns. An empty note is no file.
[[nodiscard]] HostResult<void> write_copies(std::string const& log, Copies const& copies);

} // namespace axiom::host

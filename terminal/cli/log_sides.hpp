#pragma once
// The two sides of a mirror, opened together, and what is said of them.

#include <memory>
#include <optional>
#include <string>

#include <sim-host/log/mirror_recovery.hpp>
#include <sim-host/platform/file_store.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// The folders of the two sides, as a person or the note names them.
struct LogSides {
    std::string log;
    std::string mirror;

    [[nodiscard]] std::string const& at(host::MirrorSide side) const noexcept {
        return side == host::MirrorSide::first ? log : mirror;
    }
};

/// One line for each stretch that was repaired, or would be.
void remark_repairs(Console& console, host::MirrorReport const& report, LogSides const& sides,
                    bool only_look);

/// Why two sides could not be made one, with the way out.
[[nodiscard]] Failure mirror_failure(Error const& error, std::optional<host::MirrorSide> failed,
                                     LogSides const& sides, std::string cause);

/// Both sides of a mirror open for writing; a side that is not there yet is made, and so is the
/// folder of segments of one that has its medium only. With `mends_media` false neither is mended.
struct OpenSides {
    std::unique_ptr<host::FileStore> first;
    std::unique_ptr<host::FileStore> second;
};
[[nodiscard]] OpenSides open_sides(LogSides const& sides, bool may_make_mirror,
                                   bool mends_media = true);

/// What the log in `folder` says of its lengths, if it can say it.
[[nodiscard]] std::optional<StoreGeometry> geometry_in(std::string const& folder);

/// What the medium in `folder` wants mended; nothing is written. With `otherwise`, the other side.
[[nodiscard]] std::vector<host::MediumMend>
look_at_medium(std::string const& folder, std::optional<std::string> const& otherwise = {});

/// One line for each place of a medium that was mended, or would be.
void remark_mends(Console& console, std::vector<host::MediumMend> const& mends,
                  std::string const& folder, bool only_look);

/// The system's words for why `side` failed; empty when none did.
[[nodiscard]] std::string words_of(OpenSides const& sides, std::optional<host::MirrorSide> side);

/// Whether nothing is in the folder, or only what a creation that was cut short leaves.
[[nodiscard]] bool is_blank(std::string const& folder);

/// Whether a log is in the folder: a medium, whatever its state, or a segment.
[[nodiscard]] bool holds_log(std::string const& folder);

/// Whether `folder` has its medium and no folder of segments.
[[nodiscard]] bool lacks_segments(std::string const& folder);

/// Whether `folder` has its medium and no segment, and is no archive.
[[nodiscard]] bool has_medium_alone(std::string const& folder);

/// Stops where a name of a segment is that of a folder, a pipe, a link: no reader goes into those.
void check_segment_files(std::string const& folder);

/// `lacks_segments`, while `other` has segments.
[[nodiscard]] bool lost_segments(std::string const& folder, std::string const& other);

/// Makes the folder of segments of such a log, to be filled from `other`.
void give_segments_folder(std::string const& folder, std::string const& other);

/// Why a log without segments cannot be opened, of which `archive` has some.
[[nodiscard]] Failure lost_but_archived(std::string const& log, std::string const& archive);

/// The same where nothing that the log notes has any.
[[nodiscard]] Failure lost_uncopied(std::string const& log);

} // namespace axiom::cli

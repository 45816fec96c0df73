#pragma once
// The file `medium` of a log's folder, mended from what else says the same.
//
// Every segment's header says the log's lengths under a hash, and each text of the medium stands
// there twice; all else is zero. So the whole file can be made anew: geometry from a copy of the
// header that the segments bear out, else from the segments alone; a record of claims from its
// other copy, else from the highest epoch that began a segment. A writer's claim is higher still,
// since it comes after all that recovery finds. Claims that no writer made are not judged here
// (`axiom doctor --reset-claims`), nor is a medium of a newer version touched.

#include <optional>
#include <string_view>
#include <vector>

#include <sim-host/platform/log_folder.hpp>

namespace axiom::host {

/// A place of the medium that was not as it must be.
struct MediumMend {
    std::uint64_t offset{};
    std::string_view what;
};

/// The log's geometry, for who only reads: a copy of the header that no segment contradicts.
/// `frame_damaged` when there is none and there are segments; else what is wrong with
/// the header: `not_a_log`, `unknown_version`, `reserved_not_zero`, `out_of_range`.
[[nodiscard]] HostResult<StoreGeometry> read_geometry(LogFolder const& folder);

/// How a writer meets a medium that is damaged.
struct Mending {
    bool allowed{true};                       // else the medium is only looked at
    std::optional<StoreGeometry> otherwise{}; // believed where nothing in the folder says one
};

/// The same for who can mend: what the segments say where no copy of the header is to be believed,
/// and `otherwise` where they say nothing.
[[nodiscard]] HostResult<StoreGeometry>
rightful_geometry(LogFolder const& folder, std::optional<StoreGeometry> otherwise = {});

/// Makes the medium what it must be, durable when it returns, and says where it was not. Who is
/// allowed to mend holds the writer's lock. Refuses as `rightful_geometry` does.
[[nodiscard]] HostResult<std::vector<MediumMend>> mend_medium(LogFolder const& folder,
                                                              Mending const& mending);

/// The same of an image's medium area, which begins `start` bytes into `image`: each text from its
/// other copy. `frame_damaged` where both copies of one are damaged, or two headers differ: an
/// image says its lengths, and how much of it is in use, nowhere else.
[[nodiscard]] HostResult<std::vector<MediumMend>>
mend_image_medium(HostFile const& image, std::uint64_t start, bool allowed);

} // namespace axiom::host

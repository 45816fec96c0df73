#pragma once
// What one side of a mirror says of the log where the two sides differ: every record there that
// checks itself, and how far it vouches.
//
// Nothing on a side is trusted here; but whatever is decided may contradict none of this. A frame
// counts where its check holds under the header of its slot; where that header does not read, a
// record counts by its own hash, as in recovery.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <axiom/store/segment_map.hpp>
#include <sim-host/log/mirror_differences.hpp>

namespace axiom::host {

/// A block that a side holds: after it the chain stood so.
struct Witness {
    Sequence first{};
    Sequence end{};
    Hash256 head{};
};

struct MirrorEvidence {
    std::set<std::array<std::byte, 32>> log_ids;
    std::map<std::uint64_t, std::vector<SlotIndex>> segments; // by number: whose header reads
    std::vector<Witness> witnesses;                           // where the sides differ, by `end`
    Sequence next{};                                          // the furthest end of a block
    Sequence watermark{};                                     // the highest that was recorded
};

/// Reads `side`. What it cannot read says nothing.
[[nodiscard]] MirrorEvidence mirror_evidence(HashEngine const& engine, Store& side,
                                             MirrorDifferences const& differences);

/// The header of `slot` on `side`, if it reads.
[[nodiscard]] std::optional<store::SegmentHeader> header_on(HashEngine const& engine, Store& side,
                                                            SlotIndex slot);

} // namespace axiom::host

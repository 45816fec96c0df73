#pragma once
// Slots that are no segment of the log: spare ones hold zeros, anything else is named.

#include <sim-host/verify/verifier.hpp>

#include <axiom/store/segment_map.hpp>

namespace axiom::host {

/// Reads every slot that `map` calls free. `next` is where the log ends.
void check_loose_slots(HashEngine const& engine, store::SegmentWindow& window,
                       store::SegmentMap const& map, VerifyOptions const& options,
                       Verdict& verdict);

} // namespace axiom::host

#pragma once
// Slots that are no segment of the log: spare ones hold zeros, anything else is named.

#include <sim-host/verify/verifier.hpp>

#include <axiom/store/segment_map.hpp>

namespace axiom::host {

/// Whether a slot that `map` calls free holds a record that vouches for entry `verdict.next`: then
/// the log was longer than what its segments hold.
[[nodiscard]] bool loose_slots_show_more(HashEngine const& engine, store::SegmentWindow& window,
                                         store::SegmentMap const& map, VerifyOptions const& options,
                                         Verdict& verdict);

/// Reads every slot that `map` calls free. `next` is where the log ends. What vouches for more is
/// rot of that entry, unless the walk has named what ended it.
void check_loose_slots(HashEngine const& engine, store::SegmentWindow& window,
                       store::SegmentMap const& map, VerifyOptions const& options,
                       bool walk_names_damage, Verdict& verdict);

} // namespace axiom::host

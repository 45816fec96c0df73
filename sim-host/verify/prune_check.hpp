#pragma once
// What was reduced, held against what each `Prune` entry says: as many leaves as it counts, and
// those whose fold it names. With fewer the pruning is still owed (incomplete, as an erasure is: a
// segment from before it that was put back looks the same); with more, or others, entries were
// taken away that nobody pruned.

#include <axiom/store/segment_map.hpp>
#include <sim-host/verify/verdict.hpp>

namespace axiom::host {

/// After every segment was checked; reads the pruned ones again, without hashing their entries.
void check_prunes(HashEngine const& engine, store::SegmentWindow& window,
                  store::SegmentMap const& map, Verdict& verdict);

} // namespace axiom::host

#pragma once
// SegmentPool: checks segments on several cores and gives their facts back in the log's order.
//
// A core takes the next segment that nobody has taken, but never one more than `ahead` in front of
// the one that is being merged: that bounds the facts that wait, and with them the memory. With one
// job there is no thread at all.

#include <functional>

#include <sim-host/verify/segment_check.hpp>

namespace axiom::host {

struct SegmentRun {
    unsigned jobs{1};
    std::size_t first{}; // index of the first segment
    std::size_t count{};
};

/// Calls `merge` with the facts of every segment in order, on the calling thread. What a check
/// throws is thrown here.
void check_segments(Store& store, store::SegmentMap const& map, SegmentCheckOptions const& options,
                    SegmentRun const& run, std::function<void(SegmentFacts&)> const& merge);

} // namespace axiom::host

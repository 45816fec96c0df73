#pragma once
// Whether anything beyond a place shows that the entry there was acknowledged (THREATS.md, rule 1).
//
// The watermark of a record says what was durable when it was written. A valid frame, record or
// segment header beyond the damage whose watermark passes the damaged entry makes the damage rot;
// without one it is a torn tail.

#include <axiom/store/segment_map.hpp>

namespace axiom::host {

struct DamagePlace {
    std::size_t segment{};  // index into the map
    std::uint64_t offset{}; // where the walk stopped
    Sequence next{};        // the first entry that could not be read
};

/// Reads from the damage to the end of the log, and the slots whose headers are damaged.
[[nodiscard]] Result<bool> acknowledged_beyond(HashEngine const& engine,
                                               store::SegmentWindow& window,
                                               store::SegmentMap const& map,
                                               DamagePlace const& damage);

/// Whether a slot holds a block record that vouches for more than `next`.
[[nodiscard]] Result<bool> slot_acknowledges(HashEngine const& engine, store::SegmentWindow& window,
                                             SlotIndex slot, Sequence next);

} // namespace axiom::host

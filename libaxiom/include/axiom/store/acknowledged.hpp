#pragma once
// Whether anything beyond a place shows that the entry there was acknowledged (THREATS.md, rule 1).
//
// The watermark of a record says what was durable when it was written. A valid frame, record or
// segment header beyond the damage whose watermark passes the damaged entry makes the damage rot;
// without one it is a torn tail. Frames of one group may carry different watermarks, because a
// group is filled while the one before it is being flushed: so every frame is looked at, not only
// the first of each group.
//
// Nothing that lies beyond damage says where the next thing is: every place that could hold a frame
// or a record is looked at, and only one whose check holds is believed.

#include <axiom/store/segment_map.hpp>

namespace axiom::store {

struct DamagePlace {
    std::size_t segment{};  // index into the map
    std::uint64_t offset{}; // where the walk stopped
    Sequence next{};        // the first entry that could not be read
};

/// What lies beyond a place.
struct Beyond {
    bool acknowledged{};        // something there vouches for the entry at the place
    std::uint64_t bytes_seen{}; // bytes that are not zero, by storage blocks, in the segments
};

/// Reads from the damage to the end of the log, and the slots that seem free. `unknown_version`
/// when a frame whose check holds was written by a newer program.
[[nodiscard]] Result<Beyond> look_beyond(HashEngine const& engine, SegmentWindow& window,
                                         SegmentMap const& map, DamagePlace const& damage) noexcept;

/// Whether a slot that seems free holds a block record that vouches for more than `next`.
[[nodiscard]] Result<bool> free_slots_acknowledge(HashEngine const& engine, SegmentWindow& window,
                                                  SegmentMap const& map, Sequence next) noexcept;

/// The same of one slot, whose segment header says nothing.
[[nodiscard]] Result<bool> slot_acknowledges(HashEngine const& engine, SegmentWindow& window,
                                             SlotIndex slot, Sequence next) noexcept;

} // namespace axiom::store

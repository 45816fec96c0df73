#pragma once
// What lies behind the end of a segment's frames: late writes of a writer that was fenced off, or
// the rest of a group that was torn. No reader looks there, and no entry speaks for it, so that an
// erasure of the same text would not reach it.
//
//     frame │ frame │ late write, torn group, …        the successor's `previous end` is at the
//                   ▲ zeros from here on               arrow
//
// Invariant: what a successor's header says is believed only where the frames, walked from the
// segment's header on, come out at that place, entry and link. Doing this again changes nothing.

#include <span>

#include <axiom/base/result.hpp>
#include <axiom/port/hash_engine.hpp>
#include <axiom/port/store.hpp>
#include <axiom/store/segment_map.hpp>

namespace axiom::host {

/// Makes what lies behind the frames of `map`'s segments zeros, where a later writer took over.
/// `successors` are segments of the same log, from this store or another. A segment that does not
/// end where its successor says is left as it is. How many were written; durable after the next
/// flush.
[[nodiscard]] Result<std::uint64_t>
zero_late_writes(Store& store, HashEngine const& engine, store::SegmentMap const& map,
                 std::span<store::SegmentPlace const> successors);

} // namespace axiom::host

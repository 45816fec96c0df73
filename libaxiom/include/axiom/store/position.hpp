#pragma once
// Where a log stands: what the next block must follow from, and where its bytes go.

#include <axiom/store/segment_format.hpp>
#include <axiom/tree/frontier.hpp>

namespace axiom::store {

/// What every block says of its place, after the last block that was accepted.
struct ChainPosition {
    Sequence next{};      // the sequence that the next block starts with
    Hash256 head{};       // link of the entry before it
    Sequence watermark{}; // the highest that a record has carried
    Epoch epoch{};
    BootNumber boot{};
    Hash256 log_id{};
    TreeFrontier tree{}; // over the block records so far
};

/// Where the next group goes.
struct WritePosition {
    SlotIndex slot{};
    SegmentHeader segment{};
    std::uint64_t
        offset{}; // a multiple of the storage block; 0 while the header is not written yet
    ChainPosition chain{};
};

} // namespace axiom::store

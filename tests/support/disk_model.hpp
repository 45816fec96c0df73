#pragma once
// A disk with a write cache, as a value: what is on the platter, what the cache shows, and the
// writes between the two.
//
// Invariant: the cache shows the platter with every write since in order, except where a write was
// taken from the cache without reaching the platter (a failed flush does that: the pages are then
// "clean"). Power loss leaves the platter and nothing else.

#include <cstdint>
#include <vector>

#include <axiom/port/store.hpp>
#include <tests/support/tear.hpp>

namespace axiom::test {

struct PendingWrite {
    SlotOffset at;
    std::vector<std::byte> bytes;
};

struct DiskModel {
    struct Slot {
        std::vector<std::byte> platter;
        std::vector<std::byte> cache;
        std::vector<std::byte> previous; // what the cache showed before each block's last write
        std::vector<bool> unreadable_sectors; // until they are written again
        bool name_is_durable{true};    // false: a power loss may take the slot or its end away
        std::uint64_t bytes_present{}; // reads beyond this find the end of the medium
    };

    explicit DiskModel(StoreGeometry shape) : geometry{shape} {}

    StoreGeometry geometry;
    std::vector<Slot> slots;
    std::vector<PendingWrite> pending; // in the cache, not yet on the platter, oldest first
    Epoch epoch{};

    void add_slot(bool name_is_durable);

    /// Into the cache.
    void write(SlotOffset at, Bytes from);

    /// Onto the platter, as far as `tear` lets it.
    void persist(PendingWrite const& write, Tear tear);

    /// Every pending write onto the platter, and names too.
    void persist_all();

    /// After a power loss: the cache shows the platter.
    void drop_cache();
};

} // namespace axiom::test

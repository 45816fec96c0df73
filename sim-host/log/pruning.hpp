#pragma once
// Pruning: entries of finished boots become their leaves, and the room of what they said is free.
//
//     snapshot ─▶ (archive) ─▶ Prune entry, durable ─▶ for each segment of the range:
//         frames ─▶ a free slot ─▶ flush ─▶ its header ─▶ flush ─▶ read back and checked ─▶
//         the old slot zeros ─▶ flush
//
// A segment is whole in one slot or in the other at every moment, and the header that makes the new
// one count is written last. What a durable `Prune` entry promises and a segment still holds is
// owed: paying again changes nothing, and the next opening for writing pays.

#include <functional>
#include <span>

#include <axiom/log/log_rows.hpp>
#include <axiom/log/prune_root.hpp>
#include <axiom/port/entropy.hpp>
#include <axiom/port/store.hpp>
#include <axiom/store/block_scan.hpp>

namespace axiom::host {

/// Whether the table of kinds says that such an entry may be reduced.
[[nodiscard]] bool is_prunable(EntryHeader const& header) noexcept;

/// What a range holds that may be reduced and is not yet.
struct Prunable {
    PruneRoot leaves; // their fold and their number
    std::uint64_t attachments{};
    std::uint64_t bytes{};           // what they take now, less what their leaves will
    std::vector<SlotIndex> slots;    // of the segments that hold any, in order
    std::vector<SlotIndex> segments; // and those segments' numbers
};

/// Reads and hashes the range. What the walk refuses.
[[nodiscard]] Result<Prunable> find_prunable(Store& store, HashEngine const& engine,
                                             PrunedRange range);

/// The parts of [0, end) that no range of `pruned` (in order, apart) covers.
[[nodiscard]] std::vector<PrunedRange> not_pruned_below(std::span<PrunedRange const> pruned,
                                                        Sequence end);

/// Makes sure that a slot is free to write a segment to, making one if need be. `store_full`.
[[nodiscard]] Result<void> reserve_slot(Store& store, HashEngine const& engine);

struct PruneOptions {
    HashEngine const* engine{};
    Entropy* entropy{};
    std::span<PrunedRange const> ranges; // in which a durable `Prune` entry lets entries go
    // Else an older writer may still write to them, and they are used only when there is no room.
    bool use_free_slots{true};
    std::function<void(std::uint64_t done, std::uint64_t all)> progress{}; // in segments
    std::function<void()> before_bytes_go{}; // called once, when something is owed
};

struct PruneReport {
    std::uint64_t entries{};  // reduced just now
    std::uint64_t segments{}; // written anew
};

/// Pays what `ranges` promise. Nobody else writes to the store, and the newest segment lies behind
/// every range. `store_full` when there is no slot to write to; what was done stays done, and what
/// is left stays owed.
[[nodiscard]] Result<PruneReport> complete_prunes(Store& store, PruneOptions const& options);

} // namespace axiom::host

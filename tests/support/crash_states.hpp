#pragma once
// Every medium that a crash may leave, for a recorded run: at each step, with each subset of the
// writes that no flush covered, and with each of them torn.
//
//      step     0     1     2       3       4     5
//               write write flush   write   write flush
//      crash at ^     ^     ^       ^       ^     ^         ^ after the last
//                           \_ writes 0 and 1 in any subset, or one of them torn and the others all
//                           or none
//
// Subsets are complete up to `pending_max` writes between two flushes; beyond, `samples` of them
// are drawn by a seed. A claim that is being made may or may not be there; so may a slot.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/recording_store.hpp>

namespace axiom::test {

struct CrashLimits {
    std::size_t pending_max{8};           // 2^8 subsets at most at one step
    std::size_t samples{256};             // of subsets, where there are more writes than that
    std::uint64_t tear_stride_bytes{512}; // cuts of a torn write lie at multiples of this
    std::size_t sector_samples{4};        // subsets of the sectors of one write
    std::uint64_t seed{1};                // of the samples
};

struct CrashState {
    std::size_t step{};   // how many recorded steps were begun; the last may not have returned
    std::uint64_t mark{}; // the latest mark before the crash, 0 if none
    std::string outcome;  // which writes survived and how, for a failure's message
};

using VisitCrash = std::function<void(host::MemoryStore& medium, CrashState const& state)>;

/// Calls `visit` with a fresh medium for each state. The answer is how many there were.
std::size_t each_crash_state(RecordingStore const& recording, CrashLimits limits,
                             VisitCrash const& visit);

/// What `disk` holds after a crash of which each pending write survived as `tears` says; those
/// beyond its end are lost.
[[nodiscard]] std::unique_ptr<host::MemoryStore> crashed_medium(DiskModel const& disk,
                                                                std::span<Tear const> tears);

} // namespace axiom::test

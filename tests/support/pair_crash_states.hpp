#pragma once
// Pairs of media that a crash may leave, for a run that was recorded on two stores in one order.
//
//      first    write ──────── flush ───────────── write ─ …
//      second          write ───────── flush ─────────────── …
//      crash at       ^       ^       ^           ^       ^
//                     each side with all, none, or some of what no flush of its own covered,
//                     whatever the other has
//
// Both sides with all and with none of it, in every combination, are visited at every step; of the
// others, in which each write may also be torn, `samples` are drawn by a seed.

#include <tests/support/crash_states.hpp>

namespace axiom::test {

struct PairCrashLimits {
    std::size_t samples{4};
    std::uint64_t seed{1};
};

using VisitPairCrash = std::function<void(host::MemoryStore& first, host::MemoryStore& second,
                                          CrashState const& state)>;

/// Two stores whose steps are recorded in one order.
struct PairRecording {
    PairRecording(Store& one, Store& two) : first{one}, second{two} {
        first.tell_order(order);
        second.tell_order(order);
    }
    PairRecording(PairRecording const&) = delete;
    PairRecording& operator=(PairRecording const&) = delete;
    ~PairRecording() = default;

    RecordingStore first;
    RecordingStore second;
    std::vector<RecordingStore const*> order;
};

/// Calls `visit` with two fresh media for each state. Marks are those of the first store. The
/// answer is how many states there were.
std::size_t each_pair_crash_state(PairRecording const& recording, PairCrashLimits limits,
                                  VisitPairCrash const& visit);

} // namespace axiom::test

#pragma once
// Judge: whether one step was allowed to lead from one state to the next, and whether everything
// holds there. Written from the documents of kernel/abi, not from the kernel's code.

#include <string>
#include <vector>

#include <tests/explore/ties.hpp>
#include <tests/explore/universe.hpp>

namespace axiom::kernel::explore {

/// What a step and a state are judged by, one sentence each.
inline constexpr std::array<std::string_view, 34> invariants{{
    "a call that the caller has no right to is refused",
    "a refused call changes neither authority nor log",
    "authority changes by entries alone, one for each event",
    "a replay of the log from genesis comes to the live state's hash",
    "a reply that is waited for is taken, and one by another process is not",
    "a region's frames are zeroed before it is anybody's, and none for who is refused",
    "a region that was asked for in a row lies in one, where it was asked to",
    "a capability is handed on only by the right to do so",
    "what was derived from a revoked capability is gone in the same step",
    "who loses its parent descends from the next living ancestor",
    "a capability's rights, badge and object never change",
    "what was made or bound through a revoked capability is gone in the same step",
    "what came through one that was given up comes through the next living ancestor",
    "nothing is bound, and nobody lives, through a capability that has gone",
    "a capability has no right that its source lacks",
    "a badge is given once",
    "a capability lives no longer than its source",
    "a process that has ended holds nothing and runs nothing",
    "what readers see of a slot is what the table says",
    "no thread's own priority is above its process's ceiling",
    "an object lives exactly as long as something refers to it",
    "an account has spent the sum of what it pays for, within its limit",
    "a thread is in one place: it runs, is ready, or waits for something",
    "who waits does so through a capability that is there",
    "who waits for a reply waits for somebody who lives",
    "no sender and receiver wait at one endpoint beside each other",
    "no bits lie in a notification for which somebody waits",
    "no CPU leaves a ready thread for one of lower priority",
    "no CPU idles beside a ready thread that may run there",
    "no deadline passes without its CPU's timer",
    "who runs is charged for it",
    "priorities are lent by callers, while they call",
    "every frame is free, a region's or a thread's",
    "every mapping has its capability, and allows no more than that",
}};

class Judge {
  public:
    /// Remembers where the steps that follow begin.
    void begin(Universe& universe);

    /// What is wrong with a step from there; empty: nothing. `answer` as the universe gave it.
    [[nodiscard]] std::string step(Universe& universe, Event const& event,
                                   std::optional<CallAnswer> const& answer);

    /// The same of the state's hash, which takes longer: whether it is that of the log's replay.
    [[nodiscard]] std::string hashes(Universe& universe) const;

    /// What does not hold in a state.
    [[nodiscard]] static std::string state(Universe& universe);

  private:
    struct Running { // on a CPU, with a context
        std::uint32_t thread{no_thread};
        RowHandle context{};
        std::int64_t left_ns{};
        std::uint64_t period_end_ns{};
        std::uint64_t since_ns{};
    };
    struct Before {
        RowHandle self{};
        CapabilityRow row{};
    };

    [[nodiscard]] std::string check_call(Universe const& universe, Event const& event,
                                         std::optional<CallAnswer> const& answer);
    [[nodiscard]] bool makes_unzeroed_region(Universe const& universe, Event const& event,
                                             std::optional<CallAnswer> const& answer) const;
    [[nodiscard]] static bool makes_scattered_row(Universe const& universe, Event const& event,
                                                  std::optional<CallAnswer> const& answer);
    [[nodiscard]] std::string forbidden(Event const& event) const;
    [[nodiscard]] std::string capabilities(Universe const& universe, Event const& event,
                                           bool done) const;
    [[nodiscard]] std::string ties(Universe const& universe, Event const& event) const;
    [[nodiscard]] Before const* before(RowHandle capability) const;
    [[nodiscard]] Before const* revoked_by(Event const& event, bool done) const;
    [[nodiscard]] static Running running_on(Universe const& universe, std::uint32_t cpu);
    [[nodiscard]] bool is_charged(Universe const& universe, std::uint32_t cpu) const;
    [[nodiscard]] Before const* holds(std::uint64_t slot) const;
    [[nodiscard]] bool may(std::uint64_t slot, ObjectType type, Rights rights) const;
    [[nodiscard]] bool may_place(std::uint64_t process, std::uint64_t source) const;
    [[nodiscard]] bool may_be_made(std::array<std::uint64_t, 8> const& arguments) const;
    [[nodiscard]] bool may_be_bound(std::array<std::uint64_t, 8> const& arguments) const;
    [[nodiscard]] bool may_be_derived(std::array<std::uint64_t, 8> const& arguments) const;
    [[nodiscard]] bool is_ours(std::uint64_t token) const;

    struct Awaiting {
        std::uint64_t token{};
        std::uint64_t server_process{};
    };

    Hash256 root_{};
    Sequence entries_{};
    std::uint64_t zeroed_{};
    std::array<RowHandle, universe_cpus> processes_{};
    std::array<Running, universe_cpus> running_{};
    std::vector<Before> capabilities_;
    std::vector<HeldTie> ties_;
    std::vector<Awaiting> awaiting_;
    mutable RowHandle process_{};
};

} // namespace axiom::kernel::explore

#pragma once
// Carrier: carries out what is owed, each effect by its executor, and has the log say how it ended.
//
//     durable commit ──▶ effect ──▶ outcome                      repeatable
//     durable commit ──▶ was it done? ──▶ effect ──▶ outcome     queryable
//     durable commit ──▶ durable start ──▶ effect ──▶ outcome    once
//
// What is owed is state of the log, so whoever begins again after a crash, of this service or of
// the whole machine, does what the same picture says: a repeatable effect is asked for again under
// its token, of a queryable one the target is asked first, and one that happens only once and has
// begun is never run again: nobody can know, and its outcome says so. Only durable entries are
// followed: nothing happens before its entry is on stable storage.
//
// A start counts only if it is the first that the log has of its effect: a predecessor's may have
// been on its way. The effects of a commit end in their order; what cannot be done now is tried
// again after the others; so is a job that still runs.

#include <optional>

#include <axiom/action/effect_runner.hpp>
#include <services/actions/history.hpp>
#include <services/actions/targets.hpp>
#include <services/axiomd/replica.hpp>

namespace axiom::actions {

/// Where a test may hold it up. In a system it goes through.
enum class Waypoint : std::uint8_t { before_effect, after_effect };
class Waypoints {
  public:
    virtual void pass(Waypoint at, action::EffectPlace effect) noexcept = 0;

  protected:
    ~Waypoints() = default;
};

/// Whom it asks.
struct CarrierSlots {
    kernel::Slot axiomd{}; // write
    kernel::Slot log{};    // execute
    TargetSlots targets{};
};

class Carrier {
  public:
    [[nodiscard]] static std::size_t bytes_for() noexcept;

    /// All outlive it.
    Carrier(Loop& loop, Arena& arena, HashEngine const& hashes, CarrierSlots slots,
            Waypoints* waypoints = nullptr) noexcept;
    Carrier(Carrier const&) = delete;
    Carrier& operator=(Carrier const&) = delete;

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Follows the log, and carries out what is owed, from now on. Two pieces of work.
    [[nodiscard]] Detached follow() noexcept;
    [[nodiscard]] Detached carry_out() noexcept;

    [[nodiscard]] Result<Actions> on(Request const& request, ListActions const& asks) noexcept;
    [[nodiscard]] Result<Owed> on(Request const& request, ListOwed const& asks) noexcept;
    [[nodiscard]] Task<ActionRow> on(Request request, AwaitAction asks) noexcept;
    [[nodiscard]] Task<jobs::JobStatus> on(Request request, jobs::AskJob asks) noexcept;
    [[nodiscard]] Task<jobs::JobStatus> on(Request request, jobs::CancelJob asks) noexcept;

  private:
    using Effect = action::EffectPlace;
    using Status = action::OutcomeStatus;

    [[nodiscard]] action::ActionsDomain* domain() noexcept;
    [[nodiscard]] Task<Nothing> begin() noexcept;
    [[nodiscard]] Task<Nothing> look_back(Sequence end) noexcept;
    [[nodiscard]] std::optional<action::OwedEffect> next_owed(Sequence after) noexcept;
    [[nodiscard]] Task<Nothing> finish(action::OwedEffect owed) noexcept;
    [[nodiscard]] Task<Nothing> fetch(Sequence commit) noexcept;
    void restore_history(Sequence commit, std::size_t effects) noexcept;
    [[nodiscard]] Task<Reached> run(action::OwedEffect owed, ActionWords words,
                                    action::PreparedEffect what, Hash256 token) noexcept;
    [[nodiscard]] Task<bool> start(Effect effect) noexcept;
    [[nodiscard]] Task<Reached> perform(Effect effect, ActionWords words,
                                        action::PreparedEffect what, Hash256 token) noexcept;
    [[nodiscard]] Task<Nothing> conclude(Effect effect, Reached reached,
                                         Hash256 parameters) noexcept;
    [[nodiscard]] Result<Bytes> outcome_body(MutableBytes room, Effect effect,
                                             Reached const& reached,
                                             Hash256 parameters) const noexcept;
    [[nodiscard]] Task<Nothing> until_seen(Sequence entry) noexcept;
    [[nodiscard]] kernel::Answer<kernel::Proposed> report(action::Kind kind, Effect effect,
                                                          Bytes body) noexcept;
    void pass(Waypoint at, Effect effect) noexcept;

    Loop* loop_;
    HashEngine const* hashes_;
    CarrierSlots slots_;
    Targets targets_;
    Waypoints* waypoints_;
    axiomd::Replica replica_;
    History history_;
    WaitList changed_;     // whoever waits for something new of the log
    MutableBytes entry_;   // the commit whose effect is carried out
    Bytes commit_;         // of it: what came
    Hash256 commit_log_{}; // of which log that is
    bool begun_{};
};

} // namespace axiom::actions

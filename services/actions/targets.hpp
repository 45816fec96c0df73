#pragma once
// Targets: where effects are carried out. Each executor is a message or two to whoever holds what
// its effects change; what a crash makes of them is the carrier's.

#include <optional>

#include <axiom/action/action_kinds.hpp>
#include <services/actions/executors.hpp>
#include <services/jobs/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::actions {

/// All to be asked: write.
struct TargetSlots {
    kernel::Slot board{};
    kernel::Slot init{};
    kernel::Slot jobs{};
};

/// What the action of an effect says, which the policy has seen.
struct ActionWords {
    std::string_view action;
    std::string_view object;
};

/// What came of an effect; of a job that ended also what it is now.
struct Reached {
    action::OutcomeStatus status{};
    std::optional<jobs::JobStatus> job{};
};

class Targets {
  public:
    Targets(Loop& loop, TargetSlots slots) noexcept : loop_{&loop}, slots_{slots} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

    /// Has an effect done, as its executor does it. An error: it can be tried again, and must be.
    [[nodiscard]] Task<Reached> reach(action::EffectPlace effect, ActionWords words,
                                      action::PreparedEffect what, Hash256 token) noexcept;

    /// Whether the queryable effect of this token was done.
    [[nodiscard]] Task<bool> was_posted(Hash256 token) noexcept;

    /// What jobs are asked in people's name.
    template <MethodRequest Asks> [[nodiscard]] Task<jobs::JobStatus> ask_jobs(Asks asks) noexcept {
        MessageBytes held;
        auto const told = co_await ask(*loop_, slots_.jobs, asks, patience, held);
        co_return told;
    }

  private:
    using Status = action::OutcomeStatus;
    static constexpr kernel::Nanoseconds patience{5'000'000'000};

    [[nodiscard]] Task<Nothing> ask_board(action::PreparedEffect what, Hash256 token) noexcept;
    [[nodiscard]] Task<Status> change_authority(ActionWords words, std::string_view executor,
                                                Hash256 token) noexcept;
    [[nodiscard]] Task<Reached> run_job(action::EffectPlace effect, Bytes parameters,
                                        Hash256 token) noexcept;
    [[nodiscard]] Status print(Bytes parameters) noexcept;

    Loop* loop_;
    TargetSlots slots_;
};

} // namespace axiom::actions

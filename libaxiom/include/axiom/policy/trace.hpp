#pragma once
// What the evaluator saw on its way to an answer, recorded by the evaluator itself.
//
// One step for each clause that did not hold, in the order in which rules were asked. The buffer is
// the caller's; when it is full the rest is counted, not kept, except for the rule that came
// nearest to permitting, whose steps are always kept apart. Nearest is the rule that lacks least;
// of those that lack as much, the one that speaks most of what is asked for: who asks, and how
// often, can be granted, but a rule about something else is no grant of this.

#include <cstdint>
#include <span>

#include <axiom/base/mutant.hpp>
#include <axiom/base/result.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/policy/rule.hpp>

namespace axiom::policy {

/// `unknown`: the facts could not answer.
enum class Outcome : std::uint8_t { held, failed, unknown };

struct TraceStep {
    std::uint16_t rule{}; // index in the policy's rules
    ClauseKind clause{};
    Outcome outcome{};
    std::uint64_t had{}; // the number the clause was compared with; texts stand in the request
    Error error{};       // of an unknown fact
};

/// The steps of one rule.
using RuleSteps = List<TraceStep, clause_kinds>;

/// Whether the clause says what is done and on what, rather than who may do it and under what.
[[nodiscard]] constexpr bool says_what_is_asked(ClauseKind kind) noexcept {
    return kind <= ClauseKind::action || kind == ClauseKind::object ||
           kind == ClauseKind::object_prefix;
}

class Trace {
  public:
    explicit Trace(std::span<TraceStep> storage) noexcept : storage_{storage} {}

    /// Takes what did not hold of the rule at `rule`, in the order of asking.
    void add(std::uint16_t rule, Effect effect, RuleSteps const& steps) noexcept {
        for (TraceStep const& step : steps) {
            if (kept_ < storage_.size()) {
                storage_[kept_++] = step;
            } else {
                ++dropped_;
            }
        }
        if (effect == Effect::allow && !steps.empty() && is_nearer(steps)) {
            nearest_ = steps;
            nearest_rule_ = rule;
        }
    }

    [[nodiscard]] std::span<TraceStep const> steps() const noexcept {
        return storage_.first(kept_);
    }
    [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

    /// What the rule that would permit with the fewest changes lacks (of equals the one with the
    /// fewest clauses about something else, then the one asked first); empty when none allows
    /// anything.
    [[nodiscard]] RuleSteps const& nearest() const noexcept { return nearest_; }
    [[nodiscard]] std::uint16_t nearest_rule() const noexcept { return nearest_rule_; }

  private:
    static std::size_t about_something_else(RuleSteps const& steps) noexcept {
        std::size_t count = 0;
        for (TraceStep const& step : steps) {
            count += says_what_is_asked(step.clause) ? 1U : 0U;
        }
        return count;
    }

    [[nodiscard]] bool is_nearer(RuleSteps const& steps) const noexcept {
        if (nearest_.empty() || steps.size() != nearest_.size()) {
            return nearest_.empty() || steps.size() < nearest_.size();
        }
        return about_something_else(steps) < about_something_else(nearest_) &&
               !AXIOM_MUTANT(policy_nearest_asked_first);
    }

    std::span<TraceStep> storage_;
    std::size_t kept_{};
    std::size_t dropped_{};
    RuleSteps nearest_{};
    std::uint16_t nearest_rule_{};
};

} // namespace axiom::policy

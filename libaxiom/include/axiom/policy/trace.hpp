#pragma once
// What the evaluator saw on its way to an answer, recorded by the evaluator itself.
//
// One step for each clause that did not hold, in the order in which rules were asked. The buffer is
// the caller's; when it is full the rest is counted, not kept, except for the rule that came
// nearest to permitting, whose steps are always kept apart.

#include <cstdint>
#include <span>

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

class Trace {
  public:
    explicit Trace(std::span<TraceStep> storage) noexcept : storage_{storage} {}

    /// Takes what did not hold of the rule at `rule`, in the order of asking.
    void add(std::uint16_t rule, Effect effect, RuleSteps const& steps) noexcept {
        ++rules_asked_;
        for (TraceStep const& step : steps) {
            if (kept_ < storage_.size()) {
                storage_[kept_++] = step;
            } else {
                ++dropped_;
            }
        }
        bool const nearer = effect == Effect::allow && !steps.empty() &&
                            (nearest_.empty() || steps.size() < nearest_.size());
        if (nearer) {
            nearest_ = steps;
            nearest_rule_ = rule;
        }
    }

    [[nodiscard]] std::span<TraceStep const> steps() const noexcept {
        return storage_.first(kept_);
    }
    [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
    [[nodiscard]] std::size_t rules_asked() const noexcept { return rules_asked_; }

    /// What the rule that would permit with the fewest changes lacks; empty when none allows
    /// anything.
    [[nodiscard]] RuleSteps const& nearest() const noexcept { return nearest_; }
    [[nodiscard]] std::uint16_t nearest_rule() const noexcept { return nearest_rule_; }

  private:
    std::span<TraceStep> storage_;
    std::size_t kept_{};
    std::size_t dropped_{};
    std::size_t rules_asked_{};
    RuleSteps nearest_{};
    std::uint16_t nearest_rule_{};
};

} // namespace axiom::policy

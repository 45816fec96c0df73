#pragma once
// What an allowance that somebody else must approve is: allowed once, and not yet.

#include <axiom/policy/evaluator.hpp>

namespace axiom::policy {

/// Whether it allows nothing yet, because somebody else must approve first.
[[nodiscard]] inline bool awaits_approval(Decision const& decision) noexcept {
    Condition const* const approver = find(decision, ConditionKind::second_approver);
    return approver != nullptr && approver->value == 0;
}

/// Allowed, and nobody else must approve it first.
[[nodiscard]] inline bool is_granted(Answer const& answer) noexcept {
    return answer.verdict == Verdict::allow && !awaits_approval(answer.decision);
}

} // namespace axiom::policy

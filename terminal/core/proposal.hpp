#pragma once
// Proposals: what somebody at a terminal asks the policy engine for, and how its answer is shown.

#include <axiom/action/action_kinds.hpp>
#include <services/policy/api.hpp>
#include <terminal/core/session.hpp>

namespace axiom::terminal {

inline constexpr std::string_view policy_engine = "policy";

/// The entry in which the action stands, durable. A denial is said, in the evaluator's words, and
/// is an error: `not_permitted`, `forbidden`, `evaluation_error`.
[[nodiscard]] Result<Sequence> propose_action(Session& session,
                                              action::Commit const& commit) noexcept;

/// The verdict and why.
void put_decision(TextSink& out, engine::Decided const& decided) noexcept;

/// Nothing for `allow`.
[[nodiscard]] Result<void> check_allowed(engine::Decided const& decided) noexcept;

} // namespace axiom::terminal

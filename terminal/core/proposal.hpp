#pragma once
// Proposals: what somebody at a terminal asks the policy engine for, and how its answer is shown.

#include <axiom/action/action_kinds.hpp>
#include <services/policy/api.hpp>
#include <terminal/core/session.hpp>

namespace axiom::terminal {

inline constexpr std::string_view policy_engine = "policy";

/// As long as what is asked for at a terminal may wait for an approval, in log time.
inline constexpr std::uint64_t request_wait_ms = std::uint64_t{15} * 60 * 1000;

/// The entry in which the action stands, durable. A denial is said, in the evaluator's words, and
/// is an error: `not_permitted`, `forbidden`, `evaluation_error`; or `awaits_approval`, and then it
/// waits as the request that is `where`.
[[nodiscard]] Result<Sequence> propose_action(Session& session,
                                              action::Commit const& commit) noexcept;

/// The verdict and why.
void put_decision(TextSink& out, engine::Decided const& decided) noexcept;

/// Nothing for `allow`.
[[nodiscard]] Result<void> check_allowed(engine::Decided const& decided) noexcept;

/// The same, and what is not allowed is shown.
[[nodiscard]] Result<void> accept(TextSink& out, engine::Decided const& decided) noexcept;

/// How the one effect of a commit ended, once the log says so: `no_such_row` if it was refused.
[[nodiscard]] Result<void> put_outcome(Session& session, Sequence commit) noexcept;

} // namespace axiom::terminal

#pragma once
// The linter: what is wrong with a policy as a whole, although each of its rules is well-formed.
//
//     policy_locks_out      error    no rule that stays in force allows anybody to change the
//     policy policy_open_to_all    error    a rule allows policy changes without naming who
//     policy_contradiction  error    a rule never applies because one of the same priority and the
//                                    opposite effect takes everything from it
//                           warning  rules of one priority and opposite effects may both hold; the
//                           lower
//                                    id wins
//     policy_unreachable    warning  a rule can never apply: its group is empty, its principal is
//     not in
//                                    its group, or an earlier rule takes everything from it
//
// Sound, not complete: a covered rule is always covered; some that are covered by several others
// together are not found. A rule counts against a lock-out only if nothing but identity,
// capability, rights, rate and approval stands between a principal and the change; one bound to a
// time or a cause may run out.

#include <cstdint>
#include <span>

#include <axiom/policy/table.hpp>

namespace axiom::policy {

enum class Severity : std::uint8_t { error, warning };

struct Finding {
    Code code{};
    Severity severity{};
    std::uint32_t rule{};  // 0 is the policy as a whole
    std::uint32_t other{}; // the rule that it collides with; 0 is none
};

/// The request that changes a policy, in the words of the policy domain.
struct PolicyChange {
    std::uint16_t kind{1};
    std::string_view action{"install"};
    std::string_view object{};
};

struct LintReport {
    std::size_t found{};  // at most as many as there was room for
    std::size_t errors{}; // all of them, kept or not
    std::size_t warnings{};
};

/// Errors and warnings by rule, in the order in which rules are asked; the policy as a whole first.
[[nodiscard]] LintReport lint(PolicyView policy, PolicyChange const& change,
                              std::span<Finding> findings) noexcept;

/// Refuses the first error of `lint`: what no log should take. `where` is the rule, `detail` the
/// other.
[[nodiscard]] Result<void> check_sound(PolicyView policy, PolicyChange const& change) noexcept;

} // namespace axiom::policy

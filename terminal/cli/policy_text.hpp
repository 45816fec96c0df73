#pragma once
// A policy's findings and its trial, in words.

#include <string>

#include <axiom/policy/lint.hpp>
#include <sim-host/log/domain_set.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

enum class FindingsTo : std::uint8_t {
    output,  // they are what was asked for
    remarks, // they come before what was asked for
};

/// Lints a policy and shows every finding (nothing of it as JSON: that is the caller's).
policy::LintReport print_findings(policy::PolicyTable const& table, Console& console,
                                  FindingsTo to);

/// The findings as JSON, and how many there are.
[[nodiscard]] Json findings_json(policy::PolicyTable const& table, policy::LintReport& report);

/// Whether the policy in force goes when somebody writes next: its trial ran out unconfirmed.
[[nodiscard]] bool trial_is_over(host::DomainSet& domains);

/// `at 2026-11-21T12:00:00.000Z in log time, in 4m`, or that it is over and only the next writer's
/// tick is missing. Only with a policy on trial.
[[nodiscard]] std::string deadline_text(host::DomainSet& domains);

} // namespace axiom::cli

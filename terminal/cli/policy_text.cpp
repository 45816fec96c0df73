// Findings and trials; see terminal/cli/policy_text.hpp.

#include <terminal/cli/policy_text.hpp>

#include <array>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/duration.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t findings_shown_max = 64;
constexpr std::uint64_t ns_per_ms = 1'000'000;

std::string place_of(policy::Finding const& finding) {
    std::string place;
    if (finding.rule != 0) {
        place += " in rule " + std::to_string(finding.rule);
    }
    if (finding.other != 0) {
        place += " with rule " + std::to_string(finding.other);
    }
    return place;
}

} // namespace

policy::LintReport print_findings(policy::PolicyTable const& table, Console& console,
                                  FindingsTo to) {
    std::array<policy::Finding, findings_shown_max> room{};
    policy::LintReport const report = policy::lint(table, {}, room);
    for (policy::Finding const& finding : std::span{room}.first(report.found)) {
        bool const error = finding.severity == policy::Severity::error;
        CodeText const& text = text_of(finding.code);
        std::string const what =
            std::string{text.name} + place_of(finding) + ": " + std::string{text.what};
        if (to == FindingsTo::remarks) {
            console.remark((error ? "error  " : "warning  ") + what);
        } else if (!console.json()) {
            console.write(error ? Style::red : Style::yellow, error ? "error" : "warning");
            console.write("  ").line(what);
            console.write(Style::dim, "         next: ").line(text.next);
        }
    }
    return report;
}

Json findings_json(policy::PolicyTable const& table, policy::LintReport& report) {
    std::array<policy::Finding, findings_shown_max> room{};
    report = policy::lint(table, {}, room);
    Json findings = Json::array();
    for (policy::Finding const& finding : std::span{room}.first(report.found)) {
        CodeText const& text = text_of(finding.code);
        bool const error = finding.severity == policy::Severity::error;
        findings.push_back({{"severity", error ? "error" : "warning"},
                            {"code", text.name},
                            {"what", text.what},
                            {"next", text.next},
                            {"rule", finding.rule},
                            {"other", finding.other}});
    }
    return findings;
}

bool trial_is_over(host::DomainSet& domains) {
    policy::PolicyRow const& standing = domains.policy().standing();
    return standing.on_trial && wall_clock().value / ns_per_ms >= standing.deadline.value;
}

std::string deadline_text(host::DomainSet& domains) {
    std::uint64_t const deadline = domains.policy().standing().deadline.value;
    std::string const at = "at " + time_text(WallTime{deadline * ns_per_ms}) + " in log time";
    std::uint64_t const now = wall_clock().value / ns_per_ms;
    if (trial_is_over(domains)) {
        return at + ", which is over: with the next writer the policy before returns";
    }
    constexpr std::uint64_t ms_per_s = 1000;
    return at + ", in " + duration_text((deadline - now) / ms_per_s * ms_per_s);
}

} // namespace axiom::cli

// axiom policy check, test and show.

#include <array>

#include <axiom/policy/cases.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/lint.hpp>
#include <axiom/policy/print.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/policy_file.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t findings_shown_max = 64;

std::string hex(Hash256 const& hash) {
    HashHex const digits = to_hex(hash);
    return {digits.begin(), digits.end()};
}

Exit check(Invocation const& given, Console& console) {
    auto const table = policy_from_file(given.text("file"));
    std::array<policy::Finding, findings_shown_max> room{};
    policy::LintReport const report = policy::lint(*table, {}, room);
    Json findings = Json::array();
    for (std::size_t index = 0; index < report.found; ++index) {
        policy::Finding const& finding = room[index];
        bool const error = finding.severity == policy::Severity::error;
        CodeText const& text = text_of(finding.code);
        if (console.json()) {
            findings.push_back({{"severity", error ? "error" : "warning"},
                                {"code", text.name},
                                {"what", text.what},
                                {"next", text.next},
                                {"rule", finding.rule},
                                {"other", finding.other}});
            continue;
        }
        console.write(error ? Style::red : Style::yellow, error ? "error" : "warning");
        console.write("  ").write(text.name);
        if (finding.rule != 0) {
            console.write(" in rule " + std::to_string(finding.rule));
        }
        if (finding.other != 0) {
            console.write(" with rule " + std::to_string(finding.other));
        }
        console.write(": ").line(text.what);
        console.write(Style::dim, "         next: ").line(text.next);
    }
    if (console.json()) {
        console.document("axiom.policy-check/1", {{"version", hex(table->version)},
                                                  {"rules", table->rule_count},
                                                  {"errors", report.errors},
                                                  {"warnings", report.warnings},
                                                  {"findings", findings}});
    } else {
        console.line(std::to_string(table->rule_count) + " rules, version " + hex(table->version));
    }
    return report.errors == 0 ? Exit::success : Exit::answer_is_no;
}

class CasePrinter final : public policy::CaseSink {
  public:
    CasePrinter(Console& console, policy::PolicyTable const& table)
        : console_{console}, table_{table} {}

    void result(policy::CaseResult const& result) noexcept override {
        std::string const label = printable(result.label);
        StringSink explanation;
        policy::explain(explanation, table_, result.request, result.answer, result.trace);
        if (console_.json()) {
            console_.record("axiom.policy-case/1",
                            {{"label", label},
                             {"line", result.place.line},
                             {"passed", result.passed},
                             {"verdict", policy::name_of(result.answer.verdict)},
                             {"rule", result.answer.rule},
                             {"explanation", explanation.value}});
            return;
        }
        console_.write(result.passed ? Style::green : Style::red,
                       result.passed ? "ok    " : "FAILED");
        console_.line(" " + std::to_string(result.place.line) + ": " + label);
        if (!result.passed) {
            console_.line(
                "       expected " + std::string{policy::name_of(result.expected.verdict)} +
                (result.expected.rule != 0 ? " by rule " + std::to_string(result.expected.rule)
                                           : ""));
            console_.line("       " + explanation.value);
        }
    }

  private:
    Console& console_;
    policy::PolicyTable const& table_;
};

Exit test(Invocation const& given, Console& console) {
    auto const table = policy_from_file(given.text("file"));
    std::string const cases_path = given.text("cases");
    std::vector<std::byte> const cases = file_argument(cases_path, policy_file_bytes_max);
    CasePrinter printer{console, *table};
    auto const summary =
        policy::run_cases(text_of(Bytes{cases}), *table, host::fastest_engine(), printer);
    if (!summary) {
        StringSink sink;
        policy::render(sink, summary.error());
        throw Failure{.exit = Exit::usage,
                      .code = std::string{text_of(summary.error().code).name},
                      .sentence = cases_path + " holds no cases",
                      .cause = cases_path + ":" + sink.value,
                      .next = "docs/policy.md has the grammar"};
    }
    console.remark(std::to_string(summary->passed) + " passed, " + std::to_string(summary->failed) +
                   " failed");
    return summary->failed == 0 ? Exit::success : Exit::answer_is_no;
}

Exit show(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const end =
        given.has("at") ? Sequence{entry_named(*log, given.text("at")).value + 1} : log->end();
    host::Replayer replayer{*log};
    value_or_stop(replayer.advance_to(end), "the state cannot be rebuilt");
    policy::PolicyTable const& table = replayer.domains()->policy().active();
    policy::PolicyRow const& standing = replayer.domains()->policy().standing();
    StringSink text;
    policy::print_policy(text, table);
    if (console.json()) {
        console.document("axiom.policy-show/1", {{"sequence", end.value - 1},
                                                 {"version", hex(standing.active)},
                                                 {"on_trial", standing.on_trial},
                                                 {"deadline", standing.deadline.value},
                                                 {"installed_at", standing.installed_at.value},
                                                 {"text", text.value}});
        return Exit::success;
    }
    console.write(text.value);
    console.remark("version " + hex(standing.active) +
                   (standing.on_trial
                        ? ", on trial until log time " + std::to_string(standing.deadline.value)
                        : ""));
    return Exit::success;
}

OptionRow const policy_file_row{.name = "file",
                                .kind = ValueKind::path,
                                .value = "POLICY",
                                .sentence = "the policy, as text",
                                .positional = true,
                                .required = true};

} // namespace

extern VerbRow const policy_check_verb;
VerbRow const policy_check_verb{
    .name = "policy check",
    .group = "authority",
    .sentence = "check a policy file: its form, and what is wrong with it as a whole",
    .text = "Exit 2 when it does not parse, with the place; exit 1 when it would lock everybody "
            "out, let anybody change it, or contradicts itself.",
    .options = {policy_file_row},
    .examples = {{"axiom policy check door.policy", "before it is installed"}},
    .run = check};

extern VerbRow const policy_test_verb;
VerbRow const policy_test_verb{
    .name = "policy test",
    .group = "authority",
    .sentence = "run test cases against a policy file",
    .text = "Cases name facts, a request and the answer it must get; docs/policy.md has the "
            "grammar. Exit 1 when a case fails.",
    .options = {policy_file_row,
                {.name = "cases",
                 .kind = ValueKind::path,
                 .value = "CASES",
                 .sentence = "the cases, as text",
                 .positional = true,
                 .required = true}},
    .examples = {{"axiom policy test door.policy door.cases", "does it do what is meant?"}},
    .run = test};

extern VerbRow const policy_show_verb;
VerbRow const policy_show_verb{
    .name = "policy show",
    .group = "authority",
    .sentence = "print the policy in force",
    .text = "As text that `axiom policy check` reads, at the newest entry or at another one.",
    .reads_log = true,
    .options = {{.name = "at",
                 .kind = ValueKind::reference,
                 .value = "REF",
                 .sentence = "after this entry; by default the newest"}},
    .examples = {{"axiom policy show --at boot:-1", "when the newest boot began"}},
    .run = show};

} // namespace axiom::cli

// axiom policy check, test and show.

#include <array>

#include <axiom/policy/cases.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/print.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/policy_file.hpp>
#include <terminal/cli/policy_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

Exit check(Invocation const& given, Console& console) {
    auto const table = policy_from_file(given.text("file"));
    if (console.json()) {
        policy::LintReport report;
        Json const findings = findings_json(*table, report);
        console.document("axiom.policy-check/1", {{"version", host::hex_text(table->version)},
                                                  {"rules", table->rule_count},
                                                  {"errors", report.errors},
                                                  {"warnings", report.warnings},
                                                  {"findings", findings}});
        return report.errors == 0 ? Exit::success : Exit::answer_is_no;
    }
    policy::LintReport const report = print_findings(*table, console, FindingsTo::output);
    console.line(counted(table->rule_count, "rule", "rules") + ", version " +
                 host::hex_text(table->version));
    return report.errors == 0 ? Exit::success : Exit::answer_is_no;
}

class CasePrinter final : public policy::CaseSink {
  public:
    CasePrinter(Console& console, policy::PolicyTable const& table)
        : console_{console}, table_{table} {}

    void result(policy::CaseResult const& result) noexcept override {
        held_.run([&] { print(result); });
    }

    /// Behind the cases: where the output took no more, or memory was wanting, the verb ends.
    void release() { held_.release(); }

  private:
    void print(policy::CaseResult const& result) {
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
                             {"explanation", explanation.value()}});
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
            console_.line("       " + explanation.value());
        }
    }

    Console& console_;
    policy::PolicyTable const& table_;
    host::HeldException held_;
};

Exit test(Invocation const& given, Console& console) {
    auto const table = policy_from_file(given.text("file"));
    std::string const cases_path = given.text("cases");
    std::vector<std::byte> const cases = file_argument(cases_path, policy_file_bytes_max);
    CasePrinter printer{console, *table};
    auto const summary =
        policy::run_cases(text_of(Bytes{cases}), *table, host::fastest_engine(), printer);
    printer.release();
    if (!summary) {
        StringSink sink;
        policy::render(sink, summary.error());
        bool const newer = summary.error().code == Code::unknown_version;
        throw Failure{.exit = newer ? Exit::incompatible : Exit::usage,
                      .code = std::string{text_of(summary.error().code).name},
                      .sentence = cases_path + " holds no cases",
                      .cause = cases_path + ":" + sink.value(),
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
    begin_at_snapshot(replayer, end);
    advance_or_stop(replayer, end);
    policy::PolicyTable const& table = replayer.domains()->policy().active();
    policy::PolicyRow const& standing = replayer.domains()->policy().standing();
    StringSink text;
    policy::print_policy(text, table);
    if (console.json()) {
        console.document("axiom.policy-show/1",
                         {{"sequence", end.value - 1},
                          {"version", host::hex_text(standing.active)},
                          {"on_trial", standing.on_trial},
                          {"previous", standing.on_trial ? Json(host::hex_text(standing.previous))
                                                         : Json(nullptr)},
                          {"deadline", standing.deadline.value},
                          {"now", standing.now.value},
                          {"installed_at", standing.installed_at.value},
                          {"text", text.value()}});
        return Exit::success;
    }
    console.write(text.value());
    console.remark(
        "version " + host::hex_text(standing.active) +
        (standing.installed_at.value != 0
             ? "; the newest install is entry " + std::to_string(standing.installed_at.value)
             : ", from genesis"));
    if (standing.on_trial) {
        console.remark("on trial; it ends " + deadline_text(*replayer.domains()));
        console.remark("the policy before is " + host::hex_text(standing.previous) +
                       "; `axiom policy confirm` keeps this one");
    }
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
    .text = "Exit 2 when it does not parse, with the place; exit 8 when it is of a newer format; "
            "exit 1 when it would lock everybody out, let anybody change it, or contradicts "
            "itself.",
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
    .sentence = "print the policy in force, and whether it is on trial",
    .text = "As text that `axiom policy check` reads, at the newest entry or at another one. Its "
            "version, and the end of its trial if it has one, go to stderr.",
    .reads_log = true,
    .options = {{.name = "at",
                 .kind = ValueKind::reference,
                 .value = "REF",
                 .sentence = "after this entry; by default the newest"}},
    .examples = {{"axiom policy show --at boot:-1", "when the newest boot began"}},
    .run = show};

} // namespace axiom::cli

// axiom policy propose and axiom policy confirm: a policy takes force on trial, and stays.
//
//     propose ─▶ on trial ─▶ confirm, decided under the new policy ─▶ stays
//                   └─ trial runs out in log time ─▶ the one before returns

#include <axiom/policy/lint.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/duration.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/policy_file.hpp>
#include <terminal/cli/policy_text.hpp>

namespace axiom::cli {

namespace {

std::uint64_t trial_of(Invocation const& given) {
    std::string const text = given.text("trial");
    auto const ms = parse_duration_ms(text);
    if (!ms || *ms < policy::trial_ms_min || *ms > policy::trial_ms_max) {
        throw usage("--trial takes a time from 1s to 7d, as `10m`, not `" + text + "`",
                    "axiom policy propose --help");
    }
    return *ms;
}

// Errors are refused wherever a policy is installed; warnings are shown and go on.
void refuse_unsound(policy::PolicyTable const& table, std::string const& path, Console& console) {
    policy::LintReport const report = print_findings(table, console, FindingsTo::remarks);
    if (report.errors == 0) {
        return;
    }
    auto const first = policy::check_sound(table, {});
    CodeText const& text = text_of(first.error().code);
    throw Failure{.exit = Exit::answer_is_no,
                  .code = std::string{text.name},
                  .sentence = path + " is not installed: " + std::string{text.what},
                  .cause = "the policy in force stays, and nothing was written",
                  .next = std::string{text.next} + "; axiom policy check " + path};
}

void check_no_trial(host::DomainSet& domains, policy::Install const& install) {
    auto const taken = domains.policy().check(install);
    if (!taken && taken.error().code == Code::already_exists) {
        throw Failure{.exit = Exit::answer_is_no,
                      .code = "already_exists",
                      .sentence = "another policy is on trial since entry " +
                                  std::to_string(taken.error().where),
                      .cause = "its trial ends " + deadline_text(domains),
                      .next = "axiom policy confirm, or wait until the one before has returned"};
    }
    value_or_stop(taken, "the policy cannot be installed now");
}

Exit propose(Invocation const& given, Console& console) {
    std::string const path = given.text("file");
    std::uint64_t const trial_ms = trial_of(given);
    auto const table = policy_from_file(path);
    refuse_unsound(*table, path, console);
    policy::Install const install{.trial_ms = trial_ms, .canonical = table->bytes()};
    GatedChange const change{
        .wish = {.domain = DomainNumber::policy,
                 .kind = static_cast<std::uint16_t>(policy::Kind::install),
                 .object = {},
                 .causes = {},
                 .producer = {},
                 .number = {}},
        .what = "installing the policy " + path,
        .check = [&](host::DomainSet& domains) { check_no_trial(domains, install); },
        .at_this_time = true};
    LogAsItStands{given}.ask(given, change);
    Sequence const at = make_change(given, console, change, install);
    if (console.json()) {
        console.document("axiom.policy-propose/1", {{"entry", at.value},
                                                    {"version", host::hex_text(table->version)},
                                                    {"trial_ms", trial_ms}});
        return Exit::success;
    }
    console.line("policy " + host::hex_text(table->version) + " is in force, on trial for " +
                 duration_text(trial_ms) + " (entry " + std::to_string(at.value) + ")");
    console.remark("unless `axiom policy confirm` comes in time, the policy before returns");
    return Exit::success;
}

void check_on_trial(host::DomainSet& domains) {
    if (!domains.policy().standing().on_trial) {
        throw Failure{.exit = Exit::answer_is_no,
                      .code = "no_such_row",
                      .sentence = "no policy is on trial",
                      .cause = domains.policy().standing().reverts != 0
                                   ? "the newest trial may have run out: the policy before it is "
                                     "in force"
                                   : "the policy in force needs no confirmation",
                      .next = "axiom policy show"};
    }
}

Exit confirm(Invocation const& given, Console& console) {
    LogAsItStands now{given};
    check_on_trial(now.domains());
    policy::Confirm const content{.version = now.domains().policy().standing().active};
    auto const check = [&](host::DomainSet& domains) {
        check_on_trial(domains);
        value_or_stop(domains.policy().check(content), "another policy is on trial by now");
    };
    GatedChange const change{.wish = {.domain = DomainNumber::policy,
                                      .kind = static_cast<std::uint16_t>(policy::Kind::confirm),
                                      .object = {},
                                      .causes = {},
                                      .producer = {},
                                      .number = {}},
                             .what = "confirming the policy on trial",
                             .check = check,
                             .at_this_time = true};
    now.ask(given, change);
    Sequence const at = make_change(given, console, change, content);
    if (console.json()) {
        console.document("axiom.policy-confirm/1",
                         {{"entry", at.value}, {"version", host::hex_text(content.version)}});
    } else {
        console.line("policy " + host::hex_text(content.version) + " stays (entry " +
                     std::to_string(at.value) + ")");
    }
    return Exit::success;
}

} // namespace

extern VerbRow const policy_propose_verb;
VerbRow const policy_propose_verb{
    .name = "policy propose",
    .group = "authority",
    .sentence = "put a policy into force on trial; the one before returns unless it is confirmed",
    .text =
        "The file is checked as by `axiom policy check`, and what is wrong is shown before "
        "anything "
        "is written: a policy that would lock everybody out, or let anybody change it, is not "
        "installed. The policy in force decides whether it may be replaced. The new one is in "
        "force at once; its trial ends in log time, and then the one before returns by itself, so "
        "that a mistake is never final.\n\nExit 1 when the file is unsound or another policy is on "
        "trial, 2 when it does not parse, 6 when the policy in force denies it; the log is then "
        "what it was.",
    .reads_log = true,
    .options = {{.name = "file",
                 .kind = ValueKind::path,
                 .value = "POLICY",
                 .sentence = "the policy, as text (docs/policy.md)",
                 .positional = true,
                 .required = true},
                {.name = "trial",
                 .kind = ValueKind::name,
                 .value = "DURATION",
                 .sentence = "how long the trial is: 90s, 10m, 2h, 1d; from 1s to 7d",
                 .fallback = "10m"},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom policy propose door.policy --trial 30m", "in force, for half an hour"},
                 {"axiom whatif --policy door.policy", "what it would have refused, beforehand"}},
    .run = propose};

extern VerbRow const policy_confirm_verb;
VerbRow const policy_confirm_verb{
    .name = "policy confirm",
    .group = "authority",
    .sentence = "let the policy on trial stay",
    .text =
        "Decided under the policy on trial itself: one that has locked its makers out cannot be "
        "confirmed, and the one before returns.\n\nExit 1 when none is on trial (any more), 6 "
        "when the policy on trial denies it.",
    .reads_log = true,
    .options = {as_option(), key_option(), mirror_option(), archive_option()},
    .examples = {{"axiom policy confirm", "it does what it should"}},
    .run = confirm};

} // namespace axiom::cli

// axiom why and axiom whatif: the evaluator's own account of its answers.

#include <axiom/codec/reader.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/policy/approval.hpp>
#include <axiom/policy/draft.hpp>
#include <axiom/policy/explain.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/replay/policy_question.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/policy_file.hpp>
#include <terminal/cli/policy_text.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

Exit exit_of(policy::Verdict verdict) noexcept {
    return verdict == policy::Verdict::allow ? Exit::success : Exit::denied;
}

void print(host::PolicyReply const& reply, Console& console) {
    console.write(reply.explanation);
    if (!reply.explanation.ends_with('\n')) {
        console.line();
    }
}

Json json_of(host::PolicyReply const& reply) {
    return {{"verdict", policy::name_of(reply.answer.verdict)},
            {"rule", reply.answer.rule},
            {"explanation", reply.explanation}};
}

Exit why(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const sequence = entry_named(*log, given.text("entry"));
    host::OwnedEntry const entry = value_or_stop(log->entry(sequence));
    if (entry.view.reduced) {
        throw is_pruned(*log, sequence);
    }
    auto const question = host::question_of(entry.view.entry);
    auto const decision = host::decision_of(entry.view.entry);
    if (!question || !decision) {
        if (console.json()) {
            console.document("axiom.why/1", {{"sequence", sequence.value}, {"gated", false}});
        } else {
            console.line("entry " + std::to_string(sequence.value) +
                         " is of a kind that the log takes without asking the policy");
        }
        return Exit::success;
    }
    Sequence const decided_at = entry.view.entry.header.decided_at;
    host::Replayer replayer{*log};
    Sequence const seen{decided_at.value + 1};
    start_replay(replayer, seen, console);
    advance_or_stop(replayer, seen);
    host::PolicyReply const reply = host::ask(*question, *replayer.domains(), *log);
    bool const agrees =
        reply.answer.verdict == policy::Verdict::allow && reply.answer.rule == decision->rule;
    if (console.json()) {
        Json json = json_of(reply);
        json["sequence"] = sequence.value;
        json["gated"] = true;
        json["decided_at"] = decided_at.value;
        json["recorded_rule"] = decision->rule;
        json["agrees"] = agrees;
        console.document("axiom.why/1", json);
    } else {
        console.line("entry " + std::to_string(sequence.value) + ", decided on the state after " +
                     std::to_string(decided_at.value) + " by rule " +
                     std::to_string(decision->rule));
        print(reply, console);
        if (!agrees) {
            console.line("the entry says rule " + std::to_string(decision->rule) +
                         ": its writer did not decide so");
        }
    }
    return agrees ? Exit::success : Exit::diverged;
}

DomainInfo const& domain_named(std::string const& name) {
    for (DomainInfo const* const domain : host::known_domains()) {
        if (domain->name == name) {
            return *domain;
        }
    }
    throw usage("there is no domain `" + name + "`", "axiom whatif --help");
}

host::PolicyQuestion question_from(Invocation const& given, host::OpenedLog& log) {
    DomainInfo const& domain = domain_named(given.text("domain"));
    std::string const action = given.text("action");
    for (KindInfo const& kind : domain.kinds) {
        if (kind.name != action) {
            continue;
        }
        host::PolicyQuestion question{.principal = {}, // known when the state is
                                      .approver = {},
                                      .domain = domain.number,
                                      .kind = kind.number,
                                      .action = action,
                                      .object = given.text("object"),
                                      .capability = {},
                                      .causes = {}};
        for (std::string const& cause : given.all("cause")) {
            question.causes.push_back(entry_named(log, cause));
        }
        return question;
    }
    throw usage("domain " + given.text("domain") + " has no action `" + action + "`",
                "axiom whatif --help");
}

Exit ask_now(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    host::PolicyQuestion question = question_from(given, *log);
    Sequence const end =
        given.has("at") ? Sequence{entry_named(*log, given.text("at")).value + 1} : log->end();
    host::Replayer replayer{*log};
    start_replay(replayer, end, console);
    advance_or_stop(replayer, end);
    question.principal =
        principal_asked_for(replayer.domains()->identity(), given.text("principal"));
    std::unique_ptr<policy::PolicyTable> changed;
    if (given.has("policy")) {
        changed = policy_from_file(given.text("policy"));
    }
    if (!given.has("at") && changed == nullptr && trial_is_over(*replayer.domains())) {
        console.remark("the trial of this policy is over: with the next writer the one before "
                       "returns");
    }
    host::PolicyReply const reply = host::ask(question, *replayer.domains(), *log, changed.get());
    if (console.json()) {
        console.document("axiom.whatif/1", json_of(reply));
    } else {
        print(reply, console);
    }
    return exit_of(reply.answer.verdict);
}

// How many rates may be counted at once; genesis is never pruned.
std::size_t rate_counters_in(host::OpenedLog& log) {
    auto const first = value_or_stop(log.entry({}));
    auto const genesis =
        value_or_stop(decode_whole<Genesis>(first.view.entry.body), "genesis cannot be read");
    return genesis.capacities.rate_counters;
}

// Every decision of the log asked again under another policy, each on the state that it saw, with
// the rates as that policy's own answers use them up.
Exit ask_history(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    auto const changed = policy_from_file(given.text("policy"));
    host::Replayer replayer{*log};
    Progress progress{console, "asking again", log->end().value};
    std::uint64_t asked = 0;
    std::uint64_t different = 0;
    host::AskedRates rates{rate_counters_in(*log)};
    auto const ask_again = [&](Entry const& entry) {
        auto const question = host::question_of(entry);
        if (!question || replayer.domains() == nullptr) {
            return;
        }
        ++asked;
        host::PolicyReply const reply =
            host::ask(*question, *replayer.domains(), *log, changed.get(), &rates);
        bool const waits = policy::awaits_approval(reply.answer.decision);
        if (policy::is_granted(reply.answer)) {
            rates.count(reply.answer.decision, replayer.domains()->log().now());
            return;
        }
        ++different;
        if (console.json()) {
            Json json = json_of(reply);
            json["sequence"] = entry.header.sequence.value;
            console.record("axiom.whatif-history/1", json);
        } else {
            console.line("entry " + std::to_string(entry.header.sequence.value) + ": " +
                         std::string{policy::name_of(reply.answer.verdict)} +
                         (waits ? " once approved" : "") + " instead of allow");
        }
    };
    replayer.before = ask_again;
    constexpr std::uint64_t step = 1U << 14U;
    while (replayer.next() < log->end()) {
        advance_or_stop(replayer,
                        Sequence{std::min(log->end().value, replayer.next().value + step)},
                        log->end());
        progress.update(replayer.next().value);
    }
    progress.clear();
    console.remark(std::to_string(different) + " of " + std::to_string(asked) +
                   " decisions would be different");
    return different == 0 ? Exit::success : Exit::answer_is_no;
}

Exit whatif(Invocation const& given, Console& console) {
    if (given.has("action")) {
        if (!given.has("principal")) {
            throw usage("who asks? give --principal", "axiom whatif --help");
        }
        return ask_now(given, console);
    }
    if (!given.has("policy")) {
        throw usage("give a request (--principal, --action) or --policy FILE",
                    "axiom whatif --help");
    }
    return ask_history(given, console);
}

} // namespace

extern VerbRow const why_verb;
VerbRow const why_verb{
    .name = "why",
    .group = "authority",
    .sentence = "explain the decision of an entry, by the evaluator that made it",
    .text = "Rebuilds the state that the decision saw, asks the same policy the same question, "
            "and prints the evaluator's own trace.\n\nExit 5 when the answer is not the one that "
            "the entry carries.",
    .reads_log = true,
    .options = {entry_option(Needed::yes)},
    .examples = {{"axiom why @~1", "why the entry before the newest was let in"}},
    .run = why};

extern VerbRow const whatif_verb;
VerbRow const whatif_verb{
    .name = "whatif",
    .group = "authority",
    .sentence = "ask the policy about a request, or the log's past about another policy",
    .text =
        "With a request: what the policy in force (or the one of --policy) answers, and why. "
        "Exit 6 when it does not allow it.\n\nWith --policy alone: every decision of the log "
        "is made again under that policy, each on the state before its entry; those that would "
        "differ are listed. A rate counts what that policy itself lets in, from genesis on; all "
        "else "
        "is the state that really was, also behind an entry that it refuses. Exit 1 when there are "
        "any. That begins at genesis, so nothing may be "
        "pruned.",
    .reads_log = true,
    .options =
        {{.name = "principal",
          .letter = 'p',
          .kind = ValueKind::text,
          .value = "WHO",
          .sentence = "who asks: an id, decimal or 0x and hex, or a name"},
         {.name = "action",
          .letter = 'a',
          .kind = ValueKind::name,
          .value = "KIND",
          .sentence = "what for: the name of a kind"},
         {.name = "domain",
          .kind = ValueKind::name,
          .value = "DOMAIN",
          .sentence = "the kind's domain",
          .fallback = "records"},
         {.name = "object", .kind = ValueKind::text, .value = "OBJECT", .sentence = "on what"},
         {.name = "cause",
          .kind = ValueKind::reference,
          .value = "REF",
          .sentence = "an entry that causes it",
          .repeated = true},
         {.name = "at",
          .kind = ValueKind::reference,
          .value = "REF",
          .sentence = "ask on the state after this entry; by default the newest"},
         {.name = "policy",
          .kind = ValueKind::path,
          .value = "FILE",
          .sentence = "a policy in text form"}},
    .examples = {{"axiom whatif -p 7 -a line --object door", "may principal 7 write this?"},
                 {"axiom whatif --policy stricter.policy", "what would it have refused?"}},
    .run = whatif};

} // namespace axiom::cli

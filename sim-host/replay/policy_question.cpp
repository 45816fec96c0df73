// Asking the evaluator again; see sim-host/replay/policy_question.hpp.

#include <sim-host/replay/policy_question.hpp>

#include <array>

#include <nlohmann/json.hpp>

#include <axiom/domain/kind.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/limits.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/shadow_facts.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

KindInfo const* kind_of(EntryHeader const& header) {
    for (DomainInfo const* const domain : known_domains()) {
        if (domain->number == header.domain) {
            return domain->find(header.kind);
        }
    }
    return nullptr;
}

ShadowFacts::Earlier causes_in(OpenedLog& log) {
    return [&log](Sequence sequence) -> Result<policy::CauseFact> {
        auto const entry = log.entry(sequence);
        if (!entry) {
            throw_if_no_memory(entry.error().error);
        }
        if (!entry || entry->view.reduced) {
            return fail(Code::cause_unknown, sequence.value);
        }
        EntryHeader const& header = entry->view.entry.header;
        return policy::CauseFact{
            .domain = header.domain, .kind = header.kind, .causes = header.causes};
    };
}

} // namespace

std::optional<policy::Decision> decision_of(Entry const& entry) {
    KindInfo const* const kind = kind_of(entry.header);
    if (kind == nullptr || !kind->gated) {
        return std::nullopt;
    }
    policy::Decision decision;
    Reader reader{entry.body};
    return decode_value(reader, decision) ? std::optional{decision} : std::nullopt;
}

std::optional<PolicyQuestion> question_of(Entry const& entry) {
    KindInfo const* const kind = kind_of(entry.header);
    if (kind == nullptr || !kind->gated) {
        return std::nullopt;
    }
    auto const decision = decision_of(entry);
    policy::Condition const* const approval =
        decision ? policy::find(*decision, policy::ConditionKind::second_approver) : nullptr;
    PolicyQuestion question{.principal = entry.header.principal,
                            .approver = PrincipalId{approval != nullptr ? approval->value : 0},
                            .domain = entry.header.domain,
                            .kind = entry.header.kind,
                            .action = std::string{kind->name},
                            .object = {},
                            .capability = entry.header.capability,
                            .causes = {}};
    for (Sequence const cause : entry.header.causes) {
        if (cause.value != 0) {
            question.causes.push_back(cause);
        }
    }
    StringSink to;
    kind->json(to, entry.body);
    auto const body = nlohmann::json::parse(to.value(), nullptr, false);
    // A commit of actions is asked about under the name of its action.
    bool const acts = question.domain == DomainNumber::actions && body.is_object() &&
                      body.contains("content") && body["content"].contains("action");
    if (acts && body["content"]["action"].is_string()) {
        question.action = body["content"]["action"].get<std::string>();
    }
    // What an entry is about: its object, else the name that it gives.
    for (char const* const member : {"object", "name"}) {
        if (question.object.empty() && body.is_object() && body.contains("content") &&
            body["content"].contains(member) && body["content"][member].is_string()) {
            question.object = body["content"][member].get<std::string>();
        }
    }
    return question;
}

PolicyReply ask(PolicyQuestion const& question, DomainSet& domains, OpenedLog& log,
                policy::PolicyTable const* policy, AskedRates const* rates) {
    policy::PolicyTable const& table = policy != nullptr ? *policy : domains.policy().active();
    policy::Request const request{.principal = question.principal,
                                  .approver = question.approver,
                                  .domain = question.domain,
                                  .kind = question.kind,
                                  .action = question.action,
                                  .object = question.object,
                                  .capability = question.capability,
                                  .causes = question.causes};
    std::array<policy::TraceStep, 64> steps{};
    policy::Trace trace{steps};
    ShadowFacts::Earlier const earlier = causes_in(log);
    ShadowFacts facts{domains, earlier, rates};
    PolicyReply reply;
    policy::Answer const of_rules = policy::evaluate(table, request, facts, log.engine(), &trace);
    facts.release();
    bool const acts = domains.identity().acts(question.principal);
    reply.answer = acts ? of_rules : policy::does_not_act(question.principal);
    StringSink to;
    policy::explain(to, table, request, reply.answer, trace);
    if (!acts) {
        to.text("if it did: ");
        policy::explain(to, table, request, of_rules, trace);
    }
    reply.summary = to.value();
    policy::explain_steps(to, table, request, of_rules, trace);
    reply.explanation = to.take();
    return reply;
}

} // namespace axiom::host

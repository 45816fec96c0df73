// What a denied person is told: who was refused by what, and what would change it
// (terminal/cli/log_writing.hpp).

#include <sim-host/inspect/catalog.hpp>
#include <terminal/cli/gated_change.hpp>

namespace axiom::cli {

namespace {

std::string one_line(std::string_view text) {
    std::string line;
    for (char const letter : text) {
        bool const blank = letter == ' ' && (line.empty() || line.back() == ' ');
        if (letter == '\n') {
            line += "; ";
        } else if (!blank) {
            line += letter;
        }
    }
    while (line.ends_with(' ') || line.ends_with(';')) {
        line.pop_back();
    }
    return line;
}

std::string domain_name(DomainNumber number) {
    for (DomainInfo const* const domain : host::known_domains()) {
        if (domain->number == number) {
            return std::string{domain->name};
        }
    }
    return std::to_string(static_cast<unsigned>(number));
}

} // namespace

Failure denied(Denial const& denial, host::Wish const& wish, std::string const& what) {
    Failure failure{.exit = Exit::denied,
                    .code = {},
                    .sentence = {},
                    .cause = one_line(denial.explanation),
                    .next = "axiom whatif --domain " + domain_name(wish.domain) + " --action " +
                            std::string{host::action_of(wish)} + " --principal " +
                            denial.actor.substr(0, denial.actor.find(' '))};
    switch (denial.verdict) {
    case policy::Verdict::forbidden:
        failure.code = "forbidden";
        failure.sentence = "rule " + std::to_string(denial.rule) + " forbids principal " +
                           denial.actor + ": " + what;
        break;
    case policy::Verdict::error:
        failure.code = "evaluation_error";
        failure.sentence =
            "the policy reaches no answer for principal " + denial.actor + " about " + what;
        break;
    case policy::Verdict::allow: // once somebody else has approved
        failure.code = "needs_approval";
        failure.sentence =
            "somebody else must approve what principal " + denial.actor + " wants: " + what;
        failure.next = "ask in the running system, where somebody can: axiom attach";
        break;
    default:
        failure.code = "not_permitted";
        failure.sentence = "no rule permits principal " + denial.actor + ": " + what;
        break;
    }
    return failure;
}

Failure denied(host::LogSession& session, host::Wish const& wish, policy::Answer const& answer,
               std::string const& what) {
    return denied({.verdict = answer.verdict,
                   .rule = answer.rule,
                   .actor = principal_text(session.domains().identity(), session.principal()),
                   .explanation = session.explain(wish)},
                  wish, what);
}

} // namespace axiom::cli

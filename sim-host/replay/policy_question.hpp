#pragma once
// A request put to the policy evaluator, on the state that a replay has come to.
//
// The same evaluator that decided, on the same state, gives the same answer and shows its steps:
// explanations are never a second opinion.

#include <axiom/policy/evaluator.hpp>
#include <sim-host/log/asked_rates.hpp>
#include <sim-host/replay/replayer.hpp>

namespace axiom::host {

/// A request that owns its words.
struct PolicyQuestion {
    PrincipalId principal{};
    PrincipalId approver{}; // 0: nobody
    DomainNumber domain{};
    std::uint16_t kind{};
    std::string action;
    std::string object;
    CapabilityId capability{};
    std::vector<Sequence> causes;
};

struct PolicyReply {
    policy::Answer answer{};
    std::string summary;     // the answer and what it rests on, or the smallest grant
    std::string explanation; // sentences, then the steps of the rules that did not hold
};

/// The question that led to a gated entry; nullopt for an entry that no policy was asked about.
[[nodiscard]] std::optional<PolicyQuestion> question_of(Entry const& entry);

/// The decision that a gated entry carries.
[[nodiscard]] std::optional<policy::Decision> decision_of(Entry const& entry);

/// Asks `policy`, or the policy in force when it is null, on `domains`' state. `log` answers what
/// rules ask of earlier entries; with `rates`, these are asked and not the policy domain's.
[[nodiscard]] PolicyReply ask(PolicyQuestion const& question, DomainSet& domains, OpenedLog& log,
                              policy::PolicyTable const* policy = nullptr,
                              AskedRates const* rates = nullptr);

} // namespace axiom::host

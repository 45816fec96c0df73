#pragma once
// The evaluator: which rule of a policy answers a request, and how.
//
// Pure: the answer follows from the policy, the request and the facts, and from nothing else. Rules
// are asked in the policy's order (priority falling, then id rising); the first whose clauses all
// hold answers. When a clause that decides whether a rule holds cannot be answered, the answer is
// an error and nothing is permitted: to pass over a rule that might deny would be a hole. At most
// clauses_max clauses are looked at, each at a bounded cost; causes and ancestors are walked once,
// role facts are asked at most members_max times for groups, and once more per clause.

#include <cstdint>
#include <string_view>

#include <axiom/policy/decision.hpp>
#include <axiom/policy/request.hpp>
#include <axiom/policy/table.hpp>
#include <axiom/policy/trace.hpp>

namespace axiom::policy {

enum class Verdict : std::uint8_t { allow, not_permitted, forbidden, error };

struct Answer {
    Verdict verdict{Verdict::error};
    std::uint32_t
        rule{};          // the rule that answered, or whose clause could not be answered; 0 is none
    Decision decision{}; // of `allow`
    std::string_view reason{}; // of `forbidden`; borrows from the policy
    Error error{};             // of `error`: what could not be known; of `does_not_act`: who
};

/// The answer to a principal that does not act: the identity domain does not know it, or it or one
/// above it is disabled. No rule is asked.
[[nodiscard]] inline Answer does_not_act(PrincipalId principal) noexcept {
    return {.verdict = Verdict::not_permitted, .error = {Code::no_such_row, principal.value}};
}

/// With a trace, the clauses behind a rule's first failed one are looked at too, for the
/// explanation; the answer is the same with and without.
[[nodiscard]] Answer evaluate(PolicyView policy, Request const& request, Facts const& facts,
                              HashEngine const& engine, Trace* trace = nullptr) noexcept;

/// The id of the counter that a rule's rate reads for this request.
[[nodiscard]] CounterKey counter_key(HashEngine const& engine, std::uint32_t rule,
                                     Clause const& rate, Request const& request) noexcept;

} // namespace axiom::policy

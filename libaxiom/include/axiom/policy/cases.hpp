#pragma once
// Policy tests as data: facts, requests and the answers they must get (grammar in docs/policy.md).
//
// `run_cases` parses a test file and runs each case as soon as its `end` is read, so that its
// memory does not grow with the file. A file with a mistake is refused at that place; cases before
// it have run.

#include <array>
#include <expected>
#include <span>

#include <axiom/policy/evaluator.hpp>
#include <axiom/policy/source.hpp>

namespace axiom::policy {

/// What a case says must come of its request.
struct Expectation {
    Verdict verdict{};
    std::uint32_t rule{}; // 0 is any
    bool conditions{};    // whether the conditions below must be exactly those of the decision
    List<Condition, decision_conditions_max> exactly{}; // a rate's counter is not compared
};

struct CaseResult {
    std::string_view label{}; // escapes as written
    Place place{};
    Request const& request;
    Expectation const& expected;
    Answer const& answer;
    Trace const& trace;
    bool passed{};
};

class CaseSink {
  public:
    /// Called for each case in turn; what it refers to lives until the call returns.
    virtual void result(CaseResult const& result) noexcept = 0;

  protected:
    ~CaseSink() = default;
};

struct CaseSummary {
    std::size_t passed{};
    std::size_t failed{};
};

/// Runs the cases of `text` against `policy`. Refuses as `parse_policy`; a case that fails is a
/// result.
[[nodiscard]] std::expected<CaseSummary, Diagnostic> run_cases(std::string_view text,
                                                               PolicyView policy,
                                                               HashEngine const& engine,
                                                               CaseSink& sink) noexcept;

} // namespace axiom::policy

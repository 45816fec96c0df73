#pragma once
// Explanations, rendered from an answer and the trace that the evaluator recorded on the way to it.
//
// Allow: the rule and its conditions. Forbidden: the rule and its reason. Not permitted: the
// smallest grant that would change the answer, which is what the nearest rule lacks
// (axiom/policy/trace.hpp), with the value that would satisfy each clause. Error: what could not be
// known. Text from requests is escaped: control characters and what is not UTF-8
// appear as \xHH.

#include <string_view>

#include <axiom/codec/text_sink.hpp>
#include <axiom/policy/evaluator.hpp>

namespace axiom::policy {

[[nodiscard]] std::string_view name_of(Verdict verdict) noexcept;

/// A sentence, then indented lines. `trace` is the one that `evaluate` filled for this answer.
void explain(TextSink& to, PolicyView policy, Request const& request, Answer const& answer,
             Trace const& trace) noexcept;

/// One line for each clause that did not hold, rule by rule, without what `explain` has said of
/// this answer: the nearest rule of what is not permitted.
void explain_steps(TextSink& to, PolicyView policy, Request const& request, Answer const& answer,
                   Trace const& trace) noexcept;

} // namespace axiom::policy

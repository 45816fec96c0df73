#pragma once
// A policy as text: what the parser reads back to the same canonical bytes.

#include <axiom/codec/text_sink.hpp>
#include <axiom/policy/table.hpp>

namespace axiom::policy {

/// The whole policy in the order in which its rules are asked.
void print_policy(TextSink& to, PolicyView policy) noexcept;

/// One rule, from its `rule` line to its `end` line.
void print_rule(TextSink& to, PolicyView policy, RuleRow const& rule) noexcept;

/// A clause as one line of text, without indentation or line end: `rate 10 per 1m by principal`.
void print_clause(TextSink& to, Clause const& clause) noexcept;

} // namespace axiom::policy

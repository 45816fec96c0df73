#pragma once
// One line of a rule to a clause.

#include <axiom/policy/rule.hpp>

#include <axiom/policy/lexer.hpp>

namespace axiom::policy {

inline constexpr std::string_view clause_keywords[] = {
    "domain", "kind", "action",  "principal", "group", "role",       "object",
    "cause",  "time", "expires", "rights",    "rate",  "capability", "approval"};

/// The line's first word is one of `clause_keywords`. Texts of the clause lie in `space` or the
/// source.
[[nodiscard]] std::expected<Clause, Diagnostic>
clause_of(Line const& line, std::array<char, line_bytes_max>& space) noexcept;

} // namespace axiom::policy

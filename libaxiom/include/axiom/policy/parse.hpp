#pragma once
// The text form of a policy (grammar in docs/policy.md) to its canonical bytes.
//
// The whole file is refused at its first mistake, with a code, the place and what to write instead:
// `policy_syntax`, `policy_unknown_name`, `policy_duplicate`, `policy_cycle`, `policy_too_large`.
// Time and memory follow from the bounds in limits.hpp, whatever the text says.

#include <expected>

#include <axiom/policy/draft.hpp>
#include <axiom/policy/source.hpp>

namespace axiom::policy {

/// `draft` is working storage and is overwritten. `to` of policy_bytes_max always suffices. The
/// result borrows from `to`, the diagnostic from `text` and `draft`.
[[nodiscard]] std::expected<Bytes, Diagnostic>
parse_policy(std::string_view text, PolicyDraft& draft, MutableBytes to) noexcept;

} // namespace axiom::policy

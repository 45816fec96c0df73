#pragma once
// Reads the body of a policy-gated kind: the decision must be sound before what it allowed is
// looked at.

#include <axiom/domain/kind.hpp>

namespace axiom {

/// What was allowed, from a body that fills `body` to its last byte and whose decision is
/// canonical.
template <class Content> [[nodiscard]] Result<Content> decode_gated(Bytes body) noexcept {
    auto const value = TRY(decode_whole<Gated<Content>>(body));
    TRY(policy::check(value.decision));
    return value.content;
}

} // namespace axiom

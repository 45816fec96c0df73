#pragma once
// What a proposal wants, read from its content as its domain's kinds have it: the words that rules
// are asked about, and whether the domain would take it.

#include <axiom/base/result.hpp>
#include <axiom/policy/decision.hpp>
#include <axiom/policy/table.hpp>
#include <services/axiomd/shadow_set.hpp>

namespace axiom::engine {

struct Wanted {
    DomainNumber domain{};
    std::uint16_t kind{};
    std::string_view action{}; // the kind's name; of a commit of actions, the action that it names
    std::string_view object{}; // borrows from the content, as the action may
    Bytes content{};
};

/// `unknown_kind` for what the engine does not take; what the kind's schema refuses.
[[nodiscard]] Result<Wanted> read_wanted(DomainNumber domain, std::uint16_t kind,
                                         Bytes content) noexcept;

/// Whether the domain would take it now; a policy must also be one, and sound. `spare` is working
/// storage.
[[nodiscard]] Result<void> check_wanted(axiomd::ShadowSet& domains, HashEngine const& engine,
                                        policy::PolicyTable& spare, Wanted const& wanted) noexcept;

/// The entry's body: the decision, then the content.
[[nodiscard]] Result<Bytes> put_body(MutableBytes to, policy::Decision const& decision,
                                     Bytes content) noexcept;

} // namespace axiom::engine

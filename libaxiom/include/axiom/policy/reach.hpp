#pragma once
// What requests a rule reaches, as far as that can be told from the rules alone.

#include <array>
#include <optional>

#include <axiom/log/entry.hpp>
#include <axiom/policy/lint.hpp>

namespace axiom::policy {

/// A rule's clauses by kind, some of them perhaps narrowed to one request.
class Reach {
  public:
    Reach(PolicyTable const& policy, RuleRow const& rule) noexcept;

    /// Narrows to requests that change the policy; false when the rule does not reach any.
    [[nodiscard]] bool narrow_to(PolicyChange const& change) noexcept;

    /// Whether someone could satisfy the clauses about identity, for all that the policy says.
    [[nodiscard]] bool anyone() const noexcept;

    /// Whether every request that is reached satisfies all clauses of `other`.
    [[nodiscard]] bool within(RuleRow const& other) const noexcept;

    /// Whether no request can be reached that also satisfies all clauses of `other`.
    [[nodiscard]] bool apart_from(RuleRow const& other) const noexcept;

    [[nodiscard]] bool has(ClauseKind kind) const noexcept { return at(kind).has_value(); }

  private:
    struct Bound {
        Clause clause{};
        std::uint16_t group{};
    };

    [[nodiscard]] std::optional<Bound> const& at(ClauseKind kind) const noexcept {
        return bounds_[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] std::optional<std::string_view> object_start() const noexcept;
    [[nodiscard]] bool implies(ClauseRow const& wanted) const noexcept;
    [[nodiscard]] bool excludes(ClauseRow const& wanted) const noexcept;
    [[nodiscard]] bool lists(std::uint16_t group, std::uint64_t principal) const noexcept;
    [[nodiscard]] bool has_kind_of_member(std::uint16_t group, MemberKind kind) const noexcept;

    PolicyTable const& policy_;
    std::array<std::optional<Bound>, clause_kinds> bounds_{};
};

} // namespace axiom::policy

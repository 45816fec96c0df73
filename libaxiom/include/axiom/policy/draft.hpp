#pragma once
// A policy while it is being written: rows in any order, each with the line it came from.
//
// The caller brings the storage (some hundred kilobytes). A draft is not yet a policy:
// `canonical_of` sorts it and checks what concerns more than one row, and only its bytes can be
// installed.

#include <array>
#include <cstdint>

#include <axiom/policy/source.hpp>
#include <axiom/policy/table.hpp>

namespace axiom::policy {

struct PolicyDraft {
    PolicyTable rows{}; // its storage holds the texts, one behind the other
    std::array<std::uint32_t, rules_max> rule_lines{};
    std::array<std::uint32_t, clauses_max> clause_lines{};
    std::array<std::uint32_t, groups_max> group_lines{};
    std::array<std::uint32_t, members_max> member_lines{};

    void clear() noexcept { rows.clear(); }

    /// These append; each refuses `policy_too_large` when its table or the text storage is full,
    /// and what `check` refuses. A clause or member belongs to the newest rule or group.
    [[nodiscard]] Result<void> add(RuleHead const& head, std::uint32_t line = 0) noexcept;
    [[nodiscard]] Result<void> add(Clause const& clause, std::uint32_t line = 0) noexcept;
    [[nodiscard]] Result<void> add_group(std::string_view name, std::uint32_t line = 0) noexcept;
    [[nodiscard]] Result<void> add(Member const& member, std::uint32_t line = 0) noexcept;

    /// These change the newest rule.
    void set_priority(std::uint32_t priority) noexcept;
    [[nodiscard]] Result<void> set_denial(std::string_view reason) noexcept;

  private:
    [[nodiscard]] Result<TextRef> keep(std::string_view text) noexcept;
};

/// Writes the canonical form into `to`. Refuses what no policy may hold, naming the line of the
/// row.
[[nodiscard]] std::expected<Bytes, Diagnostic> canonical_of(PolicyDraft& draft,
                                                            MutableBytes to) noexcept;

} // namespace axiom::policy

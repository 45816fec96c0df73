#pragma once
// PolicyTable: an installed policy as a value that can be copied, compared and kept in a state.
//
// It holds the canonical bytes and rows over them. Rows name text by its offset in those bytes,
// groups by index: there is no pointer, so a copied table is whole. Only `install` fills one, from
// bytes that it has checked to the last one, so whoever holds a table with rules holds a valid
// policy, its rules in the order in which they are asked: priority falling, then id rising.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>
#include <axiom/policy/rule.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom::policy {

/// Text within the table's bytes.
struct TextRef {
    std::uint32_t offset{};
    std::uint32_t bytes{};
};

struct ClauseRow {
    ClauseKind kind{};
    std::uint8_t small{};
    std::uint16_t group{}; // index, of the kinds that name a group of the policy
    TextRef text{};
    std::uint64_t number{};
    std::uint64_t other{};
};

struct RuleRow {
    std::uint32_t id{};
    std::uint32_t priority{};
    TextRef label{};
    TextRef reason{};
    std::uint16_t first_clause{};
    std::uint8_t clauses{};
    Effect effect{};
};

struct MemberRow {
    MemberKind kind{};
    std::uint16_t group{};
    TextRef text{};
    std::uint64_t number{};
};

struct GroupRow {
    TextRef name{};
    std::uint16_t first_member{};
    std::uint16_t members{};
    std::uint64_t name_id{}; // what decisions call the group
    std::uint64_t within{};  // bit i: whoever is in group i is in this group (itself included)
};

struct PolicyTable {
    Hash256 version{};
    std::uint32_t bytes_used{};
    std::uint16_t rule_count{};
    std::uint16_t clause_count{};
    std::uint16_t group_count{};
    std::uint16_t member_count{};
    std::array<std::byte, policy_bytes_max> storage{};
    std::array<RuleRow, rules_max> rule_rows{};
    std::array<ClauseRow, clauses_max> clause_rows{};
    std::array<GroupRow, groups_max> group_rows{};
    std::array<MemberRow, members_max> member_rows{};

    [[nodiscard]] Bytes bytes() const noexcept { return Bytes{storage}.first(bytes_used); }
    [[nodiscard]] std::span<RuleRow const> rules() const noexcept {
        return std::span{rule_rows}.first(rule_count);
    }
    [[nodiscard]] std::span<GroupRow const> groups() const noexcept {
        return std::span{group_rows}.first(group_count);
    }
    [[nodiscard]] std::span<ClauseRow const> clauses(RuleRow const& rule) const noexcept {
        return std::span{clause_rows}.subspan(rule.first_clause, rule.clauses);
    }
    [[nodiscard]] std::span<MemberRow const> members(GroupRow const& group) const noexcept {
        return std::span{member_rows}.subspan(group.first_member, group.members);
    }
    [[nodiscard]] std::string_view text(TextRef ref) const noexcept {
        return text_of(Bytes{storage}.subspan(ref.offset, ref.bytes));
    }
    [[nodiscard]] Clause clause(ClauseRow const& row) const noexcept {
        return {row.kind, row.small, row.number, row.other, text(row.text)};
    }

    /// The rule with this id, or null.
    [[nodiscard]] RuleRow const* find(std::uint32_t rule_id) const noexcept;
    /// The clause of this kind, or null.
    [[nodiscard]] ClauseRow const* find(RuleRow const& rule, ClauseKind kind) const noexcept;

    /// Empties the table: no rules, so nothing is permitted.
    void clear() noexcept;
};

/// A policy that is being read: the evaluator and the printer take one by reference.
using PolicyView = PolicyTable const&;

/// Fills `table` with the policy whose canonical form is `canonical`, or leaves it empty and says
/// what is wrong: `not_canonical`, `out_of_range`, `truncated`, `trailing_bytes`,
/// `unknown_version`, `bad_text`, `too_long`, `policy_duplicate`, `policy_cycle`,
/// `policy_too_large`, `policy_unknown_name`; `where` is the offset in the bytes. To keep the
/// policy that is in force until then, install into a spare table.
[[nodiscard]] Result<void> install(PolicyTable& table, Bytes canonical,
                                   HashEngine const& engine) noexcept;

/// The policy version: BLAKE3 (context::policy_version) over the canonical rules and nothing else.
[[nodiscard]] Hash256 version_of(HashEngine const& engine, Bytes canonical) noexcept;

/// A name as the 64-bit id that decisions and counters carry: the first eight bytes, little-endian,
/// of its BLAKE3 (context::name_id).
[[nodiscard]] std::uint64_t name_id(HashEngine const& engine, std::string_view name) noexcept;

/// Two tables of which one is in force: a policy that is refused leaves the other untouched, and
/// the one before stays at hand for a revert.
class PolicyPair {
  public:
    [[nodiscard]] PolicyTable const& active() const noexcept { return tables_[active_]; }
    [[nodiscard]] PolicyTable const& other() const noexcept { return tables_[1 - active_]; }

    /// Installs into the spare table and puts it in force; refusals as `install`. A refusal empties
    /// the spare table, the active one stays.
    [[nodiscard]] Result<void> install_next(Bytes canonical, HashEngine const& engine) noexcept {
        TRY(install(tables_[1 - active_], canonical, engine));
        active_ = 1 - active_;
        return {};
    }

    /// Puts the table before in force again.
    void revert() noexcept { active_ = 1 - active_; }

  private:
    std::array<PolicyTable, 2> tables_{};
    std::size_t active_{};
};

} // namespace axiom::policy

#pragma once
// The identity domain: principals, their keys and their roles.
//
// A principal is never removed, only disabled, so an id in an old entry always means what it meant.
// Principals form a tree under the creator of the log: one acts only while it and everyone above it
// is enabled. A parent exists before its children, which is why there are no circles, and why a
// loaded state is checked by comparing generations. The creator cannot be disabled: nobody could
// undo it.

#include <axiom/domain/domain.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>

#include <services/identity/kinds.hpp>

namespace axiom::identity {

/// The domain's table of kinds.
extern DomainInfo const identity_domain;

class IdentityDomain final : public Domain {
  public:
    IdentityDomain(Arena& arena, Capacities const& capacities) noexcept;

    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// The principal's row, or null.
    [[nodiscard]] PrincipalRow const* find(PrincipalId principal) const noexcept;

    /// Whether the principal exists and it and everyone above it is enabled.
    [[nodiscard]] bool acts(PrincipalId principal) const noexcept;

    [[nodiscard]] bool has_role(PrincipalId principal, std::string_view role) const noexcept;

    // Whether an entry would be taken now: what its writer asks first. In domain_checks.cpp.

    /// `no_such_row` unless the parent acts, `out_of_range` for id 0, `bad_text` for an empty
    /// label, `already_exists` for an id or label that is taken, `table_full`.
    [[nodiscard]] Result<void> check(Add const& body) const noexcept;
    /// `no_such_row` unless it is enabled; `policy_locks_out` for the creator.
    [[nodiscard]] Result<void> check(Disable const& body) const noexcept;
    /// `no_such_row`, `already_exists` when it is enabled.
    [[nodiscard]] Result<void> check(Enable const& body) const noexcept;
    /// `no_such_row` unless it is enabled, `bad_text`, `already_exists`, `table_full`.
    [[nodiscard]] Result<void> check(RoleAdd const& body) const noexcept;
    /// `no_such_row` when it does not have the role.
    [[nodiscard]] Result<void> check(RoleRemove const& body) const noexcept;
    /// `no_such_row` unless it is enabled.
    [[nodiscard]] Result<void> check(KeyChange const& body) const noexcept;

    template <class Visit> void for_each_principal(Visit&& visit) const noexcept {
        principals_.for_each([&](std::uint32_t /*index*/, PrincipalRow const& row) { visit(row); });
    }
    template <class Visit> void for_each_role(Visit&& visit) const noexcept {
        roles_.for_each([&](std::uint32_t /*index*/, RoleRow const& row) { visit(row); });
    }

    [[nodiscard]] DomainInfo const& info() const noexcept override { return identity_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& genesis) noexcept override;
    void boot(Boot const& /*boot*/) noexcept override {}
    void tick(LogTime /*now*/) noexcept override {}
    void clear() noexcept override;
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override;
    Result<void> save(Writer& to) const noexcept override;
    Result<void> load(Reader& from) noexcept override;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override;

  private:
    Result<void> apply(Add const& body) noexcept;
    Result<void> apply(Disable const& body) noexcept;
    Result<void> apply(Enable const& body) noexcept;
    Result<void> apply(RoleAdd const& body) noexcept;
    Result<void> apply(RoleRemove const& body) noexcept;
    Result<void> apply(KeyChange const& body) noexcept;

    [[nodiscard]] std::optional<std::uint32_t> row_of(PrincipalId principal) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> label_row(std::string_view label) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> role_row(PrincipalId principal,
                                                        std::string_view role) const noexcept;
    [[nodiscard]] Result<std::uint32_t> enabled_row(PrincipalId principal) const noexcept;
    [[nodiscard]] Result<void> check_row(PrincipalRow const& row) const noexcept;
    Result<void> insert(PrincipalRow const& row) noexcept;
    Result<void> index_principals() noexcept;
    Result<void> index_roles() noexcept;

    HashedTable<PrincipalRow> principals_;
    HashedTable<RoleRow> roles_;
    KeyIndex by_id_;
    KeyIndex by_label_;
    KeyIndex by_role_;
};

} // namespace axiom::identity

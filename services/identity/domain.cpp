// The reducer of the identity domain.

#include <services/identity/domain.hpp>

#include <array>

#include <axiom/domain/gated.hpp>

namespace axiom::identity {
namespace {

template <class Body>
constexpr KindInfo row(Kind kind, std::string_view name, std::string_view sentence) noexcept {
    return kind_row<Gated<Body>>(static_cast<std::uint16_t>(kind), name, sentence);
}

constexpr std::array kinds{
    row<Add>(Kind::add, "add", "A principal is added under another."),
    row<Disable>(Kind::disable, "disable", "A principal, and all below it, act no more."),
    row<Enable>(Kind::enable, "enable", "A disabled principal acts again."),
    row<RoleAdd>(Kind::role_add, "role_add", "A principal gets a role."),
    row<RoleRemove>(Kind::role_remove, "role_remove", "A principal loses a role."),
    row<KeyChange>(Kind::key_change, "key_change", "A principal gets another key."),
};

std::uint64_t role_key(PrincipalId principal, std::string_view role) noexcept {
    return mix_key(principal.value ^ mix_key(role));
}

} // namespace

DomainInfo const identity_domain{.number = DomainNumber::identity,
                                 .name = "identity",
                                 .version = 1,
                                 .form = DomainForm::table,
                                 .kinds = kinds};

IdentityDomain::IdentityDomain(Arena& arena, Capacities const& capacities) noexcept
    : principals_{arena, capacities.principals}, roles_{arena, capacities.roles},
      by_id_{arena, capacities.principals}, by_label_{arena, capacities.principals},
      by_role_{arena, capacities.roles} {}

std::size_t IdentityDomain::bytes_for(Capacities const& capacities) noexcept {
    return HashedTable<PrincipalRow>::bytes_for(capacities.principals) +
           HashedTable<RoleRow>::bytes_for(capacities.roles) +
           2 * KeyIndex::bytes_for(capacities.principals) + KeyIndex::bytes_for(capacities.roles);
}

std::optional<std::uint32_t> IdentityDomain::row_of(PrincipalId principal) const noexcept {
    return by_id_.find(principal.value, [&](std::uint32_t row) {
        return principals_.row(row).principal == principal;
    });
}

std::optional<std::uint32_t> IdentityDomain::label_row(std::string_view label) const noexcept {
    return by_label_.find(mix_key(label), [&](std::uint32_t row) {
        return principals_.row(row).label.view() == label;
    });
}

std::optional<std::uint32_t> IdentityDomain::role_row(PrincipalId principal,
                                                      std::string_view role) const noexcept {
    return by_role_.find(role_key(principal, role), [&](std::uint32_t row) {
        RoleRow const& found = roles_.row(row);
        return found.principal == principal && found.role.view() == role;
    });
}

Result<std::uint32_t> IdentityDomain::enabled_row(PrincipalId principal) const noexcept {
    auto const found = row_of(principal);
    if (!found || !principals_.row(*found).enabled) {
        return fail(Code::no_such_row, principal.value);
    }
    return *found;
}

PrincipalRow const* IdentityDomain::find(PrincipalId principal) const noexcept {
    auto const found = row_of(principal);
    return found ? &principals_.row(*found) : nullptr;
}

bool IdentityDomain::acts(PrincipalId principal) const noexcept {
    // The way up is no longer than the table: a parent is older than its child.
    for (PrincipalRow const* row = find(principal); row != nullptr && row->enabled;
         row = find(row->parent)) {
        if (row->parent == PrincipalId{}) {
            return true;
        }
    }
    return false;
}

bool IdentityDomain::has_role(PrincipalId principal, std::string_view role) const noexcept {
    return role_row(principal, role).has_value();
}

Result<void> IdentityDomain::apply(Ordered<Entry> const& entry) noexcept {
    Bytes const body = entry.value().body;
    switch (static_cast<Kind>(entry.value().header.kind)) {
    case Kind::add:
        return apply(TRY(decode_gated<Add>(body)));
    case Kind::disable:
        return apply(TRY(decode_gated<Disable>(body)));
    case Kind::enable:
        return apply(TRY(decode_gated<Enable>(body)));
    case Kind::role_add:
        return apply(TRY(decode_gated<RoleAdd>(body)));
    case Kind::role_remove:
        return apply(TRY(decode_gated<RoleRemove>(body)));
    case Kind::key_change:
        return apply(TRY(decode_gated<KeyChange>(body)));
    }
    return fail(Code::unknown_kind, entry.value().header.kind);
}

/// Adds a row whose parent has been checked.
Result<void> IdentityDomain::insert(PrincipalRow const& row) noexcept {
    TRY(check_row(row));
    std::uint32_t const index = principals_.add(row).index;
    by_id_.insert(row.principal.value, index);
    by_label_.insert(mix_key(row.label.view()), index);
    return {};
}

Result<void> IdentityDomain::genesis(Genesis const& genesis) noexcept {
    return insert({.principal = genesis.creator,
                   .parent = {},
                   .key = genesis.creator_key,
                   .enabled = true,
                   .label = HeldText<label_bytes_max>{genesis.creator_label}});
}

Result<void> IdentityDomain::apply(Add const& body) noexcept {
    TRY(check(body));
    return insert({.principal = body.principal,
                   .parent = body.parent,
                   .key = body.key,
                   .enabled = true,
                   .label = HeldText<label_bytes_max>{body.label}});
}

Result<void> IdentityDomain::apply(Disable const& body) noexcept {
    TRY(check(body));
    principals_.edit(*row_of(body.principal)).enabled = false;
    return {};
}

Result<void> IdentityDomain::apply(Enable const& body) noexcept {
    TRY(check(body));
    principals_.edit(*row_of(body.principal)).enabled = true;
    return {};
}

Result<void> IdentityDomain::apply(RoleAdd const& body) noexcept {
    TRY(check(body));
    auto const handle =
        roles_.add({.principal = body.principal, .role = HeldText<role_bytes_max>{body.role}});
    by_role_.insert(role_key(body.principal, body.role), handle.index);
    return {};
}

Result<void> IdentityDomain::apply(RoleRemove const& body) noexcept {
    TRY(check(body));
    std::uint32_t const found = *role_row(body.principal, body.role);
    by_role_.erase(role_key(body.principal, body.role), found);
    roles_.remove(found);
    return {};
}

Result<void> IdentityDomain::apply(KeyChange const& body) noexcept {
    principals_.edit(TRY(enabled_row(body.principal))).key = body.key;
    return {};
}

void IdentityDomain::clear() noexcept {
    principals_.clear();
    roles_.clear();
    by_id_.clear();
    by_label_.clear();
    by_role_.clear();
}

Hash256 IdentityDomain::root(HashEngine const& engine) noexcept {
    return combine_roots(engine, std::array{principals_.root(engine), roles_.root(engine)});
}

Result<void> IdentityDomain::save(Writer& to) const noexcept {
    TRY(principals_.save(to));
    return roles_.save(to);
}

std::size_t IdentityDomain::save_bytes_max() const noexcept {
    return HashedTable<PrincipalRow>::save_bytes_max(principals_.capacity()) +
           HashedTable<RoleRow>::save_bytes_max(roles_.capacity());
}

Result<void> IdentityDomain::load(Reader& from) noexcept {
    auto loaded = principals_.load(from);
    if (loaded) {
        loaded = index_principals();
    }
    if (loaded) {
        loaded = roles_.load(from);
    }
    if (loaded) {
        loaded = index_roles();
    }
    if (!loaded) {
        clear();
    }
    return loaded;
}

/// Fills the indices; refuses ids and labels that come twice, and parents that are missing or
/// younger.
Result<void> IdentityDomain::index_principals() noexcept {
    Result<void> outcome{};
    std::uint32_t creators = 0;
    principals_.for_each([&](std::uint32_t index, PrincipalRow const& row) {
        if (row.principal == PrincipalId{} || row.label.view().empty()) {
            outcome = fail(Code::out_of_range, index);
        } else if (row_of(row.principal) || label_row(row.label.view())) {
            outcome = fail(Code::already_exists, row.principal.value);
        }
        by_id_.insert(row.principal.value, index);
        by_label_.insert(mix_key(row.label.view()), index);
    });
    principals_.for_each([&](std::uint32_t index, PrincipalRow const& row) {
        if (row.parent == PrincipalId{}) {
            creators += row.enabled ? 1 : 2;
            return;
        }
        auto const parent = row_of(row.parent);
        if (!parent || principals_.generation(*parent) >= principals_.generation(index)) {
            outcome = fail(Code::no_such_row, row.parent.value);
        }
    });
    if (outcome && principals_.size() != 0 && creators != 1) {
        outcome = fail(Code::not_canonical, creators);
    }
    return outcome;
}

Result<void> IdentityDomain::index_roles() noexcept {
    Result<void> outcome{};
    roles_.for_each([&](std::uint32_t index, RoleRow const& row) {
        if (!row_of(row.principal) || row.role.view().empty()) {
            outcome = fail(Code::no_such_row, row.principal.value);
        } else if (role_row(row.principal, row.role.view())) {
            outcome = fail(Code::already_exists, row.principal.value);
        }
        by_role_.insert(role_key(row.principal, row.role.view()), index);
    });
    return outcome;
}

} // namespace axiom::identity

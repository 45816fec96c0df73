// What the identity domain asks of an entry before it changes anything.

#include <services/identity/domain.hpp>

namespace axiom::identity {

Result<void> IdentityDomain::check_row(PrincipalRow const& row) const noexcept {
    if (row.principal == PrincipalId{}) {
        return fail(Code::out_of_range);
    }
    if (row.label.view().empty()) {
        return fail(Code::bad_text);
    }
    if (row_of(row.principal) || label_row(row.label.view())) {
        return fail(Code::already_exists, row.principal.value);
    }
    if (principals_.full()) {
        return fail(Code::table_full, principals_.capacity());
    }
    return {};
}

Result<void> IdentityDomain::check(Add const& body) const noexcept {
    if (!acts(body.parent)) {
        return fail(Code::no_such_row, body.parent.value);
    }
    return check_row({.principal = body.principal,
                      .parent = body.parent,
                      .key = body.key,
                      .enabled = true,
                      .label = HeldText<label_bytes_max>{body.label}});
}

Result<void> IdentityDomain::check(Disable const& body) const noexcept {
    std::uint32_t const row = TRY(enabled_row(body.principal));
    if (principals_.row(row).parent == PrincipalId{}) {
        return fail(Code::policy_locks_out, body.principal.value);
    }
    return {};
}

Result<void> IdentityDomain::check(Enable const& body) const noexcept {
    auto const row = row_of(body.principal);
    if (!row) {
        return fail(Code::no_such_row, body.principal.value);
    }
    if (principals_.row(*row).enabled) {
        return fail(Code::already_exists, body.principal.value);
    }
    return {};
}

Result<void> IdentityDomain::check(RoleAdd const& body) const noexcept {
    TRY(enabled_row(body.principal));
    if (body.role.empty()) {
        return fail(Code::bad_text);
    }
    if (role_row(body.principal, body.role)) {
        return fail(Code::already_exists, body.principal.value);
    }
    if (roles_.full()) {
        return fail(Code::table_full, roles_.capacity());
    }
    return {};
}

Result<void> IdentityDomain::check(RoleRemove const& body) const noexcept {
    return role_row(body.principal, body.role) ? Result<void>{}
                                               : fail(Code::no_such_row, body.principal.value);
}

Result<void> IdentityDomain::check(KeyChange const& body) const noexcept {
    TRY(enabled_row(body.principal));
    return {};
}

} // namespace axiom::identity

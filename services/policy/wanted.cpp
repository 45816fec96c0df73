#include <services/policy/wanted.hpp>

#include <axiom/domain/kind.hpp>
#include <axiom/policy/lint.hpp>

namespace axiom::engine {

namespace {

// What a body of the kind holds behind its decision, handed to `visit`.
template <class Content, class Visit>
Result<void> decoded(Bytes content, Visit const& visit) noexcept {
    auto const value = decode_whole<Content>(content);
    if (!value) {
        return std::unexpected{value.error()};
    }
    return visit(*value);
}

template <class Visit>
Result<void> with_identity(std::uint16_t kind, Bytes content, Visit const& visit) noexcept {
    switch (static_cast<identity::Kind>(kind)) {
    case identity::Kind::add:
        return decoded<identity::Add>(content, visit);
    case identity::Kind::disable:
        return decoded<identity::Disable>(content, visit);
    case identity::Kind::enable:
        return decoded<identity::Enable>(content, visit);
    case identity::Kind::role_add:
        return decoded<identity::RoleAdd>(content, visit);
    case identity::Kind::role_remove:
        return decoded<identity::RoleRemove>(content, visit);
    case identity::Kind::key_change:
        return decoded<identity::KeyChange>(content, visit);
    }
    return fail(Code::unknown_kind, kind);
}

template <class Visit>
Result<void> with_content(DomainNumber domain, std::uint16_t kind, Bytes content,
                          Visit const& visit) noexcept {
    if (domain == DomainNumber::actions &&
        kind == static_cast<std::uint16_t>(action::Kind::commit)) {
        return decoded<action::Commit>(content, visit);
    }
    if (domain == DomainNumber::policy &&
        kind == static_cast<std::uint16_t>(policy::Kind::install)) {
        return decoded<policy::Install>(content, visit);
    }
    if (domain == DomainNumber::policy &&
        kind == static_cast<std::uint16_t>(policy::Kind::confirm)) {
        return decoded<policy::Confirm>(content, visit);
    }
    if (domain == DomainNumber::identity) {
        return with_identity(kind, content, visit);
    }
    return fail(Code::unknown_kind, kind, static_cast<std::uint64_t>(domain));
}

DomainInfo const& info_of(DomainNumber domain) noexcept {
    return domain == DomainNumber::actions  ? action::actions_domain
           : domain == DomainNumber::policy ? policy::policy_domain
                                            : identity::identity_domain;
}

class Reading {
  public:
    explicit Reading(Wanted& wanted) noexcept : wanted_{&wanted} {}

    Result<void> operator()(action::Commit const& commit) const noexcept {
        wanted_->action = commit.action;
        wanted_->object = commit.object;
        return {};
    }
    template <class Content> Result<void> operator()(Content const& /*content*/) const noexcept {
        wanted_->action = info_of(wanted_->domain).find(wanted_->kind)->name;
        return {};
    }

  private:
    Wanted* wanted_;
};

class Checking {
  public:
    Checking(axiomd::ShadowSet& domains, HashEngine const& engine,
             policy::PolicyTable& spare) noexcept
        : domains_{&domains}, engine_{&engine}, spare_{&spare} {}

    Result<void> operator()(action::Commit const& commit) const noexcept {
        return domains_->actions().check(commit);
    }
    Result<void> operator()(policy::Install const& install) const noexcept {
        TRY(domains_->policy().check(install));
        TRY(policy::install(*spare_, install.canonical, *engine_));
        return policy::check_sound(*spare_, {});
    }
    Result<void> operator()(policy::Confirm const& confirm) const noexcept {
        return domains_->policy().check(confirm);
    }
    template <class Content> Result<void> operator()(Content const& content) const noexcept {
        return domains_->identity().check(content);
    }

  private:
    axiomd::ShadowSet* domains_;
    HashEngine const* engine_;
    policy::PolicyTable* spare_;
};

} // namespace

Result<Wanted> read_wanted(DomainNumber domain, std::uint16_t kind, Bytes content) noexcept {
    Wanted wanted{.domain = domain, .kind = kind, .action = {}, .object = {}, .content = content};
    TRY(with_content(domain, kind, content, Reading{wanted}));
    return wanted;
}

Result<void> check_wanted(axiomd::ShadowSet& domains, HashEngine const& engine,
                          policy::PolicyTable& spare, Wanted const& wanted) noexcept {
    return with_content(wanted.domain, wanted.kind, wanted.content,
                        Checking{domains, engine, spare});
}

Result<Bytes> put_body(MutableBytes to, policy::Decision const& decision, Bytes content) noexcept {
    Writer writer{to};
    TRY(encode_value(writer, decision));
    TRY(writer.bytes(content));
    return writer.written();
}

} // namespace axiom::engine

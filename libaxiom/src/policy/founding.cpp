// The founding policy, written in its canonical order: by falling priority, then by rising id.
#include <axiom/policy/founding.hpp>

#include <axiom/codec/value.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/policy/canonical.hpp>

namespace axiom::policy {

namespace {

struct Grant {
    DomainNumber domain{};
    std::string_view label{};
};

constexpr std::uint32_t founding_priority = 100;
constexpr std::uint32_t bar_priority = 200;

constexpr Grant grants[] = {{DomainNumber::policy, "the creator may change the policy"},
                            {DomainNumber::identity, "the creator may name identities"},
                            {DomainNumber::records, "the creator may record"},
                            {DomainNumber::actions, "the creator may act"},
                            {DomainNumber::log, "the creator may keep the log"}};

Result<void> put_rule(Writer& writer, std::uint32_t id, FoundingGrant const& grant) noexcept {
    TRY(encode_value(writer, RuleHead{.id = id,
                                      .priority = founding_priority,
                                      .effect = Effect::allow,
                                      .label = grant.label}));
    TRY(writer.word(static_cast<std::uint16_t>(grant.action.empty() ? 2 : 3)));
    TRY(encode(writer, Clause{.kind = ClauseKind::domain,
                              .number = static_cast<std::uint64_t>(grant.domain)}));
    if (!grant.action.empty()) {
        TRY(encode(writer, Clause{.kind = ClauseKind::action, .text = grant.action}));
    }
    return encode(writer, Clause{.kind = ClauseKind::principal, .number = grant.principal.value});
}

Result<void> put_bar(Writer& writer, std::uint32_t id, FoundingBar const& bar) noexcept {
    TRY(encode_value(writer, RuleHead{.id = id,
                                      .priority = bar_priority,
                                      .effect = Effect::deny,
                                      .label = bar.label,
                                      .reason = bar.reason}));
    TRY(writer.word(std::uint16_t{4}));
    TRY(encode(writer, Clause{.kind = ClauseKind::domain,
                              .number = static_cast<std::uint64_t>(bar.domain)}));
    TRY(encode(writer, Clause{.kind = ClauseKind::action, .text = bar.action}));
    TRY(encode(writer, Clause{.kind = ClauseKind::principal, .number = bar.principal.value}));
    return encode(writer, Clause{.kind = ClauseKind::object_prefix, .text = bar.object_prefix});
}

} // namespace

Result<Bytes> founding_policy(PrincipalId creator, MutableBytes to,
                              std::span<FoundingGrant const> others,
                              std::span<FoundingBar const> bars) noexcept {
    AXIOM_ASSERT(others.size() <= founding_grants_max && bars.size() <= founding_bars_max);
    Writer writer{to};
    TRY(writer.word(format_version));
    TRY(writer.word(std::uint16_t{0}));
    TRY(writer.word(static_cast<std::uint16_t>(std::size(grants) + others.size() + bars.size())));
    auto id = static_cast<std::uint32_t>(std::size(grants) + others.size());
    for (FoundingBar const& bar : bars) {
        TRY(put_bar(writer, ++id, bar));
    }
    id = 0;
    for (Grant const& grant : grants) {
        TRY(put_rule(writer, ++id, {creator, grant.domain, grant.label, {}}));
    }
    for (FoundingGrant const& grant : others) {
        TRY(put_rule(writer, ++id, grant));
    }
    return writer.written();
}

} // namespace axiom::policy

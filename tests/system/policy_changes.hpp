#pragma once
// A policy put in force in a running system, as somebody does who holds a terminal.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include <axiom/policy/draft.hpp>
#include <axiom/policy/parse.hpp>
#include <services/policy/api.hpp>
#include <services/policy/kinds.hpp>
#include <sim-host/attach/attach_link.hpp>

namespace axiom::host::test {

inline void propose_policy(std::string const& data, policy::Kind kind, Bytes body) {
    auto const link = AttachLink::open(data);
    ASSERT_TRUE(link) << link.error().text;
    MessageBytes held;
    auto const decided =
        ask(**link, "policy",
            engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::policy),
                            .kind = static_cast<std::uint16_t>(kind),
                            .reason = "a test",
                            .content = body},
            held);
    ASSERT_TRUE(decided) << text_of(decided.error().code).name;
    ASSERT_EQ(decided->verdict, engine::Verdict::allow) << decided->explanation;
}

/// A policy with these rules, by which terminals may act otherwise and change the policy: on trial
/// for so long, and in force.
inline void install_policy(std::string const& data, std::string_view rules,
                           std::uint64_t trial_ms = policy::trial_ms_max) {
    constexpr std::string_view version = "axiom-policy 1\n\n";
    constexpr std::string_view usual = R"(
rule 1 "the creator may change the policy"
    priority 100
    allow
    domain policy
    principal 1
end
rule 2 "terminals may act"
    priority 100
    allow
    domain actions
    principal 2
end
rule 3 "terminals may change the policy"
    priority 100
    allow
    domain policy
    principal 2
end
)";
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> room(policy::policy_bytes_max);
    std::string const text = std::string{version} + std::string{rules} + std::string{usual};
    auto const canonical = policy::parse_policy(text, *draft, room);
    ASSERT_TRUE(canonical);
    std::vector<std::byte> content(engine::content_bytes_max);
    auto const body = encode_whole(MutableBytes{content},
                                   policy::Install{.trial_ms = trial_ms, .canonical = *canonical});
    ASSERT_TRUE(body);
    propose_policy(data, policy::Kind::install, *body);
}

/// The policy on trial stays.
inline void confirm_policy(std::string const& data) {
    auto const link = AttachLink::open(data);
    ASSERT_TRUE(link) << link.error().text;
    MessageBytes held;
    auto const shown = ask(**link, "policy", engine::ShowPolicy{}, held);
    ASSERT_TRUE(shown);
    std::array<std::byte, 64> room{};
    auto const body = encode_whole(MutableBytes{room}, policy::Confirm{.version = shown->version});
    ASSERT_TRUE(body);
    propose_policy(data, policy::Kind::confirm, *body);
}

} // namespace axiom::host::test

#pragma once
// A policy put in force in a running system, as somebody does who holds a terminal.

#include <gtest/gtest.h>

#include <memory>

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

/// On trial, and in force.
inline void install_policy(std::string const& data, std::string_view text) {
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> room(policy::policy_bytes_max);
    auto const canonical = policy::parse_policy(text, *draft, room);
    ASSERT_TRUE(canonical);
    std::vector<std::byte> content(engine::content_bytes_max);
    auto const body =
        encode_whole(MutableBytes{content},
                     policy::Install{.trial_ms = policy::trial_ms_max, .canonical = *canonical});
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

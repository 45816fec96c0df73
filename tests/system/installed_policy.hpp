#pragma once
// A policy put into force, on trial, as somebody does who holds a terminal.

#include <gtest/gtest.h>

#include <memory>

#include <axiom/policy/draft.hpp>
#include <axiom/policy/parse.hpp>
#include <services/policy/api.hpp>
#include <services/policy/kinds.hpp>
#include <sim-host/attach/attach_link.hpp>

namespace axiom::host::test {

/// At the system that keeps the folder. Fails the test when it is not allowed.
inline void install_policy(std::string const& data, std::string_view text,
                           std::uint64_t trial_ms = policy::trial_ms_max) {
    auto const link = AttachLink::open(data);
    ASSERT_TRUE(link) << link.error().text;
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> room(policy::policy_bytes_max);
    auto const canonical = policy::parse_policy(text, *draft, room);
    ASSERT_TRUE(canonical);
    std::vector<std::byte> content(engine::content_bytes_max);
    auto const body = encode_whole(MutableBytes{content},
                                   policy::Install{.trial_ms = trial_ms, .canonical = *canonical});
    ASSERT_TRUE(body);
    MessageBytes held;
    auto const decided =
        ask(**link, "policy",
            engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::policy),
                            .kind = static_cast<std::uint16_t>(policy::Kind::install),
                            .reason = "a test",
                            .content = *body},
            held);
    ASSERT_TRUE(decided) << text_of(decided.error().code).name;
    ASSERT_EQ(decided->verdict, engine::Verdict::allow) << decided->explanation;
}

} // namespace axiom::host::test

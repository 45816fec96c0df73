#pragma once
// Messages that change the policy in force: a whole one in its place, rules added, a rule removed.
// Each is a proposal like any other (`Propose` of policy.install), made of text: it takes force on
// trial, and stays if it is confirmed.

#include <services/policy/request_api.hpp>

namespace axiom::engine {

inline constexpr std::uint32_t policy_text_bytes_max = 3584;

enum class PolicyEdit : std::uint8_t {
    replace, // the text is the whole policy
    add,     // the text is groups and rules behind those that are there
    remove,  // the rule of this number goes
};

/// Decided like `Propose`. Refused before the policy is asked: what is wrong with the text, by the
/// parser's code (where, detail: line and column of the text); what makes a policy unsound;
/// `no_such_row` for a rule that is not there; `policy_too_large` for more than a proposal holds;
/// `already_exists` while another policy is on trial.
struct ChangePolicy {
    static constexpr std::uint64_t method = 9;
    using Answer = Decided;
    PolicyEdit edit{};
    std::uint32_t rule{};     // to be removed
    std::uint64_t trial_ms{}; // log time within which it must be confirmed
    std::uint64_t wait_ms{};  // log time that it may wait for an approval
    std::string_view reason{};
    std::string_view text{};
};

/// Lets the policy on trial stay. `no_such_row` when none is.
struct ConfirmPolicy {
    static constexpr std::uint64_t method = 10;
    using Answer = Decided;
    std::uint64_t wait_ms{};
    std::string_view reason{};
};

} // namespace axiom::engine

template <> struct axiom::EnumNames<axiom::engine::PolicyEdit> {
    static constexpr std::string_view names[] = {"replace", "add", "remove"};
};
template <> struct axiom::Schema<axiom::engine::ChangePolicy> {
    using Change = engine::ChangePolicy;
    static constexpr auto fields = Fields{
        Field{"edit", &Change::edit, "what is done with the text"},
        Field{"rule", &Change::rule, "to be removed"},
        Field{"trial_ms", &Change::trial_ms, "log time within which it must be confirmed"},
        Field{"wait_ms", &Change::wait_ms, "log time that it may wait for an approval"},
        Field{"reason", &Change::reason, "why it is asked for", at_most<engine::reason_bytes_max>},
        Field{"text", &Change::text, "docs/policy.md", at_most<engine::policy_text_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::ConfirmPolicy> {
    using Confirm = engine::ConfirmPolicy;
    static constexpr auto fields =
        Fields{Field{"wait_ms", &Confirm::wait_ms, "log time that it may wait for an approval"},
               Field{"reason", &Confirm::reason, "why it is asked for",
                     at_most<engine::reason_bytes_max>}};
};

namespace axiom::engine {

using EngineApi = Api<Propose, Explain, Test, ShowPolicy, ListRequests, AskRequest, Approve, Refuse,
                      ChangePolicy, ConfirmPolicy>;

} // namespace axiom::engine

#pragma once
// The decision that stands at the opening of every gated entry's body: which rule of which policy
// allowed it, and under what.
//
// Only an allowed proposal becomes an entry, so a decision is always an allowance; the other
// answers live in policy/evaluator.hpp. A condition says everything that `apply` or the executor
// needs to hold it, in absolute terms (a log time, a mask, a counter's id), so that no reducer
// reads the policy. Invariant: conditions stand in rising order of their kinds, none twice, and
// what a kind does not use is zero; `check` refuses everything else, so that one decision has one
// encoding.

#include <cstddef>
#include <cstdint>

#include <axiom/base/result.hpp>
#include <axiom/codec/schema.hpp>

namespace axiom::policy {

/// The closed list of conditions. Numbers are for good.
enum class ConditionKind : std::uint8_t {
    expiry,          // value: the log time (ms) from which the grant is void
    rights,          // value: the rights that are granted, a subset of those asked for
    rate,            // subject: the counter that applying steps; at most `value` in `window_ms`
    second_approver, // subject: name id of the group that must approve; value: who did, 0 is nobody
                     // yet
};

struct Condition {
    ConditionKind kind{};
    std::uint64_t subject{};
    std::uint64_t value{};
    std::uint64_t window_ms{};

    friend bool operator==(Condition const&, Condition const&) noexcept = default;
};

inline constexpr std::size_t decision_conditions_max = 4;

/// No rate counts over more than this (about 139,000 years), so that no sum over a window wraps.
inline constexpr std::uint64_t decision_window_ms_max = std::uint64_t{1} << 52U;

struct Decision {
    std::uint32_t rule{};
    Hash256 policy_version{};
    List<Condition, decision_conditions_max> conditions{};

    friend bool operator==(Decision const&, Decision const&) noexcept = default;
};

/// The condition of this kind, or null.
[[nodiscard]] inline Condition const* find(Decision const& decision, ConditionKind kind) noexcept {
    for (Condition const& condition : decision.conditions) {
        if (condition.kind == kind) {
            return &condition;
        }
    }
    return nullptr;
}

/// Refuses `not_canonical` (order, a field its kind does not use) and `out_of_range` (a rate of
/// nothing or over no time) with the condition's index. Decoders of gated bodies call it after
/// decoding.
[[nodiscard]] inline Result<void> check(Decision const& decision) noexcept {
    for (std::size_t index = 0; index < decision.conditions.size(); ++index) {
        Condition const& condition = decision.conditions[index];
        if (index > 0 && decision.conditions[index - 1].kind >= condition.kind) {
            return fail(Code::not_canonical, index);
        }
        bool const rate = condition.kind == ConditionKind::rate;
        bool const approver = condition.kind == ConditionKind::second_approver;
        if ((!rate && condition.window_ms != 0) || (!rate && !approver && condition.subject != 0)) {
            return fail(Code::not_canonical, index);
        }
        if (rate && (condition.value == 0 || condition.window_ms == 0 ||
                     condition.window_ms > decision_window_ms_max)) {
            return fail(Code::out_of_range, index);
        }
    }
    return {};
}

} // namespace axiom::policy

template <> struct axiom::EnumNames<axiom::policy::ConditionKind> {
    static constexpr std::string_view names[] = {"expiry", "rights", "rate", "second_approver"};
};

template <> struct axiom::Schema<axiom::policy::Condition> {
    using Condition = policy::Condition;
    static constexpr auto fields = Fields{
        Field{"kind", &Condition::kind, "which condition of the closed list"},
        Field{"subject", &Condition::subject,
              "rate: the counter; second_approver: name id of the approving group; else zero",
              Bound{}, Notation::hex},
        Field{"value", &Condition::value,
              "expiry: log time in ms; rights: mask; rate: how many; second_approver: principal or "
              "0"},
        Field{"window_ms", &Condition::window_ms, "rate: per how much log time; else zero"}};
};

template <> struct axiom::Schema<axiom::policy::Decision> {
    using Decision = policy::Decision;
    static constexpr auto fields = Fields{
        Field{"rule", &Decision::rule, "the rule that allowed this; 0 where no policy was asked"},
        Field{"policy_version", &Decision::policy_version, "hash of the policy's canonical rules"},
        Field{"conditions", &Decision::conditions,
              "what the allowance is bound to, by rising kind"}};
};

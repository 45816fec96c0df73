#pragma once
// Rules as data: a head and clauses.
//
// A rule answers when all its clauses hold. Matching clauses compare the request with a value;
// terms (only of rules that allow) say under what the allowance stands. One table, `clause_shapes`,
// says for each kind of clause what it is called, which fields it carries and in which order they
// are encoded: the codec, the parser, the printer and the explanation are all driven by it.
// Invariant of a valid rule: each kind of clause at most once, by rising kind; a field that the
// kind does not carry is zero. docs/policy.md is the normative description.

#include <array>
#include <cstdint>
#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/policy/limits.hpp>

namespace axiom::policy {

enum class Effect : std::uint8_t { allow, deny };

/// Numbers are for good; they are also the order in which the clauses of a rule are checked.
enum class ClauseKind : std::uint8_t {
    domain,        // number: the domain of the entry asked for
    kind,          // number: its kind; only beside `domain`
    action,        // text: what is to be done, by the kind's name
    principal,     // number: who asks
    group,         // text: a group of this policy that the principal is in
    role,          // text: a role that the identity domain gives the principal
    object,        // text: the object's whole name
    object_prefix, // text: how the object's name begins
    capability,    // number: the capability exercised, or an ancestor of it
    cause_entry,   // number: a sequence among the causes; small: within how many hops
    cause_kind,    // number: a domain, other: a kind, of an entry among the causes; small: hops
    time,          // number, other: log time in ms from (inclusive) and until (exclusive)
    expires,       // number: ms of log time after the decision
    rights,        // number: the mask of rights that may be granted
    rate,          // number: how many, other: per ms of log time, small: counted by (RateKey)
    approval,      // text: a group of this policy; someone in it, other than who asks, must approve
};
inline constexpr std::size_t clause_kinds = 16;

/// What a rate is counted by: each key has a counter of its own.
enum class RateKey : std::uint8_t { rule, principal, object, capability };
inline constexpr std::array<std::string_view, 4> rate_key_names{"rule", "principal", "object",
                                                                "capability"};

/// Fields are encoded in this order: number, other (u64), small (u8), text (u32 length, bytes).
struct ClauseShape {
    std::string_view keyword;
    bool number{};
    bool other{};
    bool small{};
    std::uint32_t text_bytes_max{}; // 0 is no text
    bool term{};                    // only in rules that allow
};

inline constexpr std::array<ClauseShape, clause_kinds> clause_shapes{{
    {.keyword = "domain", .number = true},
    {.keyword = "kind", .number = true},
    {.keyword = "action", .text_bytes_max = name_bytes_max},
    {.keyword = "principal", .number = true},
    {.keyword = "group", .text_bytes_max = name_bytes_max},
    {.keyword = "role", .text_bytes_max = name_bytes_max},
    {.keyword = "object", .text_bytes_max = object_bytes_max},
    {.keyword = "object prefix", .text_bytes_max = object_bytes_max},
    {.keyword = "capability", .number = true},
    {.keyword = "cause entry", .number = true, .small = true},
    {.keyword = "cause kind", .number = true, .other = true, .small = true},
    {.keyword = "time", .number = true, .other = true},
    {.keyword = "expires", .number = true, .term = true},
    {.keyword = "rights", .number = true, .term = true},
    {.keyword = "rate", .number = true, .other = true, .small = true, .term = true},
    {.keyword = "approval", .text_bytes_max = name_bytes_max, .term = true},
}};

[[nodiscard]] constexpr ClauseShape const& shape_of(ClauseKind kind) noexcept {
    return clause_shapes[static_cast<std::size_t>(kind)];
}

/// A clause as it is read or written; `text` borrows.
struct Clause {
    ClauseKind kind{};
    std::uint8_t small{};
    std::uint64_t number{};
    std::uint64_t other{};
    std::string_view text{};
};

/// What stands before a rule's clauses.
struct RuleHead {
    std::uint32_t id{}; // 1 or more, unique in the policy; never given to another rule later
    std::uint32_t priority{};
    Effect effect{};
    std::string_view label{};
    std::string_view reason{}; // of a denial; empty when the effect is allow
};

enum class MemberKind : std::uint8_t { principal, role, group };
inline constexpr std::array<std::string_view, 3> member_keywords{"principal", "role", "group"};

/// A member of a group: `number` of a principal, or `text` naming a role or another group.
struct Member {
    MemberKind kind{};
    std::uint64_t number{};
    std::string_view text{};
};

/// 1 to 32 of a-z 0-9 `_` `-` `.`, starting with a letter.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

/// UTF-8 without control characters (below U+0020, U+007F to U+009F), so that no printer is misled.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

/// Whether the values lie within their bounds: `out_of_range`, `too_long`, `bad_text`.
[[nodiscard]] Result<void> check(Clause const& clause) noexcept;
[[nodiscard]] Result<void> check(RuleHead const& head) noexcept;
[[nodiscard]] Result<void> check(Member const& member) noexcept;

} // namespace axiom::policy

template <> struct axiom::EnumNames<axiom::policy::Effect> {
    static constexpr std::string_view names[] = {"allow", "deny"};
};

template <> struct axiom::EnumNames<axiom::policy::MemberKind> {
    static constexpr std::string_view names[] = {"principal", "role", "group"};
};

template <> struct axiom::Schema<axiom::policy::RuleHead> {
    using Head = policy::RuleHead;
    static constexpr auto fields = Fields{
        Field{"id", &Head::id, "stable number of the rule, from 1"},
        Field{"priority", &Head::priority, "higher is asked first"},
        Field{"effect", &Head::effect, "allow or deny"},
        Field{"label", &Head::label, "what people call it", at_most<policy::label_bytes_max>},
        Field{"reason", &Head::reason, "why it denies; empty when it allows",
              at_most<policy::reason_bytes_max>}};
};

#pragma once
// The closed list of kinds that the log takes without a decision of the policy engine.
//
// Every other kind is gated: it comes through the engine's capability, and its body opens with the
// decision. A kind stands here because it is the log's own mechanism, because it only reports what
// has already happened, or because it must work when no policy can be asked. The test `kinds: gated
// or self-authorising, never both` walks all tables.

#include <array>

#include <axiom/log/entry.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom {

struct KindId {
    DomainNumber domain{};
    std::uint16_t kind{};

    friend constexpr bool operator==(KindId, KindId) noexcept = default;
};

namespace detail {

constexpr KindId log_kind(LogKind kind) noexcept {
    return {DomainNumber::log, static_cast<std::uint16_t>(kind)};
}

} // namespace detail

inline constexpr std::array self_authorising_kinds{
    // how a log, a boot and a writer begin
    detail::log_kind(LogKind::genesis), detail::log_kind(LogKind::boot),
    detail::log_kind(LogKind::attach), detail::log_kind(LogKind::fork),
    detail::log_kind(LogKind::migrate),
    // the log's own mechanism
    detail::log_kind(LogKind::tick), detail::log_kind(LogKind::checkpoint),
    detail::log_kind(LogKind::snapshot),
    detail::log_kind(LogKind::key_rotate), // signed by the old key
    detail::log_kind(
        LogKind::key_lost), // no key is left that could sign; starts an era for all to see
    // reports
    detail::log_kind(LogKind::fault), detail::log_kind(LogKind::repaired),
    KindId{DomainNumber::actions, 2}, // effect_started: of an effect whose commit was gated
    KindId{DomainNumber::actions, 3}, // outcome: likewise
};

[[nodiscard]] constexpr bool is_self_authorising(KindId kind) noexcept {
    if (kind.domain == DomainNumber::kernel) {
        return true; // the kernel's mechanism: a capability was exercised, and `decide` checked it
    }
    for (KindId const listed : self_authorising_kinds) {
        if (listed == kind) {
            return true;
        }
    }
    return false;
}

} // namespace axiom

#pragma once
// What the engine's handlers share: who asks, what the log refused, how long they wait.

#include <services/runtime/message.hpp>

namespace axiom::engine {

inline constexpr kernel::Nanoseconds patience{10'000'000'000};
inline constexpr std::uint64_t creator = 1; // the first process, which alone calls without a badge

[[nodiscard]] inline std::uint64_t principal_of(Request const& request) noexcept {
    return request.badge == 0 ? creator : request.badge;
}

[[nodiscard]] inline bool is_stale(kernel::Refusal const& refusal) noexcept {
    return refusal.check == kernel::Check::log &&
           refusal.detail == static_cast<std::uint64_t>(Code::stale_decision);
}

/// What the log refused, by its own name.
[[nodiscard]] inline Failure refused(kernel::Refusal const& refusal) noexcept {
    return refusal.check == kernel::Check::log ? fail(static_cast<Code>(refusal.detail))
                                               : refused_by_kernel(refusal);
}

} // namespace axiom::engine

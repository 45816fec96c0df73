#pragma once
// Where processes map regions, on every platform.

#include <cstdint>

namespace axiom {

/// Addresses: [region_window_begin, region_window_end).
inline constexpr std::uint64_t region_window_begin = std::uint64_t{1} << 44U;
inline constexpr std::uint64_t region_window_end = std::uint64_t{1} << 45U;

} // namespace axiom

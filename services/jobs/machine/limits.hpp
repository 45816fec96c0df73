#pragma once
// The numbers of the machine's contract (docs/job-machine.md).

#include <cstdint>

namespace axiom::jobs {

inline constexpr std::uint64_t page_bytes = 4096;

/// No image uses addresses below: a null pointer with a small offset is a bad access.
inline constexpr std::uint64_t lowest_address = 4096;

/// Addresses end here, so that the sum of an address and a length never wraps.
inline constexpr std::uint64_t highest_address = std::uint64_t{1} << 47U;

/// Program headers that an image may have, and segments that are loaded of it.
inline constexpr std::uint64_t program_headers_max = 32;
inline constexpr std::size_t segments_max = 8;

/// Bytes that a call moves for one unit of fuel, so that work is paid for wherever it is done.
inline constexpr std::uint64_t moved_bytes_per_fuel = 64;

} // namespace axiom::jobs

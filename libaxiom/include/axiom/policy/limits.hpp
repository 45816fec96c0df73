#pragma once
// The bounds of a policy, with the relations between them asserted before any code uses them.
//
// Everything that reads a policy (decoder, parser, linter, evaluator) costs at most a product of
// these numbers, whatever the bytes say.

#include <cstddef>
#include <cstdint>

#include <axiom/log/limits.hpp>

namespace axiom::policy {

inline constexpr std::uint16_t format_version = 1;

inline constexpr std::size_t policy_bytes_max = 63 * 1024; // canonical form
inline constexpr std::size_t rules_max = 512;
inline constexpr std::size_t clauses_max = 4096; // over all rules
inline constexpr std::size_t groups_max = 64;    // a set of groups is one 64-bit word
inline constexpr std::size_t members_max = 512;  // over all groups
inline constexpr std::size_t group_depth_max = 8;

inline constexpr std::uint32_t name_bytes_max = 32; // groups, roles, actions
inline constexpr std::uint32_t label_bytes_max = 64;
inline constexpr std::uint32_t reason_bytes_max = 128;
inline constexpr std::uint32_t object_bytes_max = 255;

inline constexpr std::uint64_t duration_ms_max = 3'155'760'000'000; // a hundred years
inline constexpr std::uint64_t rate_max = 0xFFFF'FFFF;
inline constexpr std::uint64_t time_open = ~std::uint64_t{0}; // a time window without an end

inline constexpr std::size_t capability_depth_max = 64; // ancestors that one evaluation walks
inline constexpr std::size_t cause_hops_max = 8;
inline constexpr std::size_t causes_walked_max = 64;

inline constexpr std::size_t text_bytes_max =
    512 * 1024; // a policy or test file as people write it
inline constexpr std::size_t line_bytes_max = 1024;

// A body holds a whole policy behind its decision.
static_assert(policy_bytes_max + 1024 <= body_bytes_max);
static_assert(groups_max <= 64);
static_assert(clauses_max <= 0xFFFF && members_max <= 0xFFFF && rules_max <= 0xFFFF);
// The longest object name is written with every byte escaped and still fits a line.
static_assert(2 * object_bytes_max + 64 <= line_bytes_max);

} // namespace axiom::policy

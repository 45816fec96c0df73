#pragma once
// Small pieces of text: numbers, durations, quoted and escaped text, the names of domains.

#include <cstdint>
#include <string_view>

#include <axiom/codec/text_sink.hpp>

namespace axiom::policy {

void put_number(TextSink& to, std::uint64_t value) noexcept;
void put_hex(TextSink& to, std::uint64_t value) noexcept; // 0x, lower case, no leading zeros

/// In the largest unit that divides it: 90s, 2h, 1500ms.
void put_duration(TextSink& to, std::uint64_t milliseconds) noexcept;

/// In quotes; `"` and `\` behind a backslash, what is not printable UTF-8 as \xHH.
void put_quoted(TextSink& to, std::string_view text) noexcept;

/// The name of a domain that this library knows, else its number.
void put_domain(TextSink& to, std::uint64_t domain) noexcept;

/// The number of a domain's name; 0 when there is none.
[[nodiscard]] std::uint64_t domain_from_name(std::string_view name) noexcept;

struct DurationUnit {
    std::string_view name;
    std::uint64_t milliseconds{};
};
inline constexpr DurationUnit duration_units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

inline constexpr std::string_view domain_names[] = {"log",      "kernel",  "policy",
                                                    "identity", "records", "actions"};

} // namespace axiom::policy

#pragma once
// What an account may spend, and has spent.
//
// Accounts form a tree: the limit of a child is spent by its parent, so that whatever an account
// pays for, its own charges and its children's limits, never exceeds its own limit.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <axiom/codec/schema.hpp>

namespace axiom::kernel {

struct Quota {
    std::uint64_t pages{};        // of 4 KiB
    std::uint64_t objects{};      // of any type
    std::uint64_t capabilities{}; // slots in use of the processes that it pays for
    std::uint64_t threads{};
    std::uint64_t cpu_us{};    // microseconds a second that its contexts may use together
    std::uint64_t log_bytes{}; // a second

    friend bool operator==(Quota const&, Quota const&) noexcept = default;
};

/// Numbers are for good: a refusal's detail.
enum class Resource : std::uint8_t { pages, objects, capabilities, threads, cpu_us, log_bytes };

inline constexpr std::array<std::uint64_t Quota::*, 6> quota_fields{
    &Quota::pages,   &Quota::objects, &Quota::capabilities,
    &Quota::threads, &Quota::cpu_us,  &Quota::log_bytes};

/// The first resource of which `more` on top of `used` exceeds `limit`.
[[nodiscard]] constexpr std::optional<Resource>
first_exceeded(Quota const& limit, Quota const& used, Quota const& more) noexcept {
    for (std::size_t index = 0; index < quota_fields.size(); ++index) {
        auto const field = quota_fields[index];
        if (used.*field > limit.*field || more.*field > limit.*field - used.*field) {
            return static_cast<Resource>(index);
        }
    }
    return std::nullopt;
}

constexpr void charge(Quota& used, Quota const& more) noexcept {
    for (auto const field : quota_fields) {
        used.*field += more.*field;
    }
}

constexpr void give_back(Quota& used, Quota const& less) noexcept {
    for (auto const field : quota_fields) {
        AXIOM_ASSERT(used.*field >= less.*field);
        used.*field -= less.*field;
    }
}

} // namespace axiom::kernel

template <> struct axiom::Schema<axiom::kernel::Quota> {
    using Quota = kernel::Quota;
    static constexpr auto fields =
        Fields{Field{"pages", &Quota::pages, "pages of 4 KiB"},
               Field{"objects", &Quota::objects, "objects of any type"},
               Field{"capabilities", &Quota::capabilities, "capability slots in use"},
               Field{"threads", &Quota::threads, "threads"},
               Field{"cpu_us", &Quota::cpu_us, "microseconds of CPU time a second"},
               Field{"log_bytes", &Quota::log_bytes, "log bytes a second"}};
};

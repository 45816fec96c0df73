#pragma once
// Strong integers: an id, a sequence and a count are different types, so that no call confuses
// them.

#include <compare>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace axiom {

template <class Tag, std::unsigned_integral Rep = std::uint64_t> struct Strong {
    using Representation = Rep;

    Rep value{};

    constexpr Strong() noexcept = default;
    constexpr explicit Strong(Rep initial) noexcept : value{initial} {}

    friend constexpr auto operator<=>(Strong, Strong) noexcept = default;
};

template <class T> struct IsStrong : std::false_type {};
template <class Tag, class Rep> struct IsStrong<Strong<Tag, Rep>> : std::true_type {};

template <class T>
concept StrongInteger = IsStrong<T>::value;

} // namespace axiom

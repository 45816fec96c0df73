#pragma once
// The longest encoding that a type can have, known at compile time from its schema: what sizes
// buffers and snapshots.

#include <algorithm>
#include <cstddef>

#include <axiom/codec/held_text.hpp>
#include <axiom/codec/schema.hpp>

namespace axiom {

/// Bytes that no encoding of a T exceeds; `bound` is its field's.
template <class T>
[[nodiscard]] constexpr std::size_t encoded_bytes_max(Bound bound = {}) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
        return 1;
    } else if constexpr (std::is_enum_v<T> || std::unsigned_integral<T> || StrongInteger<T> ||
                         std::is_same_v<T, Hash256>) {
        return sizeof(T);
    } else if constexpr (IsHeldText<T>::value) {
        return sizeof(std::uint32_t) + T::max;
    } else if constexpr (TextOrBytes<T>) {
        return sizeof(std::uint32_t) + bound.bytes_max;
    } else if constexpr (IsList<T>::value) {
        using Item = std::remove_cvref_t<decltype(std::declval<T const&>()[0])>;
        return sizeof(std::uint16_t) + T::max * encoded_bytes_max<Item>();
    } else {
        std::size_t bytes = 0;
        for_each_field<T>([&]<class Owner, class Member>(Field<Owner, Member> const& field) {
            bytes += encoded_bytes_max<Member>(field.bound);
        });
        return bytes;
    }
}

} // namespace axiom

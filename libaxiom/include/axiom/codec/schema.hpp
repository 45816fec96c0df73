#pragma once
// A value's schema: its fields in order, each with a name, a bound and a sentence.
//
// The schema is the one description of a value. The codec (codec/value.hpp), the JSON rendering
// (codec/json.hpp) and the reference page (docs/entry-kinds.md) are all walks over it, so they
// cannot disagree. A type takes part by a specialisation:
//
//     template <> struct axiom::Schema<Point> {
//         static constexpr auto fields = Fields{
//             Field{"x", &Point::x, "metres east of the origin"},
//             Field{"label", &Point::label, "what people call it", at_most<64>}};
//     };
//
// Grammar of the encoding, all little-endian:
//     unsigned integers, enums, strong ids   their own width
//     bool                                   one byte, 0 or 1
//     Hash256                                32 bytes
//     std::string_view (UTF-8), Bytes        u32 length, then the bytes; bounded by the field
//     List<T, Max>                           u16 count, then the items
//     a type with a Schema                   its fields in order

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>
#include <axiom/base/strong.hpp>
#include <axiom/codec/list.hpp>

namespace axiom {

template <class T> struct Schema;

/// The names of an enum's values, in the order of their numbers from zero:
///     template <> struct axiom::EnumNames<Colour> {
///         static constexpr std::string_view names[] = {"red", "green"}; };
template <class T> struct EnumNames;

struct Bound {
    std::uint32_t bytes_max{};
};
template <std::uint32_t Max> inline constexpr Bound at_most{Max};

/// How people write a number; it changes JSON and pages, never the encoding.
enum class Notation : std::uint8_t { plain, hex, time_ns };

template <class Owner, class Member> struct Field {
    std::string_view name;
    Member Owner::* member{};
    std::string_view sentence;
    Bound bound{};
    Notation notation{};

    constexpr Field(std::string_view field_name, Member Owner::* pointer, std::string_view text,
                    Bound limit = {}, Notation style = Notation::plain) noexcept
        : name{field_name}, member{pointer}, sentence{text}, bound{limit}, notation{style} {}
};

/// Calls whatever it is given with each of these, in order.
template <class... Each> constexpr auto visit_of(Each... each) noexcept {
    return [=](auto&& visit) { (visit(each), ...); };
}

/// A schema's fields: a visit of each, and no tuple of them, which compilers take far longer to
/// read.
template <class Visit> struct Fields {
    Visit each;

    template <class... Each>
    constexpr explicit Fields(Each... fields) noexcept : each{visit_of(fields...)} {}
};
template <class... Each> Fields(Each...) -> Fields<decltype(visit_of(std::declval<Each>()...))>;

template <class T>
concept HasSchema = requires { Schema<T>::fields; };

template <class T> struct IsList : std::false_type {};
template <class T, std::size_t Max> struct IsList<List<T, Max>> : std::true_type {};

template <class T>
concept TextOrBytes = std::is_same_v<T, std::string_view> || std::is_same_v<T, Bytes>;

/// Calls `visit(field)` for each field of T, in order.
template <class T, class Visit> constexpr void for_each_field(Visit&& visit) {
    Schema<T>::fields.each(visit);
}

} // namespace axiom

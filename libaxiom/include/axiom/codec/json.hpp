#pragma once
// JSON of any value that has a schema: one object, its fields in the schema's order.
//
// 64-bit numbers that name things stay exact because they are written as integers below 2^53 and as
// strings of digits above; hashes and bytes are lower-case hex. Text is escaped so that no control
// character, no escape sequence and no line break of an entry ever reaches a terminal or a line
// reader.

#include <cstdint>
#include <string_view>

#include <axiom/base/hash256.hpp>
#include <axiom/codec/held_text.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/codec/text_sink.hpp>

namespace axiom {

void json_text(TextSink& to, std::string_view text) noexcept;
void json_number(TextSink& to, std::uint64_t value) noexcept;
void json_hex(TextSink& to, Bytes bytes) noexcept;
void json_hex_number(TextSink& to, std::uint64_t value) noexcept;

template <class T> void json_value(TextSink& to, T const& value, Notation notation = {}) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
        if (value) {
            to.text("true");
        } else {
            to.text("false");
        }
    } else if constexpr (std::is_enum_v<T>) {
        json_text(to, EnumNames<T>::names[static_cast<std::size_t>(value)]);
    } else if constexpr (std::unsigned_integral<T>) {
        notation == Notation::hex ? json_hex_number(to, value) : json_number(to, value);
    } else if constexpr (StrongInteger<T>) {
        notation == Notation::hex ? json_hex_number(to, value.value) : json_number(to, value.value);
    } else if constexpr (std::is_same_v<T, Hash256>) {
        json_hex(to, value.view());
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        json_text(to, value);
    } else if constexpr (IsHeldText<T>::value) {
        json_text(to, value.view());
    } else if constexpr (std::is_same_v<T, Bytes>) {
        json_hex(to, value);
    } else if constexpr (IsList<T>::value) {
        to.text("[");
        bool first = true;
        for (auto const& item : value) {
            if (!first) {
                to.text(",");
            }
            first = false;
            json_value(to, item);
        }
        to.text("]");
    } else {
        static_assert(HasSchema<T>);
        to.text("{");
        bool first = true;
        for_each_field<T>([&](auto const& field) {
            if (!first) {
                to.text(",");
            }
            first = false;
            json_text(to, field.name);
            to.text(":");
            json_value(to, value.*(field.member), field.notation);
        });
        to.text("}");
    }
}

} // namespace axiom

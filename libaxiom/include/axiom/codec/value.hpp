#pragma once
// Encodes and decodes any value that has a schema; decoding accepts exactly what encoding makes.
//
// Decoded text and bytes borrow from the input. A decoded value is canonical by construction: every
// form has one encoding, and whatever else a byte string could be read as is refused here.

#include <axiom/base/mutant.hpp>
#include <axiom/base/result.hpp>
#include <axiom/codec/held_text.hpp>
#include <axiom/codec/reader.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/codec/utf8.hpp>
#include <axiom/codec/writer.hpp>

namespace axiom {

template <class T> Result<void> encode_value(Writer& to, T const& value, Bound bound = {}) noexcept;
template <class T> Result<void> decode_value(Reader& from, T& value, Bound bound = {}) noexcept;

namespace detail {

template <class T> Result<void> encode_list(Writer& to, T const& list) noexcept {
    static_assert(T::max <= 0xFFFF);
    TRY(to.word(static_cast<std::uint16_t>(list.size())));
    for (auto const& item : list) {
        if (AXIOM_MUTANT(last_item_left_out) && &item == list.end() - 1) {
            break;
        }
        TRY(encode_value(to, item));
    }
    return {};
}

template <class T, std::size_t Max>
Result<void> decode_list(Reader& from, List<T, Max>& list) noexcept {
    std::size_t const start = from.offset();
    std::uint16_t const count = TRY(from.word<std::uint16_t>());
    if (count > Max) {
        return fail(Code::too_long, start, count);
    }
    list.clear();
    for (std::uint16_t index = 0; index < count; ++index) {
        T item{};
        TRY(decode_value(from, item));
        list.push_back(item);
    }
    return {};
}

template <class T> Result<void> decode_blob(Reader& from, T& value, Bound bound) noexcept {
    std::size_t const start = from.offset();
    std::uint32_t const length = TRY(from.word<std::uint32_t>());
    if (length > bound.bytes_max) {
        return fail(Code::too_long, start, length);
    }
    Bytes const bytes = TRY(from.bytes(length));
    if constexpr (std::is_same_v<T, std::string_view>) {
        if (!is_utf8(bytes) && !AXIOM_MUTANT(text_unchecked)) {
            return fail(Code::bad_text, start);
        }
        value = text_of(bytes);
    } else {
        value = bytes;
    }
    return {};
}

template <class T> Result<void> encode_fields(Writer& to, T const& value) noexcept {
    Result<void> outcome{};
    for_each_field<T>([&](auto const& field) {
        if (outcome) {
            outcome = encode_value(to, value.*(field.member), field.bound);
        }
    });
    return outcome;
}

template <class T> Result<void> decode_fields(Reader& from, T& value) noexcept {
    Result<void> outcome{};
    for_each_field<T>([&](auto const& field) {
        if (outcome) {
            outcome = decode_value(from, value.*(field.member), field.bound);
        }
    });
    return outcome;
}

} // namespace detail

/// Refuses `too_long` and `bad_text` for values that could not be decoded again, `no_room` for
/// space.
template <class T> Result<void> encode_value(Writer& to, T const& value, Bound bound) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
        return to.word(static_cast<std::uint8_t>(value ? 1 : 0));
    } else if constexpr (std::is_enum_v<T>) {
        return to.word(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::unsigned_integral<T>) {
        return to.word(value);
    } else if constexpr (StrongInteger<T>) {
        return to.word(value.value);
    } else if constexpr (std::is_same_v<T, Hash256>) {
        return to.bytes(value.view());
    } else if constexpr (IsHeldText<T>::value) {
        return encode_value(to, value.view(), {T::max});
    } else if constexpr (TextOrBytes<T>) {
        if (value.size() > bound.bytes_max) {
            return fail(Code::too_long, to.size(), value.size());
        }
        if constexpr (std::is_same_v<T, std::string_view>) {
            if (!is_utf8(bytes_of(value))) {
                return fail(Code::bad_text, to.size());
            }
        }
        TRY(to.word(static_cast<std::uint32_t>(value.size())));
        return to.bytes(std::as_bytes(std::span{value.data(), value.size()}));
    } else if constexpr (IsList<T>::value) {
        return detail::encode_list(to, value);
    } else {
        static_assert(HasSchema<T>);
        return detail::encode_fields(to, value);
    }
}

/// Refuses `truncated`, `out_of_range` (enums, booleans), `too_long`, `bad_text`; never reads past
/// the end.
template <class T> Result<void> decode_value(Reader& from, T& value, Bound bound) noexcept {
    if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T>) {
        std::size_t const start = from.offset();
        if constexpr (std::is_same_v<T, bool>) {
            auto const raw = TRY(from.word<std::uint8_t>());
            if (raw > 1) {
                return fail(Code::out_of_range, start, raw);
            }
            value = raw == 1;
        } else {
            auto const raw = TRY(from.word<std::underlying_type_t<T>>());
            if (raw >= std::size(EnumNames<T>::names)) {
                return fail(Code::out_of_range, start, raw);
            }
            value = static_cast<T>(raw);
        }
        return {};
    } else if constexpr (std::unsigned_integral<T>) {
        value = TRY(from.word<T>());
        return {};
    } else if constexpr (StrongInteger<T>) {
        value = T{TRY(from.word<typename T::Representation>())};
        return {};
    } else if constexpr (std::is_same_v<T, Hash256>) {
        Bytes const bytes = TRY(from.bytes(32));
        copy_bytes(value.bytes, bytes);
        return {};
    } else if constexpr (IsHeldText<T>::value) {
        std::string_view text;
        TRY(detail::decode_blob(from, text, {T::max}));
        value = T{text};
        return {};
    } else if constexpr (TextOrBytes<T>) {
        return detail::decode_blob(from, value, bound);
    } else if constexpr (IsList<T>::value) {
        return detail::decode_list(from, value);
    } else {
        static_assert(HasSchema<T>);
        return detail::decode_fields(from, value);
    }
}

/// Decodes a value that fills `from` to its last byte.
template <class T> Result<T> decode_whole(Bytes from) noexcept {
    Reader reader{from};
    T value{};
    TRY(decode_value(reader, value));
    TRY(reader.finish());
    return value;
}

/// Encodes into `to` and returns the part that was filled.
template <class T> Result<Bytes> encode_whole(MutableBytes to, T const& value) noexcept {
    Writer writer{to};
    TRY(encode_value(writer, value));
    return writer.written();
}

} // namespace axiom

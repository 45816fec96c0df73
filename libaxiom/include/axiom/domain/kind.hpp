#pragma once
// The table of entry kinds: what each kind is called, when it takes effect, who may write it, and
// how its body reads. Encoding, decoding, names, JSON and the reference page all follow from the
// rows.

#include <cstdint>
#include <span>
#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/codec/json.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/policy/decision.hpp>

namespace axiom {

/// The body of a policy-gated kind: the decision that let it in, then what was asked for.
template <class T> struct Gated {
    policy::Decision decision{};
    T content{};
};

template <class T> struct IsGated : std::false_type {};
template <class T> struct IsGated<Gated<T>> : std::true_type {};

template <class T> struct Schema<Gated<T>> {
    static constexpr auto fields =
        Fields{Field{"decision", &Gated<T>::decision, "why the policy allowed this"},
               Field{"content", &Gated<T>::content, "what was allowed"}};
};

/// What the reference page shows of a field.
struct FieldInfo {
    std::string_view name;
    std::string_view type;
    std::string_view sentence;
    std::uint32_t bytes_max{};
};

class FieldVisitor {
  public:
    /// `depth` is 0 for the body's own fields, 1 for the fields of those, and so on.
    virtual void field(FieldInfo const& info, unsigned depth) noexcept = 0;

  protected:
    ~FieldVisitor() = default;
};

struct KindInfo {
    std::uint16_t number{};
    std::string_view name;
    std::string_view sentence;
    EntryClass entry_class{};
    bool gated{};    // only the policy engine may propose it
    bool prunable{}; // of a finished boot, it may be reduced to its leaf

    /// Whether `body` is exactly one canonical body of this kind.
    Result<void> (*check)(Bytes body) noexcept {};
    /// Renders a body that `check` accepts; anything else renders as its bytes in hex.
    void (*json)(TextSink& to, Bytes body) noexcept {};
    /// Walks the body's fields for the reference page.
    void (*fields)(FieldVisitor& visitor) noexcept {};
};

enum class DomainForm : std::uint8_t { table, rooted };

struct DomainInfo {
    DomainNumber number{};
    std::string_view name;
    std::uint16_t version{}; // of the reducer: a released version never changes its meaning
    DomainForm form{};
    std::span<KindInfo const> kinds;

    [[nodiscard]] constexpr KindInfo const* find(std::uint16_t kind) const noexcept {
        for (KindInfo const& row : kinds) {
            if (row.number == kind) {
                return &row;
            }
        }
        return nullptr;
    }
};

namespace detail {

template <class T> consteval std::string_view type_name() noexcept {
    if constexpr (std::is_same_v<T, bool>) {
        return "bool";
    } else if constexpr (std::is_enum_v<T>) {
        return "enum";
    } else if constexpr (std::unsigned_integral<T> || StrongInteger<T>) {
        constexpr std::string_view names[] = {"u8", "u16", "u32", "u64"};
        return names[std::bit_width(sizeof(T)) - 1];
    } else if constexpr (std::is_same_v<T, Hash256>) {
        return "hash";
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        return "text";
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return "bytes";
    } else if constexpr (IsList<T>::value) {
        return "list";
    } else {
        return "struct";
    }
}

template <class T, std::size_t Max> T list_item(List<T, Max> const&);

template <class T> void visit_fields(FieldVisitor& visitor, unsigned depth) noexcept {
    for_each_field<T>([&]<class Owner, class Member>(Field<Owner, Member> const& field) {
        visitor.field({field.name, type_name<Member>(), field.sentence, field.bound.bytes_max},
                      depth);
        if constexpr (HasSchema<Member>) {
            visit_fields<Member>(visitor, depth + 1);
        } else if constexpr (IsList<Member>::value) {
            using Item = decltype(list_item(std::declval<Member const&>()));
            if constexpr (HasSchema<Item>) {
                visit_fields<Item>(visitor, depth + 1);
            }
        }
    });
}

template <class Body> Result<void> check_body(Bytes body) noexcept {
    Reader reader{body};
    Body value{};
    TRY(decode_value(reader, value));
    return reader.finish();
}

template <class Body> void json_body(TextSink& to, Bytes body) noexcept {
    if (auto const value = decode_whole<Body>(body)) {
        json_value(to, *value);
    } else {
        json_hex(to, body);
    }
}

} // namespace detail

struct KindTraits {
    EntryClass entry_class{EntryClass::durable};
    bool prunable{};
};

/// One row of a domain's table.
template <class Body>
[[nodiscard]] constexpr KindInfo kind_row(std::uint16_t number, std::string_view name,
                                          std::string_view sentence,
                                          KindTraits traits = {}) noexcept {
    return {
        .number = number,
        .name = name,
        .sentence = sentence,
        .entry_class = traits.entry_class,
        .gated = IsGated<Body>::value,
        .prunable = traits.prunable,
        .check = &detail::check_body<Body>,
        .json = &detail::json_body<Body>,
        .fields = [](FieldVisitor& visitor) noexcept { detail::visit_fields<Body>(visitor, 0); }};
}

} // namespace axiom

// Every body of every domain, with any values in it: what was encoded decodes to the same, and any
// bytes that decode are the only encoding of what they say.

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <axiom/domain/gated.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/tree/key_chain.hpp>
#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;

/// What decoded values borrow: it does not move while a case runs.
using Room = std::deque<std::string>;

std::string any_text(std::size_t bytes_max) {
    // Two-byte and four-byte letters too; cut so that none is broken.
    static constexpr std::string_view letters[] = {"a",  "Z",        "0",
                                                   "\n", "\xC3\xA9", "\xF0\x9F\x90\xA7"};
    std::string text;
    auto const count = *rc::gen::inRange<std::size_t>(0, 12);
    for (std::size_t index = 0; index < count; ++index) {
        std::string_view const letter =
            letters[*rc::gen::inRange<std::size_t>(0, std::size(letters))];
        if (text.size() + letter.size() <= bytes_max) {
            text += letter;
        }
    }
    return text;
}

template <class T> void make_any(T& value, Bound bound, Room& room);

template <class T, std::size_t Max> void make_any_list(List<T, Max>& list, Room& room) {
    auto const count = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(Max, 4) + 1);
    for (std::size_t index = 0; index < count; ++index) {
        T item{};
        make_any(item, {}, room);
        list.push_back(item);
    }
}

template <class T> void make_any(T& value, Bound bound, Room& room) {
    if constexpr (std::is_same_v<T, bool>) {
        value = *rc::gen::arbitrary<bool>();
    } else if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(*rc::gen::inRange<std::size_t>(0, std::size(EnumNames<T>::names)));
    } else if constexpr (std::unsigned_integral<T>) {
        value = *rc::gen::arbitrary<T>();
    } else if constexpr (StrongInteger<T>) {
        value = T{*rc::gen::arbitrary<typename T::Representation>()};
    } else if constexpr (std::is_same_v<T, Hash256>) {
        for (std::byte& byte : value.bytes) {
            byte = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
        }
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        value = room.emplace_back(any_text(bound.bytes_max));
    } else if constexpr (std::is_same_v<T, Bytes>) {
        value = bytes_of(room.emplace_back(any_text(bound.bytes_max)));
    } else if constexpr (IsList<T>::value) {
        make_any_list(value, room);
    } else {
        for_each_field<T>(
            [&](auto const& field) { make_any(value.*(field.member), field.bound, room); });
    }
}

/// Whether both say the same, field by field.
template <class T> bool same(T const& left, T const& right) {
    if constexpr (std::is_same_v<T, Bytes>) {
        return equal_bytes(left, right);
    } else if constexpr (IsList<T>::value) {
        return std::ranges::equal(left, right,
                                  [](auto const& a, auto const& b) { return same(a, b); });
    } else if constexpr (HasSchema<T>) {
        bool all = true;
        for_each_field<T>([&](auto const& field) {
            all = all && same(left.*(field.member), right.*(field.member));
        });
        return all;
    } else {
        return left == right;
    }
}

template <class T> std::vector<std::byte> bytes_for(T const& value) {
    std::vector<std::byte> bytes(body_bytes_max);
    auto const written = encode_whole(bytes, value);
    RC_ASSERT(written.has_value());
    bytes.resize(written->size());
    return bytes;
}

template <class T> void round_trip(KindInfo const& kind) {
    Room room;
    T value{};
    make_any(value, {}, room);
    auto const bytes = bytes_for(value);
    auto const back = decode_whole<T>(bytes);
    RC_ASSERT(back.has_value());
    RC_ASSERT(same(*back, value));
    RC_ASSERT(kind.check(bytes).has_value());
    RC_ASSERT(!kind.check(Bytes{bytes}.first(bytes.size() - 1)).has_value());
    auto longer = bytes;
    longer.push_back(std::byte{0});
    RC_ASSERT(!kind.check(longer).has_value());
}

/// One byte anywhere is another: refused, or the one encoding of something else.
template <class T> void one_encoding(KindInfo const& kind) {
    Room room;
    T value{};
    make_any(value, {}, room);
    auto bytes = bytes_for(value);
    auto const at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    auto const change = *rc::gen::element(1U, 2U, 3U, 0x80U, 0xFFU);
    bytes[at] ^= static_cast<std::byte>(change);
    auto const other = decode_whole<T>(bytes);
    RC_ASSERT(kind.check(bytes).has_value() == other.has_value());
    if (other) {
        RC_ASSERT(bytes_for(*other) == bytes);
        RC_ASSERT(!same(*other, value));
    }
}

/// The bodies of a domain, in the order of its table.
template <class... Bodies> struct BodiesOf {
    static void round_trips(DomainInfo const& domain) {
        RC_ASSERT(domain.kinds.size() == sizeof...(Bodies));
        auto kind = domain.kinds.begin();
        (round_trip<Bodies>(*kind++), ...);
    }
    static void are_the_one_encoding(DomainInfo const& domain) {
        auto kind = domain.kinds.begin();
        (one_encoding<Bodies>(*kind++), ...);
    }
};

using LogBodies = BodiesOf<Genesis, Boot, Attach, Tick, CheckpointEntry, KeyRotate, KeyLost, Fork,
                           SnapshotEntry, Gated<Prune>, Gated<Erase>, Migrate, Gated<AccountEntry>,
                           Gated<Mark>, Fault, Repaired>;
using PolicyBodies = BodiesOf<Gated<policy::Install>, Gated<policy::Confirm>>;
using IdentityBodies =
    BodiesOf<Gated<identity::Add>, Gated<identity::Disable>, Gated<identity::Enable>,
             Gated<identity::RoleAdd>, Gated<identity::RoleRemove>, Gated<identity::KeyChange>>;
using RecordBodies = BodiesOf<Gated<records::Stream>, Gated<records::Line>>;
using ActionBodies = BodiesOf<Gated<action::Commit>, action::EffectStarted, action::Outcome>;

RC_GTEST_PROP(codec, every_body_decodes_to_what_was_encoded, ()) {
    LogBodies::round_trips(log_domain);
    PolicyBodies::round_trips(policy::policy_domain);
    IdentityBodies::round_trips(identity::identity_domain);
    RecordBodies::round_trips(records::records_domain);
    ActionBodies::round_trips(action::actions_domain);
}

RC_GTEST_PROP(codec, what_decodes_is_the_one_encoding_of_what_it_says, ()) {
    LogBodies::are_the_one_encoding(log_domain);
    PolicyBodies::are_the_one_encoding(policy::policy_domain);
    IdentityBodies::are_the_one_encoding(identity::identity_domain);
    RecordBodies::are_the_one_encoding(records::records_domain);
    ActionBodies::are_the_one_encoding(action::actions_domain);
}

} // namespace

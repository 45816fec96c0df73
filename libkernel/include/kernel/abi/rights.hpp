#pragma once
// What a capability lets its holder do with the object.
//
//                 read            write           execute   manage
//     account     list, look      create with it  -         say for whom processes act
//     process     wait, look      put slots in    -         start, kill
//     thread      wait, look      -               -         resume, bind, end
//     space       look            map into        -         -
//     region      map readable    map writable    map executable   learn its address, carve
//     endpoint    receive         send, call      -         -
//     notification wait           signal          -         -
//     context     look            -               -         give to a thread
//     interrupt   acknowledge     -               -         bind, carve lines
//     ports       in              out             -         carve ranges
//     log          drain           propose for     propose   attach
//                                  callers         by itself
//
// `grant`: may be handed on, by message or into another process. `revoke`: may take back what was
// derived from it.

#include <cstdint>

#include <axiom/codec/schema.hpp>

namespace axiom::kernel {

struct Rights {
    std::uint8_t bits{};

    [[nodiscard]] constexpr bool covers(Rights other) const noexcept {
        return (other.bits & ~bits) == 0;
    }
    friend constexpr Rights operator|(Rights left, Rights right) noexcept {
        return {static_cast<std::uint8_t>(left.bits | right.bits)};
    }
    friend constexpr Rights operator&(Rights left, Rights right) noexcept {
        return {static_cast<std::uint8_t>(left.bits & right.bits)};
    }
    friend constexpr bool operator==(Rights, Rights) noexcept = default;
};

namespace right {
inline constexpr Rights none{0};
inline constexpr Rights read{1U << 0U};
inline constexpr Rights write{1U << 1U};
inline constexpr Rights execute{1U << 2U};
inline constexpr Rights grant{1U << 3U};
inline constexpr Rights revoke{1U << 4U};
inline constexpr Rights manage{1U << 5U};
inline constexpr Rights all{(1U << 6U) - 1};
} // namespace right

} // namespace axiom::kernel

template <> struct axiom::Schema<axiom::kernel::Rights> {
    static constexpr auto fields =
        Fields{Field{"bits",
                     &kernel::Rights::bits,
                     "1 read, 2 write, 4 execute, 8 grant, 16 revoke, 32 manage",
                     {},
                     Notation::hex}};
};

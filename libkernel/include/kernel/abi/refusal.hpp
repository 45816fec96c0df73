#pragma once
// Why a request was refused: which check failed, and on which of the call's arguments.
//
// A refusal is the caller's mistake, and a value: neither state nor log has changed.

#include <cstdint>
#include <expected>
#include <string_view>

namespace axiom::kernel {

/// Numbers are for good; they are what a system call answers.
enum class Check : std::uint8_t {
    argument = 1, // a value outside its range
    slot,         // the slot lies outside the capability space
    capability,   // no live capability lies in the slot
    expired,      // its time has come
    type,         // it stands for an object of another type
    rights,       // it lacks a right that this needs; detail: the rights that are missing
    more_rights,  // asked for rights that the source lacks; detail: those
    badge,        // a badge is given once, and only to what messages and signals carry
    depth,        // derived from too many others in a row
    slot_taken,   // something lies there already
    quota,        // the account lacks something; detail: which Resource
    table_full,   // the machine's table has no room
    in_use,       // something still rests on it
    ended,        // the process or thread has ended
    range,        // not within what the source covers
    log,          // the log took no entry; detail: the Code
    nobody,       // none was there, and the call was not to wait
    timeout,      // the time that it was to wait is over
    token,        // no caller of this process waits for a reply under it
    peer,         // the other side has ended
    window,       // the receiver has no free slots for capabilities
    number,       // there is no such call
    memory,       // the machine has too few frames, or the space's tables are full
    label,        // no UTF-8
    mapped,       // the capability is mapped already, or is not
    durable,      // the entry that gave it is not on stable storage yet
};

inline constexpr Check last_check = Check::durable;

struct Refusal {
    Check check{};
    std::uint8_t argument{}; // counted from 0; what is not of one argument says 255
    std::uint64_t detail{};

    friend constexpr bool operator==(Refusal const&, Refusal const&) noexcept = default;
};

inline constexpr std::uint8_t no_argument = 255;

template <class T> using Answer = std::expected<T, Refusal>;

[[nodiscard]] constexpr std::unexpected<Refusal>
refuse(Check check, std::uint8_t argument = no_argument, std::uint64_t detail = 0) noexcept {
    return std::unexpected{Refusal{check, argument, detail}};
}

/// One sentence for people.
[[nodiscard]] std::string_view sentence_of(Check check) noexcept;

} // namespace axiom::kernel

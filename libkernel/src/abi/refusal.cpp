// Refusals in words; see kernel/abi/refusal.hpp.

#include <kernel/abi/refusal.hpp>

namespace axiom::kernel {

// With their lengths: else the compiler asks for strlen, which no machine has to have.
using std::string_view_literals::operator""sv;

std::string_view sentence_of(Check check) noexcept {
    switch (check) {
    case Check::argument:
        return "a value is outside its range"sv;
    case Check::slot:
        return "the slot lies outside the capability space"sv;
    case Check::capability:
        return "no capability lies in the slot"sv;
    case Check::expired:
        return "the capability's time has come"sv;
    case Check::type:
        return "the capability stands for an object of another type"sv;
    case Check::rights:
        return "the capability lacks a right that this needs"sv;
    case Check::more_rights:
        return "a derived capability has no more rights than its source"sv;
    case Check::badge:
        return "a badge is given once, to an endpoint's or a notification's capability"sv;
    case Check::depth:
        return "the capability was derived through too many others"sv;
    case Check::slot_taken:
        return "the slot holds a capability already"sv;
    case Check::quota:
        return "the account has too little left"sv;
    case Check::table_full:
        return "the machine's table has no room"sv;
    case Check::in_use:
        return "something still rests on it"sv;
    case Check::ended:
        return "it has ended"sv;
    case Check::range:
        return "this is not within what the source covers"sv;
    case Check::log:
        return "the log took no entry"sv;
    case Check::nobody:
        return "nobody was there, and the call was not to wait"sv;
    case Check::timeout:
        return "the time to wait is over"sv;
    case Check::token:
        return "no caller of this process waits for a reply under this token"sv;
    case Check::peer:
        return "the other side has ended"sv;
    case Check::window:
        return "the receiver has no free slots for the capabilities"sv;
    case Check::number:
        return "there is no such call"sv;
    case Check::memory:
        return "the machine has no memory left for this"sv;
    case Check::label:
        return "the label in the message buffer is no UTF-8"sv;
    case Check::mapped:
        return "a capability is mapped once, and unmapped as often"sv;
    case Check::durable:
        return "the entry that gave the device away is not on stable storage yet"sv;
    }
    return "refused"sv;
}

} // namespace axiom::kernel

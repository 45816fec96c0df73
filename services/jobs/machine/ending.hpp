#pragma once
// How a job ended: one reason, named, with the place.

#include <array>
#include <cstdint>
#include <string_view>

namespace axiom::jobs {

enum class Reason : std::uint8_t {
    running,             // it has not ended
    exited,              // by its own call; `detail` is the exit code, 0 to 255
    out_of_fuel,         // `detail` is what the next instruction costs, more than is left
    out_of_memory,       // asked for memory up to address `detail`, beyond its limit
    illegal_instruction, // `detail` is the word
    breakpoint,          // ebreak
    bad_load,            // `detail` is the address
    bad_store,           // `detail` is the address; the image's read-only part included
    bad_jump,       // `detail` is the target: no instruction of the image, or not on four bytes
    bad_buffer,     // a call named memory that the job does not have; `detail` is its address
    forbidden_call, // `detail` is the number of the call
    forbidden_descriptor, // `detail` is the descriptor
    output_limit,         // wrote more output than it may; `detail` is the limit in bytes
    message_limit,        // wrote more messages than it may; `detail` is the limit in bytes
};

struct Ending {
    Reason reason{Reason::running};
    std::uint64_t pc{}; // the address of the instruction that ended it, not retired but for exit
    std::uint64_t detail{}; // what the reason says

    friend bool operator==(Ending const&, Ending const&) noexcept = default;
};

struct ReasonText {
    std::string_view name; // stable
    std::string_view rule; // the rule that the job ran into, as a sentence
    bool detail_in_hex{};
};

inline constexpr std::array<ReasonText, 14> reason_texts{{
    {"running", "it has not ended"},
    {"exited", "the program called exit"},
    {"out_of_fuel", "a job may use no more fuel than it was given"},
    {"out_of_memory", "a job may use no more memory than it was given", true},
    {"illegal_instruction", "a job is made of the instructions of rv64im only", true},
    {"breakpoint", "a job has no debugger"},
    {"bad_load", "a job reads its own memory only", true},
    {"bad_store", "a job writes the writable part of its own memory only", true},
    {"bad_jump", "a job runs the instructions of its image only, at multiples of four", true},
    {"bad_buffer", "a call moves bytes between its stream and the job's own memory only", true},
    {"forbidden_call", "a job has the calls read (63), write (64), exit (93) and brk (214) only"},
    {"forbidden_descriptor",
     "a job reads descriptor 0 (input) and writes 1 (output) and 2 (messages) only"},
    {"output_limit", "a job may write no more output than it was allowed"},
    {"message_limit", "a job may write no more messages than it was allowed"},
}};

[[nodiscard]] constexpr ReasonText const& text_of(Reason reason) noexcept {
    return reason_texts[static_cast<std::size_t>(reason)];
}

static_assert(reason_texts.size() == static_cast<std::size_t>(Reason::message_limit) + 1);

} // namespace axiom::jobs

// The calls that a job has, by Linux's numbers and conventions on RISC-V; see machine.hpp.
//
// The number is in a7, arguments in a0 to a2, the result in a0. A call that moves bytes is paid for
// before they move: it happens wholly or not at all. It counts as retired when the pause ends.

#include <services/jobs/machine/machine.hpp>

#include <algorithm>

namespace axiom::jobs {

namespace {

constexpr std::size_t a0 = 10;
constexpr std::size_t a1 = 11;
constexpr std::size_t a2 = 12;
constexpr std::size_t a7 = 17;

constexpr std::uint64_t call_read = 63;
constexpr std::uint64_t call_write = 64;
constexpr std::uint64_t call_exit = 93;
constexpr std::uint64_t call_break = 214;

constexpr std::uint64_t output_descriptor = 1;
constexpr std::uint64_t message_descriptor = 2;

constexpr std::uint64_t moving_fuel(std::uint64_t bytes) noexcept {
    return (bytes + moved_bytes_per_fuel - 1) / moved_bytes_per_fuel;
}

} // namespace

void Machine::retire_call(std::uint64_t result) noexcept {
    state_.registers[a0] = result;
    state_.pause = Pause::slice_over;
    retire(state_.pc + instruction_bytes);
}

void Machine::call() noexcept {
    switch (state_.registers[a7]) {
    case call_read:
    case call_write:
        return call_move();
    case call_break:
        return call_break_to(state_.registers[a0]);
    case call_exit:
        ++state_.fuel_used;
        return end(Reason::exited, state_.registers[a0] & 0xFFU);
    default:
        return end(Reason::forbidden_call, state_.registers[a7]);
    }
}

void Machine::call_move() noexcept {
    bool const reads = state_.registers[a7] == call_read;
    std::uint64_t const descriptor = state_.registers[a0];
    std::uint64_t const address = state_.registers[a1];
    std::uint64_t const bytes = state_.registers[a2];
    if (reads ? descriptor != 0
              : descriptor != output_descriptor && descriptor != message_descriptor) {
        return end(Reason::forbidden_descriptor, descriptor);
    }
    if (bytes == 0) {
        return retire_call(0);
    }
    std::uint64_t const lowest = reads ? plan_.writable_address : plan_.base;
    if (address < lowest || !range_fits(address - plan_.base, bytes, state_.accessible_bytes)) {
        return end(Reason::bad_buffer, address);
    }
    std::uint64_t const cost = 1 + moving_fuel(bytes);
    if (cost > limits_.fuel - state_.fuel_used) {
        return end(Reason::out_of_fuel, cost);
    }
    if (reads) {
        state_.fuel_used += cost - 1;
        state_.pause = Pause::input;
        return;
    }
    bool const output = descriptor == output_descriptor;
    std::uint64_t& written = output ? state_.output_bytes : state_.message_bytes;
    std::uint64_t const limit = output ? limits_.output_bytes : limits_.message_bytes;
    if (bytes > limit - written) {
        return end(output ? Reason::output_limit : Reason::message_limit, limit);
    }
    state_.fuel_used += cost - 1;
    written += bytes;
    state_.pause = output ? Pause::output : Pause::message;
}

// As on Linux, the answer is the break: 0 asks for it, and what is below it changes nothing. What
// is above the limit ends the job, for a program that goes on without memory is not the same one.
void Machine::call_break_to(std::uint64_t wanted) noexcept {
    std::uint64_t const now = plan_.base + state_.accessible_bytes;
    if (wanted <= now) {
        return retire_call(now);
    }
    std::uint64_t const bytes = wanted - now;
    if (bytes > memory_.size() - state_.accessible_bytes) {
        return end(Reason::out_of_memory, wanted);
    }
    std::uint64_t const cost = 1 + moving_fuel(bytes);
    if (cost > limits_.fuel - state_.fuel_used) {
        return end(Reason::out_of_fuel, cost);
    }
    zero_bytes(memory_.subspan(state_.accessible_bytes, bytes));
    state_.accessible_bytes += bytes;
    state_.fuel_used += cost - 1;
    retire_call(wanted);
}

MutableBytes Machine::wanted_input() noexcept {
    AXIOM_ASSERT(state_.pause == Pause::input);
    return memory_.subspan(state_.registers[a1] - plan_.base, state_.registers[a2]);
}

void Machine::give_input(std::size_t bytes) noexcept {
    AXIOM_ASSERT(bytes <= wanted_input().size());
    state_.input_bytes += bytes;
    retire_call(bytes);
}

Bytes Machine::offered() const noexcept {
    AXIOM_ASSERT(state_.pause == Pause::output || state_.pause == Pause::message);
    return Bytes{memory_}.subspan(state_.registers[a1] - plan_.base, state_.registers[a2]);
}

void Machine::release_offered() noexcept {
    retire_call(offered().size());
}

} // namespace axiom::jobs

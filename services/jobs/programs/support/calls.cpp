// Calls by number (docs/job-machine.md), and what picolibc asks of its system.

#include "calls.hpp"

#include <stdint.h>
#include <string.h>

namespace {

enum Number : long { number_read = 63, number_write = 64, number_exit = 93, number_break = 214 };

long call(Number number, long first, long second = 0, long third = 0) {
    register long a7 asm("a7") = number;
    register long a0 asm("a0") = first;
    register long a1 asm("a1") = second;
    register long a2 asm("a2") = third;
    asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

// Elsewhere than on the machine a write may take less than it was given.
void write_all(long descriptor, void const* from, size_t bytes) {
    auto const* at = static_cast<char const*>(from);
    while (bytes > 0) {
        long const written =
            call(number_write, descriptor, reinterpret_cast<long>(at), static_cast<long>(bytes));
        if (written <= 0) {
            call(number_exit, 125);
        }
        at += written;
        bytes -= static_cast<size_t>(written);
    }
}

} // namespace

namespace job {

// As above: under an emulator a pipe gives what it has.
size_t read_input(void* to, size_t bytes) {
    auto* const begin = static_cast<char*>(to);
    size_t done = 0;
    while (done < bytes) {
        long const got = call(number_read, 0, reinterpret_cast<long>(begin + done),
                              static_cast<long>(bytes - done));
        if (got <= 0) {
            break;
        }
        done += static_cast<size_t>(got);
    }
    return done;
}

void write_output(void const* from, size_t bytes) {
    write_all(1, from, bytes);
}

void say(char const* text) {
    write_all(2, text, strlen(text));
}

void give_up(char const* why, int code) {
    say(why);
    say("\n");
    call(number_exit, code);
    __builtin_unreachable();
}

} // namespace job

extern "C" {

[[noreturn]] void _exit(int code) {
    call(number_exit, code);
    __builtin_unreachable();
}

// What malloc grows by. The machine ends a job that asks for too much; an emulator answers with
// the old break.
void* sbrk(ptrdiff_t bytes) {
    long const before = call(number_break, 0);
    long const wanted = before + bytes;
    if (bytes != 0 && call(number_break, wanted) != wanted) {
        return reinterpret_cast<void*>(-1);
    }
    return reinterpret_cast<void*>(before);
}
}

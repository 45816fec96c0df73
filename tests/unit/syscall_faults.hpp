#pragma once
// Faults at the border to the system: this test program's own pread, pwrite, fsync, fdatasync,
// fallocate and renameat2, which do what the system's do except where a plan says otherwise.
//
// The host library calls them as it calls the C library's, so its handling of interruptions, short
// transfers and errors is run for real. A plan concerns the calling process; one test uses it at a
// time.

#include <cstddef>
#include <cstdint>

namespace axiom::test {

enum class Call : std::uint8_t { read, write, flush, reserve, name };

struct SyscallFault {
    Call call{Call::write};
    std::uint64_t nth{}; // counted from 0 over calls of this kind
    int error_number{};  // 0: the call moves no byte and says so
    bool from_then_on{};
};

/// Plans `fault` and counts from now. With `any_call` its `call` does not matter and all kinds
/// count.
void plan_syscall_fault(SyscallFault fault, bool any_call = false);

/// Every transfer moves at most `bytes_max` bytes, and every second call is interrupted instead.
void plan_short_transfers(std::size_t bytes_max);

/// The system as it is. Says how often a fault fired since it was planned.
std::uint64_t plan_no_syscall_fault();

} // namespace axiom::test

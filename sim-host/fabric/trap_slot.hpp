#pragma once
// TrapSlot: how a thread of a service process enters the kernel process. One page of shared memory
// for each thread, mapped by its own process and by the kernel process alone, so that the slot says
// who called.
//
//     thread                                  CPU of the kernel process that runs it
//     ──────                                  ──────────────────────────────────────
//                                             1  writes the answer; turn = offered; wakes
//     2  turn: offered → thread; runs         (may take the offer back: offered → kernel)
//     3  writes event and request
//     4  turn = kernel; wakes
//     5  sleeps on `turn`                     5  reads event and request, each word once; decides
//
// A thread that is wanted while it runs gets a signal and comes in with the event `stopped`; if it
// comes in by itself meanwhile, that is as good. `wanted` tells a signal that came too late.
//
// Its process may write anything here at any moment. So all words are read once and checked, and
// nothing that the kernel process relies on lies here.

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>

#include <kernel/abi/call.hpp>

namespace axiom::host {

/// Whose move it is. Any other value counts as `kernel`.
enum class SlotTurn : std::uint32_t { kernel, offered, thread };

/// Why the thread came in. Any other value counts as `stopped`.
enum class SlotEvent : std::uint32_t { stopped, call, fault };

struct TrapSlot {
    std::atomic<std::uint32_t> turn{};          // futex word
    std::atomic<std::uint32_t> kernel_sleeps{}; // else step 4 need not wake
    std::atomic<std::uint32_t> thread_sleeps{}; // else step 1 need not wake
    std::atomic<std::uint32_t> wanted{};        // the kernel has sent a signal
    std::atomic<std::uint32_t> event{};
    std::atomic<std::int32_t> host_thread{}; // whom to signal; a thread id of the same process
    // Of a call: number and arguments. Of a fault: kind, at, detail, more.
    std::array<std::atomic<std::uint64_t>, 9> request{};
    std::array<std::atomic<std::uint64_t>, 8> answer{}; // status and words
};

/// What a thread is sent when it is wanted.
inline constexpr int wanted_signal = SIGUSR1;

inline constexpr std::size_t trap_slot_bytes = 4096;
static_assert(sizeof(TrapSlot) <= trap_slot_bytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(sizeof(kernel::CallFrame) == 9 * 8 && sizeof(kernel::CallAnswer) == 8 * 8);

} // namespace axiom::host

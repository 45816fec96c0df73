#pragma once
// What the kernel process orders of the agent in a service process, over a socket pair.
//
// The agent is a host thread of each service process that maps what the process was granted and
// makes its threads; nothing is scheduled by it. It answers each order in turn, and nobody waits
// for that but the process's own threads, which do not run before it. Only a `hold` is waited for,
// and an agent that has made others wait too long in all has its process killed, as has one that
// says no or answers what was not asked: that it obeys is never relied on. What a process may reach
// is decided by which descriptors it is sent.

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <services/runtime/region_window.hpp>

namespace axiom::host {

enum class Order : std::uint32_t {
    start, // a thread; descriptors: its trap slot and its buffer
    map,   // [address, address + bytes); descriptor: the memory
    unmap,
    hold, // nobody writes there from now on: it is about to move
    move, // it is this memory now, held or not, to be written if `writable`; descriptor
};

struct AgentOrder {
    std::uint64_t number{}; // counts up
    Order order{};
    std::uint32_t writable{};
    std::uint64_t address{};
    std::uint64_t bytes{};
    std::uint64_t entry{};    // of `start`: a function's address, or 0: the program's first thread
    std::uint64_t argument{}; // of `start`
};
static_assert(std::is_trivially_copyable_v<AgentOrder>);

struct AgentReply {
    std::uint64_t number{}; // of the order; 0: the first word of a process
    std::uint64_t done{};   // 0: it could not; of the first word: the layers (process/layers.hpp)
};

inline constexpr int agent_descriptor = 3; // the socket's, in a service process
inline constexpr std::size_t order_descriptors_max = 2;

} // namespace axiom::host

#pragma once
// What must hold of a kernel between two events, whatever the events were.
//
//   - a thread that is alive runs, waits in one run queue, or waits for something: never two of
//     these, never none; one that has ended does nothing;
//   - who is bound to a notification is whom that one wakes;
//   - who waits does so through a capability that is there, for somebody who lives;
//   - no sender and receiver wait at one endpoint beside each other;
//   - no CPU is idle, or runs somebody lower, while a thread that may run there is ready;
//   - priorities that were lent are those of callers, and callers of the living; who queues lends
//     to who serves there, as far as the bounds in kernel/ipc/ipc.hpp go;
//   - every frame is free, a region's or a thread's; every mapping has its capability, and allows
//     no more than that.

#include <functional>
#include <span>
#include <string>

#include <kernel/core/kernel.hpp>

namespace axiom::kernel::test {

struct AuditedCpu {
    Decision decision{}; // what it was told last
    bool comes_in{};     // it is about to enter the kernel, whatever it was told
};

/// A kernel and what is known of the machine under it.
struct Audited {
    Kernel const* kernel{};
    std::span<AuditedCpu const> cpus;
    std::uint64_t now_ns{};
    std::function<Access const*(std::uint32_t space, std::uint64_t address)> mapped;
    std::size_t mapped_pages{};
};

/// The first loan of a priority that is not what it must be; empty: there is none. For a kernel
/// that nobody is in.
[[nodiscard]] std::string first_wrong_loan(Kernel const& kernel);

/// The first thing that does not hold; empty: everything does.
[[nodiscard]] std::string first_wrong_loan(Kernel const& kernel);

[[nodiscard]] std::string audit(Audited const& audited);

} // namespace axiom::kernel::test

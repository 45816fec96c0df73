#pragma once
// Event: one thing that can happen in a universe; and how a person reads it.

#include <string>

#include <kernel/abi/call_table.hpp>

namespace axiom::kernel::explore {

struct Event {
    enum class Kind : std::uint8_t {
        call,      // the thread that runs on this CPU calls
        fault,     // it meets a page fault
        interrupt, // the device of line `frame.number` wants something, and this CPU gets it
        timer,     // this CPU's timer comes, or another CPU's wish
        pass,      // time passes, until something is due
    };

    Kind kind{};
    std::uint32_t cpu{};
    CallFrame frame{};
    std::uint32_t window{no_window}; // where the caller takes capabilities
    std::uint32_t passes{};          // the slot whose capability its message carries
};

/// As `cpu 0: send(endpoint 2, head 0, …)`.
[[nodiscard]] std::string text_of(Event const& event);

} // namespace axiom::kernel::explore

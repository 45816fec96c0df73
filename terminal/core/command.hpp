#pragma once
// Commands: what may be typed, in rows from which help and completion follow.

#include <span>

#include <terminal/core/session.hpp>

namespace axiom::terminal {

using Arguments = std::span<std::string_view const>;

struct Command {
    std::string_view name;      // one word, or two: "service list"
    std::string_view arguments; // as help shows them
    std::string_view sentence;
    std::size_t least{}; // arguments
    std::size_t most{};
    Result<void> (*run)(Session& session, Arguments arguments) noexcept {};
};

/// All of them, in the order of help.
[[nodiscard]] std::span<Command const* const> commands() noexcept;

/// The command that a line's words begin with, and how many of them name it; none: null.
struct Found {
    Command const* command{};
    std::size_t words{};
};
[[nodiscard]] Found find_command(Arguments words) noexcept;

/// What came of a line.
struct LineOutcome {
    bool done{};
    Error error{};   // else
    bool mistyped{}; // nothing was asked for: the line itself is none
};

/// Carries out a line. What is wrong is said on the session's output, with what to type instead.
LineOutcome run_line(Session& session, std::string_view line) noexcept;

} // namespace axiom::terminal

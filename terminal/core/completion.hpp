#pragma once
// Completion: how what is typed so far may go on: a command's name, then what it is about.

#include <terminal/core/command.hpp>

namespace axiom::terminal {

inline constexpr std::size_t completion_bytes_max = 64;

struct Completion {
    HeldText<completion_bytes_max> rest; // all that fit go on so
    std::size_t fitting{};               // how many there are
};

/// Of a line's text before the cursor. Services are asked for their names when a command takes
/// one. Each that fits goes to `list`, a line each, unless it is null.
[[nodiscard]] Completion complete(Session& session, std::string_view typed,
                                  TextSink* list = nullptr) noexcept;

} // namespace axiom::terminal

#pragma once
// The reference page of system calls, written from the table itself.

#include <string>

namespace axiom::test {

/// The text of docs/syscalls.md as the table has it now.
[[nodiscard]] std::string calls_page();

} // namespace axiom::test

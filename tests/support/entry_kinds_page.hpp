#pragma once
// The reference page of entry kinds, written from the tables themselves.

#include <string>

namespace axiom::test {

/// The text of docs/entry-kinds.md as the tables have it now.
[[nodiscard]] std::string entry_kinds_page();

} // namespace axiom::test

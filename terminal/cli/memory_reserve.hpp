#pragma once
// Memory that is given back at the first want of any, so that there is some to close a log in order
// and to say what happened.

#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Sets it aside; std::bad_alloc is thrown as ever. Call once.
void reserve_memory();

/// From here on a program that ends for want of memory, where nothing can be thrown any more (a
/// destructor of a library's object), says so on `console`, with the exit status for it. The log is
/// as after a crash, and what was acknowledged is in it.
void explain_termination(Console& console);

} // namespace axiom::cli

#pragma once
// The machine's calls, and how a job gives up.

#include <stddef.h>

namespace job {

/// Up to `bytes` of the input; fewer at its end only.
size_t read_input(void* to, size_t bytes);

void write_output(void const* from, size_t bytes);

/// A message, as text.
void say(char const* text);

/// Says why and ends the job with this code, which is not 0.
[[noreturn]] void give_up(char const* why, int code);

} // namespace job

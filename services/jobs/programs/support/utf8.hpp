#pragma once
// What counts as text.

#include <stddef.h>

namespace job {

/// Whether all of it is UTF-8 (shortest forms, no surrogates) without a zero byte.
bool is_text(char const* from, size_t bytes);

} // namespace job

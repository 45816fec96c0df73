#pragma once
// Assertions, on in every build.
//
// An assertion states what this program guarantees about itself. Input, devices and peers are never
// asserted about: what comes from them is checked and refused through `Result`.

#include <axiom/base/hooks.hpp>

#define AXIOM_ASSERT(condition)                                                                    \
    ((condition) ? static_cast<void>(0) : ::axiom_panic(#condition, __FILE__, __LINE__))

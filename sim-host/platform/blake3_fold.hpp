#pragma once
// A chain of BLAKE3 links in general registers.
//
// A link waits for the one before it, so what counts is how long each operation takes, and not how
// many could run beside it. The vector kernels keep a block's state in four registers of four
// words, where an operation may take two cycles; here it is sixteen words and one cycle each. The
// results are those of the official kernels, which the tests of every engine check.

#include <axiom/port/hash_engine.hpp>

namespace axiom::host {

/// Whether this CPU can run it.
[[nodiscard]] bool fold_in_words_supported() noexcept;

/// `HashEngine::fold`.
void fold_in_words(HashFold& fold) noexcept;

} // namespace axiom::host

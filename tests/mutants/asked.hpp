#pragma once
// Places in the code where a test can come in between: wherever a mutant is asked about.

#include <functional>

namespace axiom::test {

/// What is called with the mutant's name each time the code asks about one, if anything. To be set
/// while one thread alone runs the code.
[[nodiscard]] std::function<void(char const*)>& when_asked();

} // namespace axiom::test

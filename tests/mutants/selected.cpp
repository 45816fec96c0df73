// Which mutant this run of the mutants' test program shows: the one that AXIOM_MUTANT names, or
// none.

#include <cstdlib>
#include <cstring>

#include <axiom/base/mutant.hpp>
#include <tests/mutants/asked.hpp>

namespace axiom {

namespace test {

std::function<void(char const*)>& when_asked() {
    static std::function<void(char const*)> what;
    return what;
}

} // namespace test

bool mutant_selected(char const* name) noexcept {
    static char const* const selected = std::getenv("AXIOM_MUTANT");
    if (auto const& told = test::when_asked()) {
        told(name);
    }
    return selected != nullptr && std::strcmp(selected, name) == 0;
}

} // namespace axiom

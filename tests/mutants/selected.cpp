// Which mutant this run of the mutants' test program shows: the one that AXIOM_MUTANT names, or
// none.

#include <cstdlib>
#include <cstring>

#include <axiom/base/mutant.hpp>

namespace axiom {

bool mutant_selected(char const* name) noexcept {
    static char const* const selected = std::getenv("AXIOM_MUTANT");
    return selected != nullptr && std::strcmp(selected, name) == 0;
}

} // namespace axiom

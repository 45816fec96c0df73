#include <sim-host/process/needs/needs.hpp>

namespace axiom::host {

Needs needs() noexcept {
    return {.folder = true};
}

} // namespace axiom::host

#include <sim-host/process/needs/needs.hpp>

namespace axiom::host {

Needs needs() noexcept {
    return {.listener = true, .line = true};
}

} // namespace axiom::host

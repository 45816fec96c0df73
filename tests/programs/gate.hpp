#pragma once
// Messages of the gate, at which a test holds others up: the first time for ever, then no more.

#include <services/runtime/serve.hpp>

namespace axiom::gate {

struct Pass {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
    std::uint8_t waypoint{};
    std::uint64_t entry{};
    std::uint16_t index{};
};

} // namespace axiom::gate

template <> struct axiom::Schema<axiom::gate::Pass> {
    using Pass = gate::Pass;
    static constexpr auto fields = Fields{Field{"waypoint", &Pass::waypoint, "where"},
                                          Field{"entry", &Pass::entry, "of the action"},
                                          Field{"index", &Pass::index, "of the effect"}};
};

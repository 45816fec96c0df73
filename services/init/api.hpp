#pragma once
// The messages of init.

#include <services/runtime/serve.hpp>

namespace axiom::init {

/// Ends the system in order: the log first, then the machine.
struct ShutDown {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
};

} // namespace axiom::init

template <> struct axiom::Schema<axiom::init::ShutDown> {
    static constexpr auto fields = std::tuple{};
};

namespace axiom::init {

using InitApi = Api<ShutDown>;

} // namespace axiom::init

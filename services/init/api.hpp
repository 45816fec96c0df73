#pragma once
// The messages of init.

#include <services/runtime/serve.hpp>

namespace axiom::init {

/// Ends the system in order: the log first, then the machine.
struct ShutDown : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
};

} // namespace axiom::init

namespace axiom::init {

using InitApi = Api<ShutDown>;

} // namespace axiom::init

#pragma once
// The messages of axiomd, which keeps the Axiom on its medium.

#include <services/runtime/serve.hpp>

namespace axiom::axiomd {

/// Where the log stands on its medium.
struct Standing {
    std::uint64_t next{}; // the first sequence that is not durable
    Hash256 head{};       // link of the entry before it
    std::uint32_t boot{};
    std::uint64_t epoch{};
};
struct AskStanding : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Standing;
};

/// Stores what waits, says that the log ended in order, and ends.
struct Finish : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Standing;
};

} // namespace axiom::axiomd

template <> struct axiom::Schema<axiom::axiomd::Standing> {
    using Standing = axiomd::Standing;
    static constexpr auto fields =
        std::tuple{Field{"next", &Standing::next, "the first sequence that is not durable"},
                   Field{"head", &Standing::head, "link of the entry before it"},
                   Field{"boot", &Standing::boot, "the boot's number"},
                   Field{"epoch", &Standing::epoch, "the writer's epoch"}};
};

namespace axiom::axiomd {

using AxiomdApi = Api<AskStanding, Finish>;

} // namespace axiom::axiomd

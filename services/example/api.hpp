#pragma once
// The messages of the service `example`.

#include <services/runtime/serve.hpp>

namespace axiom::example {

struct Total {
    std::uint64_t total{};
};
/// `out_of_range` for what does not fit 64 bits; the total is then what it was.
struct Add {
    static constexpr std::uint64_t method = 1;
    using Answer = Total;
    std::uint64_t amount{};
};

} // namespace axiom::example

template <> struct axiom::Schema<axiom::example::Total> {
    static constexpr auto fields =
        Fields{Field{"total", &example::Total::total, "of all that was added"}};
};
template <> struct axiom::Schema<axiom::example::Add> {
    static constexpr auto fields = Fields{Field{"amount", &example::Add::amount, "to be added"}};
};

namespace axiom::example {

using ExampleApi = Api<Add>;

} // namespace axiom::example

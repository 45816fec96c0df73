#pragma once
// The messages of a device that takes its time.

#include <services/runtime/message.hpp>

namespace axiom::test {

struct Slept {
    std::uint64_t ms{};
};
struct Sleep {
    static constexpr std::uint64_t method = 1;
    using Answer = Slept;
    std::uint64_t ms{};
};

} // namespace axiom::test

template <> struct axiom::Schema<axiom::test::Slept> {
    static constexpr auto fields = Fields{Field{"ms", &test::Slept::ms, "how long it took"}};
};
template <> struct axiom::Schema<axiom::test::Sleep> {
    static constexpr auto fields = Fields{Field{"ms", &test::Sleep::ms, "how long to take"}};
};

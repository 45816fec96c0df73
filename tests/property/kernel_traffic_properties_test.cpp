// The whole kernel under calls of several threads on several CPUs, with everything that must hold
// looked at after every event.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/kernel_traffic.hpp>

namespace axiom::kernel::test {
namespace {

RC_GTEST_PROP(kernel, keeps_what_must_hold_under_any_traffic, ()) {
    auto const length = *rc::gen::inRange<std::size_t>(100, 6000);
    Choices choose{*rc::gen::container<std::vector<std::uint32_t>>(
        length, rc::gen::arbitrary<std::uint32_t>())};
    Traffic traffic;
    while (choose.more()) {
        auto const violation = traffic.step(choose);
        RC_LOG() << violation << "\n";
        RC_ASSERT(violation.empty());
    }
}

} // namespace
} // namespace axiom::kernel::test

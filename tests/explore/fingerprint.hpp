#pragma once
// Fingerprint: a universe's state as 128 bits, the same for states that differ in names alone.
//
// Everything is written down from the CPUs on: what runs there, what is queued there, and what
// those refer to, each thing when it is first reached and under the number of its turn. So rows'
// indices and generations, times as such and the numbers of waits do not show, and two processes
// (or threads, or objects) that are alike but for their names may change places. What is left out
// besides: what only a reader of answers sees, and which frames a region has.

#include <compare>
#include <cstdint>

#include <tests/explore/universe.hpp>

namespace axiom::kernel::explore {

struct Fingerprint {
    std::uint64_t low{};
    std::uint64_t high{};

    friend auto operator<=>(Fingerprint const&, Fingerprint const&) noexcept = default;
};

[[nodiscard]] Fingerprint fingerprint_of(Universe const& universe);

} // namespace axiom::kernel::explore

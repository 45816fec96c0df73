#pragma once
// A verdict for people and for scripts.

#include <sim-host/verify/verdict.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

[[nodiscard]] Exit exit_of(host::Verdict const& verdict) noexcept;

void print_verdict(host::Verdict const& verdict, Console& console);

[[nodiscard]] Json json_of(host::Verdict const& verdict);

} // namespace axiom::cli

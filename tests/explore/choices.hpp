#pragma once
// What can happen next in a universe, in an order that depends on nothing but its state.
//
// A call's arguments are chosen by the names that the table of calls gives them (endpoint, source,
// timeout …): what the caller holds of that type, and one value of each sort that must be refused.
// A call that is new in the table so comes in by itself; a name that is not known here stands for
// `0`, and is told in `unknown_arguments`.

#include <set>
#include <vector>

#include <tests/explore/universe.hpp>

namespace axiom::kernel::explore {

class Choices {
  public:
    explicit Choices(Setup const& setup) : setup_{&setup} {}

    [[nodiscard]] std::vector<Event> const& of(Universe const& universe);

    /// `call.argument`, of calls that are made.
    [[nodiscard]] static std::set<std::string> unknown_arguments(Setup const& setup);

  private:
    Setup const* setup_;
    std::vector<Event> events_;
};

} // namespace axiom::kernel::explore

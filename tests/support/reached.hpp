#pragma once
// The coverage of a generator (THREATS.md, rule 9): which operation met which outcome, and how
// often. A property that never reaches a cell says nothing about it, however often it runs.
//
// When the test ends its cells are printed, and those that `must_reach` named and that stayed empty
// fail it. scripts/status --all shows the cells of the last run.

#include <initializer_list>
#include <string_view>

namespace axiom::test {

struct Cell {
    std::string_view operation;
    std::string_view outcome;
};

/// Counts one more for the cell, in the test that runs.
void reached(Cell cell);

/// At the end of the test that runs, each of `cells` must have been reached. Not when a single case
/// is shown again (RC_PARAMS="reproduce=...").
void must_reach(std::initializer_list<Cell> cells);

} // namespace axiom::test

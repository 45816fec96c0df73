"""Every seeded defect in the libraries is a line of tests/mutants/mutants.txt, or of
tests/running/mutants.txt if it takes a whole system to see it, so that `scripts/test` tries it; and
every line of a table of mutants names one that is there."""

import re

from project import ProjectTest, RealTree, Tree, run

TABLE = "tests/mutants/mutants.txt"
RUNNING = "tests/running/mutants.txt"
EXPLORED = "tests/explore/mutants.txt"
SEEDED = re.compile(r"\bAXIOM_MUTANT\((\w+)\)")
LIBRARIES = ["libaxiom", "libkernel", "services", "sim-host"]
DEFINITION = "libaxiom/include/axiom/base/mutant.hpp"


def named(tree, table):
    """(line's number, mutant) of a table."""
    return [
        (number, line.split()[0])
        for number, line in tree.lines(table)
        if line.strip() and not line.startswith("#")
    ]


def problems(tree):
    seeded = {}
    for path in tree.paths(".cpp", ".hpp", under=LIBRARIES):
        if path != DEFINITION:
            for number, line in tree.lines(path):
                for mutant in SEEDED.findall(line):
                    seeded.setdefault(mutant, f"{path}:{number}")
    tried = {mutant for table in (TABLE, RUNNING) for _, mutant in named(tree, table)}
    found = [
        f"{place}: {mutant} is in no line of {TABLE} or {RUNNING}"
        for mutant, place in sorted(seeded.items())
        if mutant not in tried
    ]
    for table in (TABLE, RUNNING, EXPLORED):
        found += [
            f"{table}:{number}: no mutant {mutant} is seeded"
            for number, mutant in named(tree, table)
            if mutant not in seeded
        ]
    return found


class EveryMutantIsTried(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree()))

    def test_one_that_is_not_tried_is_named(self):
        seeded = {"libkernel/src/a.cpp": "if (AXIOM_MUTANT(check_dropped)) {\n"}
        explored = {EXPLORED: "check_dropped everything 1\n"}
        for tried, other in ((TABLE, RUNNING), (RUNNING, TABLE)):
            tables = {tried: "# all\ncheck_dropped kernel.*\n", other: ""} | explored
            self.assert_holds(problems(Tree(seeded | tables)))
        missing = {TABLE: "# all\n", RUNNING: "", EXPLORED: ""}
        found = problems(Tree(seeded | missing))
        self.assert_names(found, "libkernel/src/a.cpp:1", "check_dropped")

    def test_one_that_is_not_there_is_named(self):
        for table in (TABLE, RUNNING, EXPLORED):
            tree = Tree({TABLE: "", RUNNING: "", EXPLORED: ""} | {table: "\ngone kernel.*\n"})
            self.assert_names(problems(tree), f"{table}:2", "gone")


if __name__ == "__main__":
    run()

"""A gated kind is proposed by whoever has asked the policy. The right for it,
`EngineCapability`, is a value that anybody could make: the places that make it are named here."""

import re

from project import CODE, ProjectTest, RealTree, Tree, run

MAKER = "libaxiom/include/axiom/log/proposal.hpp"
PLACES = {"sim-host/log/log_session.cpp", "libkernel/src/core/calls_propose.cpp"}
MAKES = re.compile(r"\bEngineCapability\s*(::\s*after_the_policy\b|\{|\()|\bafter_the_policy\b")


def problems(tree):
    found = []
    made = set()
    for path in tree.paths(*CODE):
        if path == MAKER or path.startswith("tests/"):
            continue
        for number, line in tree.lines(path):
            if MAKES.search(line.split("//")[0]):
                made.add(path)
                if path not in PLACES:
                    found.append(f"{path}:{number}: makes the engine's right: {line.strip()}")
    if made:
        found += [f"{path}: is said to make the policy engine's right, and does not"
                  for path in sorted(PLACES - made)]
    return found


class OnlyTwoPlacesProposeForTheEngine(ProjectTest):
    def test_this_tree_has_no_others(self):
        tree = RealTree()
        self.assert_holds(problems(tree))
        self.assertTrue(any(MAKES.search(line) for _, line in tree.lines(MAKER)))

    def test_another_place_is_named(self):
        line = "auto const right = EngineCapability::after_the_policy();\n"
        tree = Tree({path: line for path in PLACES} | {"services/axiomd/a.cpp": "\n" + line})
        self.assert_names(problems(tree), "services/axiomd/a.cpp:2")

    def test_a_place_that_does_so_no_more_is_named(self):
        line = "x(EngineCapability::after_the_policy());\n"
        tree = Tree({"sim-host/log/log_session.cpp": line})
        self.assert_names(problems(tree), "libkernel/src/core/calls_propose.cpp")

    def test_tests_may_make_one(self):
        self.assert_holds(problems(Tree({"tests/unit/a.cpp": "EngineCapability{}\n"})))


if __name__ == "__main__":
    run()

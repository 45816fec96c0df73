"""Each test that tests/unit/kernel_behaviours.md names is there."""

import re

from project import ProjectTest, RealTree, Tree, run

PAGE = "tests/unit/kernel_behaviours.md"
NAMED = re.compile(r"`(\w+\.\w+)`")
DEFINED = re.compile(r"\bTEST(?:_F)?\(\s*(\w+),\s*(\w+)\s*\)")


def problems(tree):
    if PAGE not in tree:
        return [f"{PAGE}: missing"]
    defined = set()
    for path in tree.paths(".cpp", under=["tests"]):
        defined.update(".".join(names) for names in DEFINED.findall(tree.text(path)))
    return [
        f"{PAGE}:{number}: no test {name}"
        for number, line in tree.lines(PAGE)
        for name in NAMED.findall(line)
        if name not in defined
    ]


class BehavioursNameTestsThatExist(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree()))

    def test_a_test_that_is_not_there_is_named(self):
        tree = Tree({PAGE: "| a | `Suite.Gone` |\n", "tests/unit/a.cpp": "TEST(Suite, Here) {}"})
        self.assert_names(problems(tree), f"{PAGE}:1", "Suite.Gone")
        broken = "TEST_F(Suite,\n Here) {}"
        tree = Tree({PAGE: "| a | `Suite.Here` |\n", "tests/unit/a.cpp": broken})
        self.assert_holds(problems(tree))


if __name__ == "__main__":
    run()

"""A `co_await` stands alone or begins a variable. Within a condition or a larger expression GCC 12
ends the awaited task before it is done, and who wakes it later goes on at address zero."""

import re

from project import CODE, ProjectTest, RealTree, Tree, run

AWAITS = re.compile(r"\bco_await\b(?! stands)")
SOUND = re.compile(
    r"""^\s*co_await\b                                  # alone
      | ^\s*static_cast<void>\(co_await\b               # alone, and what it says is not wanted
      | ^\s*[A-Za-z_][\w:<>&\s]*\s[a-z_]\w*\s=\s*co_await\b  # TYPE NAME = co_await
      | ^\s*if\s\(auto\ result_\ =\ co_await\s\(awaited\);   # CO_DO, which declares one
    """, re.VERBOSE)


def problems(tree):
    found = []
    for path in tree.paths(*CODE):
        before = ""
        for number, line in tree.lines(path):
            code = line.split("//")[0]
            if AWAITS.search(code):
                # A declaration that is too long for a line goes on in the next.
                whole = before + code if before.rstrip().endswith("=") else code
                if not SOUND.search(whole):
                    found.append(f"{path}:{number}: awaits within an expression: {line.strip()}")
            before = code.rstrip("\n")
    return found


class TasksAreAwaitedByThemselves(ProjectTest):
    def test_this_tree_does_so(self):
        tree = RealTree()
        self.assert_holds(problems(tree))
        self.assertTrue(any("co_await" in tree.text(path) for path in tree.paths(*CODE)))

    def test_a_condition_is_named(self):
        tree = Tree({"services/a.cpp": "\n    } else if (!co_await finish(*owed)) {\n"})
        self.assert_names(problems(tree), "services/a.cpp:2")

    def test_a_larger_expression_is_named(self):
        tree = Tree({"services/a.cpp": "    begun = (co_await begin()).has_value();\n"})
        self.assert_names(problems(tree), "services/a.cpp:1")

    def test_an_assignment_is_named(self):
        tree = Tree({"services/a.cpp": "        status = co_await run(owed);\n"})
        self.assert_names(problems(tree), "services/a.cpp:1")

    def test_statements_and_declarations_hold(self):
        self.assert_holds(problems(Tree({"services/a.cpp": (
            "    co_await loop_->after(pause);\n"
            "    static_cast<void>(co_await learn());\n"
            "    auto const ran = co_await run(owed);\n"
            "    auto const session =\n        co_await ask(*loop_, line_);\n"
            "    Result<Loop::Lease> courier = co_await loop_->courier();\n")})))


if __name__ == "__main__":
    run()

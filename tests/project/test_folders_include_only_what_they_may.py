"""The include rules of include_rules.py hold, and every exception there is still needed."""

import fnmatch
import re

import include_rules
from project import CODE, ProjectTest, RealTree, Tree, run

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def covers(folder, path):
    return path == folder or path.startswith(folder + "/")


def allowed(included, pattern, path):
    if pattern.startswith("~"):
        pattern = path.rpartition("/")[0] + pattern[1:]
    return fnmatch.fnmatchcase(included, pattern)


def problems(tree, rules=None, exceptions=None):
    rules = include_rules.RULES if rules is None else rules
    exceptions = include_rules.EXCEPTIONS if exceptions is None else exceptions
    found, used = [], set()
    for path in tree.paths(*CODE):
        rows = [folder for folder in rules if covers(folder, path)]
        if not rows:
            continue
        row = max(rows, key=len)
        for number, line in tree.lines(path):
            match = INCLUDE.match(line)
            if not match:
                continue
            included = match.group(2)
            beside = path.rpartition("/")[0] + "/" + included
            if match.group(1) == '"' and beside in tree:
                continue
            if "../" in included:
                found.append(f"{path}:{number}: <{included}> climbs; include from the root")
            for folder, pattern, reason in include_rules.FORBIDDEN:
                if covers(folder, path) and fnmatch.fnmatchcase(included, pattern):
                    found.append(f"{path}:{number}: <{included}> is forbidden here: {reason}")
            if any(allowed(included, pattern, path) for pattern in rules[row]):
                continue
            matching = [
                exception
                for exception in exceptions
                if covers(exception[0], path) and allowed(included, exception[1], path)
            ]
            used.update(matching)
            if not matching:
                found.append(f"{path}:{number}: {row} may not include <{included}>")
    for folder, pattern, _ in exceptions:
        present = bool(tree.paths(*CODE, under=[folder])) or folder in tree
        if present and (folder, pattern) not in {(folder, pattern) for folder, pattern, _ in used}:
            found.append(f"include_rules.py: {folder}, {pattern} is needed by nothing")
    return found


class FoldersIncludeOnlyWhatTheyMay(ProjectTest):
    def test_this_tree_keeps_the_rules(self):
        self.assert_holds(problems(RealTree()))

    def test_a_library_that_includes_a_host_header_is_named(self):
        tree = Tree({"libaxiom/src/log/a.cpp": "#include <axiom/log/a.hpp>\n#include <vector>\n"})
        self.assert_names(problems(tree), "libaxiom/src/log/a.cpp:2", "<vector>")

    def test_a_domain_that_includes_the_host_is_named(self):
        tree = Tree({"services/records/domain.cpp": "#include <sim-host/store/file_store.hpp>\n"})
        self.assert_names(problems(tree), "services/records/domain.cpp:1")

    def test_a_domain_that_includes_its_neighbour_is_named(self):
        own, other = (f"#include <services/{name}/domain.hpp>\n" for name in ("records", "users"))
        tree = Tree({"services/records/domain.cpp": own + other})
        self.assertEqual(1, len(problems(tree)))
        self.assert_names(problems(tree), "users")

    def test_roots_that_include_each_other_are_named(self):
        tree = Tree({"sim-host/a.cpp": "#include <kernel-image/boot/a.hpp>\n"})
        self.assert_names(problems(tree), "never include each other")

    def test_an_include_that_climbs_is_named(self):
        tree = Tree({"sim-host/a.cpp": '#include "../b.hpp"\n'})
        self.assert_names(problems(tree), "climbs")

    def test_a_private_header_beside_its_source_is_allowed(self):
        code = {"libaxiom/src/log/a.cpp": '#include "b.hpp"\n', "libaxiom/src/log/b.hpp": ""}
        self.assert_holds(problems(Tree(code)))
        elsewhere = {"libaxiom/src/log/a.cpp": '#include "b.hpp"\n', "libaxiom/src/b.hpp": ""}
        self.assert_names(problems(Tree(elsewhere)), "b.hpp")

    def test_an_exception_allows_and_only_there(self):
        text = "#include <axiom/policy/evaluate.hpp>\n"
        used = [("services/policy", "axiom/policy/*", "reason")]
        self.assert_holds(problems(Tree({"services/policy/domain.cpp": text}), exceptions=used))
        other = Tree({"services/records/domain.cpp": text})
        self.assert_names(problems(other, exceptions=used), "axiom/policy")

    def test_an_exception_that_nothing_needs_is_named(self):
        tree = Tree({"services/policy/domain.cpp": "#include <cstdint>\n"})
        unused = [("services/policy", "axiom/policy/*", "reason")]
        self.assert_names(problems(tree, exceptions=unused), "needed by nothing")


if __name__ == "__main__":
    run()

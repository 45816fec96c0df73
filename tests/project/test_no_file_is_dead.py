"""Each header is included, each source compiled, each script, CMake module and document named by
something, each corpus owned."""

import json
import os
import re

from project import CODE, ProjectTest, RealTree, Tree, run

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)
ROOTS = ("", "libaxiom/include/", "libkernel/include/")


def included(tree):
    """Paths that some other file includes."""
    found = set()
    for path in tree.paths(*CODE):
        for name in INCLUDE.findall(tree.text(path)):
            beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
            found.update(({root + name for root in ROOTS} | {beside}) - {path})
    return found


def named(tree, path, by):
    """Whether a file other than itself names it, by its path or by its bare name where that is
    distinctive."""
    word = re.compile(r"(?<![\w/])(?:[\w./-]*/)?" + re.escape(by) + r"(?![\w])")
    return any(other != path and word.search(tree.text(other)) for other in tree.paths())


def problems(tree, compiled):
    """`compiled` holds the paths that the build compiles."""
    found = []
    used = included(tree)
    for path in tree.paths(".hpp", ".h"):
        if path not in used:
            found.append(f"{path}: no file includes it")
    for path in tree.paths(".cpp", ".c"):
        if path not in compiled:
            found.append(f"{path}: the build does not compile it")
    for path in tree.paths(under=["scripts"]):
        if not named(tree, path, os.path.basename(path)):
            found.append(f"{path}: no file names it")
    build = "".join(tree.text(path) for path in tree.paths(".cmake", "CMakeLists.txt"))
    for path in tree.paths(".cmake", under=["cmake"]):
        name = os.path.basename(path)[: -len(".cmake")]
        if f"include({name})" not in build and f"/{path}" not in build:
            found.append(f"{path}: no include({name}), and nothing runs it")
    for path in tree.paths(".md", under=["docs"]):
        if not named(tree, path, os.path.basename(path)):
            found.append(f"{path}: no file names it")
    for path in tree.paths(".py", under=["tests", "bench"]):
        name = os.path.basename(path)
        if name.startswith("test_"):
            continue
        if not any(named(tree, path, by) for by in (name, name[:-3])):
            found.append(f"{path}: no file names it")
    for path in tree.paths(under=["tests/fuzz/corpus"]):
        target = path.split("/")[3]
        if f"tests/fuzz/{target}.cpp" not in tree:
            found.append(f"{path}: there is no fuzz target {target}")
    return found


class NoFileIsDead(ProjectTest):
    def test_this_tree(self):
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            compiled = {os.path.relpath(item["file"]) for item in json.load(file)}
        # Programs of the job machine are another compiler's; the build lists what it gives to it.
        with open(os.path.join(self.build, "job_programs/sources.txt"), encoding="utf-8") as file:
            compiled |= {os.path.relpath(line) for line in file.read().splitlines()}
        self.assert_holds(problems(RealTree(), compiled))

    def test_a_header_that_only_includes_itself_is_named(self):
        path = "libaxiom/include/axiom/base/a.hpp"
        self.assert_names(problems(Tree({path: "#include <axiom/base/a.hpp>\n"}), {}), path)
        used = Tree({path: "", "sim-host/a.cpp": "#include <axiom/base/a.hpp>\n"})
        self.assert_holds(problems(used, {"sim-host/a.cpp"}))
        beside = Tree({"bench/b.hpp": "", "bench/a.cpp": '#include "b.hpp"\n'})
        self.assert_holds(problems(beside, {"bench/a.cpp"}))

    def test_a_source_that_nobody_compiles_is_named(self):
        tree = Tree({"libaxiom/a.cpp": ""})
        self.assert_names(problems(tree, {"libaxiom/b.cpp"}), "libaxiom/a.cpp")

    def test_a_script_that_nobody_names_is_named(self):
        tree = {"scripts/go": "scripts/go: usage\n"}
        self.assert_names(problems(Tree(tree), {}), "scripts/go")
        self.assert_names(problems(Tree({**tree, "README.md": "let it gone"}), {}), "scripts/go")
        self.assert_holds(problems(Tree({**tree, "README.md": "run `scripts/go`"}), {}))

    def test_a_module_that_nobody_includes_is_named(self):
        self.assert_names(problems(Tree({"cmake/a.cmake": ""}), {}), "cmake/a.cmake")
        self.assert_holds(problems(Tree({"cmake/a.cmake": "", "CMakeLists.txt": "include(a)"}), {}))

    def test_a_document_that_nobody_names_is_named(self):
        self.assert_names(problems(Tree({"docs/a.md": "docs/a.md"}), {}), "docs/a.md")

    def test_a_corpus_without_target_is_named(self):
        self.assert_names(problems(Tree({"tests/fuzz/corpus/gone/1": ""}), {}), "gone")


if __name__ == "__main__":
    run()

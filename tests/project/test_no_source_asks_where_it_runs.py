"""A difference between host and metal is another file, picked by the build: portable folders have
no conditional at all, except for the switch of the mutants, and no folder asks for a platform,
an operating system or a compiler."""

import re

from project import CODE, ProjectTest, RealTree, Tree, run

PORTABLE = ("libaxiom", "libkernel", "services", "drivers", "terminal/core", "terminal/view")
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|elifdef|elifndef)\b\s*(.*)")
SWITCH = re.compile(r"^(defined\s*\(\s*AXIOM_MUTANTS\s*\)|AXIOM_MUTANTS|\s|&&)+$")
PLATFORM = re.compile(
    r"__linux__|__unix__|__APPLE__|_WIN(32|64)|__wasm|__EMSCRIPTEN__"
    r"|__x86_64__|__amd64__|__i386__|__aarch64__|__riscv|__STDC_HOSTED__|__clang__|__GNUC__"
    r"|\bAXIOM_(HOST|METAL|SIM|PLATFORM|FREESTANDING)\b|__has_include"
)


def problems(tree):
    found = []
    for path in tree.paths(*CODE):
        portable = path.startswith(tuple(folder + "/" for folder in PORTABLE))
        for number, line in tree.lines(path):
            match = CONDITIONAL.match(line)
            if not match or SWITCH.match(match.group(2).strip()):
                continue
            if portable:
                found.append(f"{path}:{number}: a conditional in a portable folder: {line.strip()}")
            elif PLATFORM.search(line):
                found.append(f"{path}:{number}: asks where it runs: {line.strip()}")
    return found


class NoSourceAsksWhereItRuns(ProjectTest):
    def test_this_tree_does_not(self):
        self.assert_holds(problems(RealTree()))

    def test_a_platform_macro_is_named_anywhere(self):
        host = Tree({"sim-host/a.cpp": "\n#if defined(__linux__)\n"})
        self.assert_names(problems(host), "sim-host/a.cpp:2")
        test = Tree({"tests/unit/a.cpp": "#ifdef __clang__\n"})
        self.assert_names(problems(test), "tests/unit/a.cpp:1")

    def test_any_conditional_is_named_in_a_portable_folder(self):
        tree = Tree({"libaxiom/src/a.cpp": "  # ifdef FAST\n"})
        self.assert_names(problems(tree), "libaxiom/src/a.cpp:1")

    def test_the_switch_of_the_mutants_is_allowed(self):
        for line in ("#ifdef AXIOM_MUTANTS", "#if defined(AXIOM_MUTANTS) && AXIOM_MUTANTS"):
            text = line + "\n#else\n#endif\n"
            self.assert_holds(problems(Tree({"libaxiom/include/axiom/base/mutant.hpp": text})))


if __name__ == "__main__":
    run()

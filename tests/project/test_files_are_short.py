"""Files hold one concept: 95 % of the sources have at most 400 lines, none more than 600. Functions
fit a screen or two. Our own lines have at most 100 columns (clang-format sees to C++)."""

import re

from project import CODE, ProjectTest, RealTree, Tree, run

FEW, MANY, SHARE = 400, 600, 0.95
FUNCTION_LINES = 90
COLUMNS = 100
SCRIPTS = (".py", ".cmake", ".sh", "CMakeLists.txt")
HEAD = re.compile(r"^(\s*)\S.*\)(\s*(const|noexcept|override|mutable|->[^{]*))*\s*\{$")


def functions(tree, path):
    """(first line, count of lines) of what looks like a function: from `...) {` to the brace at the
    same indentation."""
    lines = tree.text(path).splitlines()
    for number, line in enumerate(lines, 1):
        match = HEAD.match(line)
        if not match:
            continue
        for end in range(number, len(lines)):
            if lines[end].startswith(match.group(1) + "}"):
                yield number, end + 1 - number + 1
                break


def problems(tree):
    found = []
    sizes = {path: len(tree.text(path).splitlines()) for path in tree.paths(*CODE, ".py")}
    long = {path: size for path, size in sizes.items() if size > FEW}
    if sizes and len(long) > (1 - SHARE) * len(sizes):
        for path, size in long.items():
            found.append(f"{path}: {size} lines; more than {1 - SHARE:.0%} of files are over {FEW}")
    found += [f"{path}: {size} lines, over {MANY}" for path, size in sizes.items() if size > MANY]
    for path in tree.paths(*CODE):
        for number, count in functions(tree, path):
            if count > FUNCTION_LINES:
                found.append(f"{path}:{number}: a function of {count} lines, over {FUNCTION_LINES}")
    for path in tree.paths():
        if path.endswith(SCRIPTS) or path.startswith("scripts/") and "." not in path:
            for number, line in tree.lines(path):
                if len(line) > COLUMNS:
                    found.append(f"{path}:{number}: {len(line)} columns, over {COLUMNS}")
    return found


class FilesAreShort(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree()))

    def test_a_huge_file_is_named(self):
        small = {f"sim-host/{number}.cpp": "\n" for number in range(100)}
        huge = {**small, "sim-host/a.cpp": "\n" * 601}
        self.assert_names(problems(Tree(huge)), "sim-host/a.cpp", "over 600")
        self.assert_holds(problems(Tree({**small, "sim-host/a.cpp": "\n" * 600})))

    def test_too_many_long_files_are_named(self):
        small = {f"sim-host/{number}.cpp": "\n" for number in range(9)}
        some = {**small, "sim-host/a.cpp": "\n" * 401}
        self.assert_names(problems(Tree(some)), "sim-host/a.cpp: 401")

    def test_a_long_function_is_named(self):
        for head in ("int f() {", "    bool f(int a) const noexcept {"):
            indent = head[: len(head) - len(head.lstrip())]
            body = "\n".join([head] + [indent + "    ;"] * 90 + [indent + "}"]) + "\n"
            tree = Tree({"libaxiom/a.cpp": body})
            self.assert_names(problems(tree), "libaxiom/a.cpp:1", "function of 92")

    def test_a_wide_line_is_named(self):
        for path in ("cmake/a.cmake", "scripts/go", "tests/a.py"):
            self.assert_names(problems(Tree({path: "\n" + "x" * 101 + "\n"})), path + ":2")


if __name__ == "__main__":
    run()

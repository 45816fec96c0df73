"""Each folder of the first level, and each part of those that consist of parts, has a README; none
is longer than thirty lines."""

from project import ProjectTest, RealTree, Tree, run

LINES = 30
DEEPER = ("bench", "drivers", "services", "sim-host", "terminal", "tests")


def problems(tree):
    folders = set()
    for path in tree.paths():
        parts = path.split("/")
        if len(parts) > 1 and not parts[0].startswith("."):
            folders.add(parts[0])
        if len(parts) > 2 and parts[0] in DEEPER:
            folders.add("/".join(parts[:2]))
    found = []
    for folder in sorted(folders):
        readme = folder + "/README.md"
        if readme not in tree:
            found.append(f"{readme}: missing")
    for readme in tree.paths("/README.md"):
        if len(tree.text(readme).splitlines()) > LINES:
            found.append(f"{readme}: more than {LINES} lines")
        elif not tree.text(readme).strip():
            found.append(f"{readme}: empty")
    return found


class FoldersSayWhatTheyAre(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree()))

    def test_a_folder_without_readme_is_named(self):
        self.assert_names(problems(Tree({"bench/a.cpp": ""})), "bench/README.md", "missing")
        tree = Tree({"services/README.md": "x", "services/records/domain.cpp": ""})
        self.assert_names(problems(tree), "services/records/README.md", "missing")
        tree = Tree({"tests/README.md": "x", "tests/unit/a.cpp": ""})
        self.assert_names(problems(tree), "tests/unit/README.md", "missing")

    def test_a_long_or_empty_readme_is_named(self):
        self.assert_names(problems(Tree({"bench/README.md": "x\n" * 31})), "more than 30")
        self.assert_names(problems(Tree({"bench/README.md": "\n"})), "empty")
        deep = Tree({"bench/README.md": "x", "bench/a/b/README.md": "x\n" * 31})
        self.assert_names(problems(deep), "bench/a/b/README.md", "more than 30")
        self.assert_holds(problems(Tree({"bench/README.md": "x\n" * 30})))


if __name__ == "__main__":
    run()
